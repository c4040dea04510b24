// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/offline/offline_desk.h"

#include "app/catalogue_service.h"
#include "app/chat_service.h"
#include "app/collection_service.h"
#include "app/conversation_service.h"
#include "app/device_service.h"
#include "app/ingest_service.h"
#include "app/model_service.h"
#include "app/settings.h"
#include "ui/offline/sample_models.h"
#include "ui/offline/sample_summaries.h"
#include "ui/offline/sample_talks.h"
#include "ui/style/fonts.h"

#include <QDateTime>
#include <QDir>
#include <QQuickWindow>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>

namespace ui {

namespace {

qint64 noonOf(int daysAgo)
{
    return daysAgo == 0
               ? 0
               : QDate::currentDate().addDays(-daysAgo).startOfDay().addSecs(qint64{12} * 3600).toMSecsSinceEpoch();
}

} // namespace

OfflineDesk::OfflineDesk(OfflineDeskOptions options)
    : m_options(std::move(options))
    , m_clock(std::make_shared<std::atomic<qint64>>(0))
{
    if (m_options.dataFolder.isEmpty())
        m_options.dataFolder = m_folder.filePath(QStringLiteral("Carrel"));
    QDir().mkpath(m_options.dataFolder);
    loadSerif(); // what the sample documents are set in
    auto port = std::make_unique<app::ScriptedInference>();
    m_port = port.get();
    m_port->setDevice(QStringLiteral("Radeon 780M"));
    m_player = std::make_unique<OfflinePlayer>(*m_port, [this](const QString &question) {
        if (const auto step = sampleSummaryStep(question); step && !m_author)
            return OfflineAnswer{.thinking = {}, .answer = *step, .error = {}};
        return m_author ? m_author(question) : sampleAnswer(question);
    });
    const QString models = modelFolder();
    if (m_options.models && !writeSampleModels(models))
        qWarning("The sample models cannot be written to %s", qPrintable(models));
    const QString home = m_folder.filePath(QStringLiteral("home"));
    if (m_options.models && !writeSampleForeignModels(home))
        qWarning("The sample models of other programs cannot be written to %s", qPrintable(home));
    m_composition = std::make_unique<app::Composition>(app::CompositionOptions{
        .dataFolder = m_options.dataFolder,
        .inference = std::move(port),
        .overrides = {},
        .probeDevices = true,
        .devices = m_options.devices ? sampleDevices : nullptr,
        .modelFolders = QStringList{models},
        .foreignPlaces = app::ForeignPlaces{.home = home, .system = home, .environment = {}},
        .pages = samplePages(m_broken),
        .documents = sampleDocumentOptions(m_reader),
        .hub = &m_hub,
        .now = [clock = m_clock] { return *clock != 0 ? clock->load() : QDateTime::currentMSecsSinceEpoch(); }});
    m_hub.serve(&m_composition->catalogue());
}

OfflineDesk::~OfflineDesk()
{
    m_reader->release();
    m_window.reset();
    m_player.reset();
    m_composition.reset();
}

bool OfflineDesk::start()
{
    m_composition->settings().setFirstStartDone(m_options.firstStartDone);
    m_composition->settings().setModelId(QStringLiteral("smollm2-135m-instruct.q4_1"));
    QSignalSpy opened(m_composition.get(), &app::Composition::opened);
    m_composition->start();
    if (!QTest::qWaitFor([&] {
            return !opened.isEmpty() && !m_composition->models().isScanning() && !m_composition->devices().isProbing();
        }))
        return false;
    if (m_options.talks && !fill())
        return false;
    if (m_options.network && !fillNetwork())
        return false;
    m_composition->startDocuments();
    if (m_options.documents && !(fillDocuments() && (!m_options.sources || fillSources())))
        return false;
    m_window = std::make_unique<Window>(*m_composition);
    if (!m_window->show() || !QTest::qWaitForWindowExposed(m_window->quickWindow()))
        return false;
    // As a program does that starts its services under the window.
    m_composition->models().refresh();
    return QTest::qWaitFor([this] { return !m_composition->models().isScanning(); });
}

bool OfflineDesk::fillNetwork()
{
    std::optional<bool> written;
    writeSampleNetwork(m_composition->store(), modelFolder())
        .then(m_composition.get(), [&written](const storage::Result<void> &result) { written = result.has_value(); });
    return QTest::qWaitFor([&] { return written.has_value(); }) && *written;
}

bool OfflineDesk::fillDocuments()
{
    if (!writeSampleDocuments(documentFolder()))
        return false;
    app::CollectionService &collections = m_composition->collections();
    for (const char *name : {"House", "Work"})
        collections.create({}, {documentFolder() + u'/' + QString::fromLatin1(name)});
    return QTest::qWaitFor([&] { return collections.collections().size() == 2; }) && documentsRead();
}

bool OfflineDesk::fillSources()
{
    app::ChatService &chat = m_composition->chat();
    const app::CollectionService &collections = m_composition->collections();
    for (const SampleTalk &talk : sampleDocumentTalks()) {
        chat.open({});
        chat.attachCollection(collections.find(collections.named(talk.collection))->uuid);
        if (!QTest::qWaitFor([&] { return !chat.documents().isEmpty(); }) || !askAll(talk.questions))
            return false;
        const auto isChecked = [&] { return chat.transcript().constLast().grounding.checked; };
        if (!QTest::qWaitFor(isChecked))
            return false;
        m_composition->conversations().rename(chat.conversation(), talk.title);
    }
    return true;
}

bool OfflineDesk::askAll(const QStringList &questions)
{
    m_player->setPace(0, 100'000);
    const bool asked = std::ranges::all_of(questions, [this](const QString &question) { return ask(question); });
    m_player->setPace(16, 4);
    return asked;
}

bool OfflineDesk::documentsRead()
{
    const app::IngestService &ingest = m_composition->ingest();
    const app::CollectionService &collections = m_composition->collections();
    return QTest::qWaitFor(
        [&] {
            return ingest.phase() == app::IndexingPhase::Idle &&
                   std::ranges::all_of(collections.collections(), [&](const app::CollectionValue &one) {
                       const app::CollectionCounts counts = ingest.counts(one.id);
                       return counts.files > 0 && !counts.isBusy();
                   });
        },
        10'000);
}

bool OfflineDesk::ask(const QString &question)
{
    QSignalSpy ended(&m_composition->chat(), &app::ChatService::turnEnded);
    m_composition->chat().send(question);
    return QTest::qWaitFor([&] { return !ended.isEmpty() && !m_composition->chat().isBusy(); }, 10'000);
}

bool OfflineDesk::fill()
{
    app::ChatService &chat = m_composition->chat();
    app::ConversationService &conversations = m_composition->conversations();
    for (const SampleTalk &talk : sampleTalks()) {
        *m_clock = noonOf(talk.daysAgo);
        chat.open({});
        if (!askAll(talk.questions))
            return false;
        conversations.rename(chat.conversation(), talk.title);
        if (talk.pinned)
            conversations.setPinned(chat.conversation(), true);
        if (talk.trashed)
            conversations.trash(chat.conversation());
    }
    *m_clock = 0;
    return true;
}

} // namespace ui
