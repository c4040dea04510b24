// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/summary_desk.h"

#include "app/summary_export.h"
#include "ui/library/library_words.h"

#include <QDateTime>
#include <QFileInfo>
#include <QLocale>

#include <algorithm>

namespace ui {

using app::SummaryRequest;
using app::SummaryService;
using Phase = SummaryService::Phase;

namespace {

QStringList linesOf(const QString &text)
{
    QStringList lines;
    for (const QString &line : text.split(u'\n')) {
        if (const QString question = line.trimmed(); !question.isEmpty())
            lines += question;
    }
    return lines;
}

QString nameOf(const QString &path)
{
    return path.sliced(path.lastIndexOf(u'/') + 1);
}

} // namespace

void SummaryDesk::setService(SummaryService *service)
{
    if (service == m_service)
        return;
    if (m_service)
        m_service->disconnect(this);
    m_service = service;
    if (m_service) {
        for (const auto signal :
             {&SummaryService::phaseChanged, &SummaryService::progressChanged, &SummaryService::resultChanged})
            connect(m_service, signal, this, &SummaryDesk::changed);
        connect(m_service, &SummaryService::phaseChanged, this, &SummaryDesk::readyChanged);
    }
    Q_EMIT changed();
    Q_EMIT readyChanged();
}

void SummaryDesk::setCollections(app::CollectionService *collections)
{
    if (collections == m_collections)
        return;
    if (m_collections)
        m_collections->disconnect(this);
    m_collections = collections;
    if (m_collections)
        connect(m_collections, &app::CollectionService::collectionsChanged, this, &SummaryDesk::changed);
    Q_EMIT changed();
}

QString SummaryDesk::collectionName(const QString &uuid) const
{
    if (!m_collections || uuid.isEmpty())
        return {};
    const auto &all = m_collections->collections();
    const auto found = std::ranges::find(all, uuid, &app::CollectionValue::uuid);
    return found == all.end() ? QString() : found->name;
}

SummaryRequest SummaryDesk::request() const
{
    SummaryRequest request{.paths = m_paths, .collection = m_collection, .language = m_language};
    if (m_manner == Questions)
        request.questions = linesOf(m_questions);
    else
        request.length = static_cast<app::SummaryLength>(m_manner);
    return request;
}

/// The service's summary is of what lies here.
bool SummaryDesk::isMine() const
{
    return m_service && m_service->phase() != Phase::Idle && m_service->request().paths == m_paths &&
           m_service->request().collection == m_collection;
}

void SummaryDesk::take(const QStringList &paths, const QString &collection)
{
    if (paths != m_paths || collection != m_collection) {
        // Length and language are a habit; questions are about what they were asked of.
        m_manner = m_manner == Questions ? Standard : m_manner;
        m_questions.clear();
    }
    m_paths = paths;
    m_collection = collection;
    m_choosing = !isMine();
    Q_EMIT changed();
    Q_EMIT questionsChanged();
    Q_EMIT readyChanged();
}

void SummaryDesk::takeNewest()
{
    if (!m_service || m_service->phase() == Phase::Idle)
        return;
    const SummaryRequest newest = m_service->request();
    take(newest.paths, newest.collection);
    m_manner = newest.questions.isEmpty() ? static_cast<Manner>(newest.length) : Questions;
    m_language = newest.language;
    m_questions = newest.questions.join(u'\n');
    Q_EMIT changed();
    Q_EMIT questionsChanged();
}

void SummaryDesk::chooseAgain()
{
    if (isMine())
        m_service->stop();
    m_choosing = true;
    Q_EMIT changed();
}

void SummaryDesk::begin()
{
    if (!isReady())
        return;
    m_choosing = false;
    m_service->summarize(request());
}

void SummaryDesk::pause()
{
    if (isMine())
        m_service->stop();
}

void SummaryDesk::goOn()
{
    if (isMine() && !m_service->isBusy())
        m_service->summarize(m_service->request());
}

void SummaryDesk::setManner(Manner manner)
{
    if (manner == m_manner)
        return;
    m_manner = manner;
    Q_EMIT changed();
    Q_EMIT readyChanged();
}

void SummaryDesk::setLanguage(const QString &tag)
{
    if (tag == m_language)
        return;
    m_language = tag;
    Q_EMIT changed();
}

void SummaryDesk::setQuestions(const QString &lines)
{
    if (lines == m_questions)
        return;
    m_questions = lines;
    Q_EMIT questionsChanged();
    Q_EMIT readyChanged();
}

bool SummaryDesk::isReady() const
{
    return m_service && !m_service->isBusy() && (!m_paths.isEmpty() || !m_collection.isEmpty()) &&
           (m_manner != Questions || !linesOf(m_questions).isEmpty());
}

QString SummaryDesk::occupied() const
{
    if (!m_service || !m_service->isBusy() || isMine())
        return {};
    const SummaryRequest &other = m_service->request();
    return app::summaryTitle(other, collectionName(other.collection));
}

SummaryDesk::Standing SummaryDesk::standing() const
{
    if (m_choosing || !isMine())
        return Choosing;
    switch (m_service->phase()) {
    case Phase::Idle:
        return Choosing;
    case Phase::Stopped:
        return Paused;
    case Phase::Done:
        return Done;
    case Phase::Failed:
        return Failed;
    default:
        return Working;
    }
}

QString SummaryDesk::subject() const
{
    return app::summarySubject(request(), collectionName(m_collection));
}

QString SummaryDesk::title() const
{
    const SummaryRequest shown = standing() == Choosing ? request() : m_service->request();
    return app::summaryTitle(shown, collectionName(shown.collection));
}

QString SummaryDesk::chosen() const
{
    if (!m_service)
        return {};
    const SummaryRequest &made = m_service->request();
    const QString lengths[] = {tr("short"), tr("standard"), tr("detailed"), tr("key points")};
    const QString manner = made.questions.isEmpty()
                               ? lengths[made.length]
                               : tr("%n question(s)", nullptr, static_cast<int>(made.questions.size()));
    return made.language.isEmpty() ? manner : tr("%1 · %2").arg(manner, languageName(made.language));
}

QString SummaryDesk::step() const
{
    if (!m_service)
        return {};
    const QLocale locale;
    switch (m_service->phase()) {
    case Phase::Reading:
        return m_service->subject().isEmpty() ? tr("Reading") : tr("Reading %1").arg(nameOf(m_service->subject()));
    case Phase::Loading:
        return tr("Loading the model");
    case Phase::Sections:
        return tr("Part %1 of %2")
            .arg(locale.toString(std::min(m_service->sectionsDone() + 1, m_service->sectionsTotal())),
                 locale.toString(m_service->sectionsTotal()));
    case Phase::Joining:
        return tr("Joining what was found");
    case Phase::Writing:
        return m_service->request().questions.isEmpty() ? tr("Writing the summary") : tr("Answering the questions");
    case Phase::Stopped:
        return m_service->sectionsTotal() > 1
                   ? tr("Paused, %1 of %2 parts are read")
                         .arg(locale.toString(m_service->sectionsDone()), locale.toString(m_service->sectionsTotal()))
                   : tr("Paused");
    case Phase::Done:
        return tr("Ready");
    case Phase::Failed:
        return m_service->failure().title;
    case Phase::Idle:
        break;
    }
    return {};
}

QString SummaryDesk::detail() const
{
    if (!m_service)
        return {};
    if (m_service->phase() == Phase::Stopped)
        return tr("What was read is kept.");
    if (m_service->phase() != Phase::Sections)
        return {};
    QStringList parts;
    if (!m_service->subject().isEmpty())
        parts += m_service->subject();
    if (const QString left = LibraryWords().timeLeft(m_service->secondsLeft()); !left.isEmpty())
        parts += tr("%1 left").arg(left);
    return parts.join(QStringLiteral(" · "));
}

double SummaryDesk::progress() const
{
    // Joining and writing are the last tenth: nobody knows how long they take before they begin.
    constexpr double ofSections = 0.9;
    constexpr double ofJoining = 0.93;
    constexpr double ofWriting = 0.96;
    if (!m_service)
        return 0;
    const double read =
        m_service->sectionsTotal() > 0 ? double(m_service->sectionsDone()) / m_service->sectionsTotal() : 0;
    switch (m_service->phase()) {
    case Phase::Sections:
    case Phase::Stopped:
    case Phase::Failed:
        return ofSections * read;
    case Phase::Joining:
        return ofJoining;
    case Phase::Writing:
        return ofWriting;
    case Phase::Done:
        return 1;
    default:
        return 0;
    }
}

QString SummaryDesk::kept() const
{
    const int steps = m_service && m_service->phase() == Phase::Done ? m_service->stepsKept() : 0;
    return steps > 0 ? tr("Kept from before: %n step(s).", nullptr, steps) : QString();
}

app::ExportedTalk SummaryDesk::talk() const
{
    const SummaryRequest &made = m_service->request();
    return app::summaryTalk({.request = made,
                             .result = m_service->result(),
                             .collectionName = collectionName(made.collection),
                             .modelName = m_service->modelName()});
}

void SummaryDesk::showSource(app::SourceService *sources, const app::SummarySource &source) const
{
    if (sources == nullptr || !m_service)
        return;
    const bool cited = standing() == Done && m_service->sources().contains(source);
    const QList<app::SummarySource> shown = cited ? m_service->sources() : QList{source};
    sources->show({}, app::summaryCitations(shown, m_service->request().collection), source.id);
}

void SummaryDesk::saveAs(const QString &path) const
{
    if (m_exports != nullptr && standing() == Done)
        m_exports->save(talk(), path);
}

QString SummaryDesk::markdown() const
{
    if (standing() != Done)
        return {};
    app::ExportedTalk dated = talk();
    dated.written = QDateTime::currentDateTime();
    return app::exported(dated, app::ExportFormat::Markdown);
}

QString SummaryDesk::fileName() const
{
    QString name = title();
    // The kind of the file that it is about is none of its own.
    if (m_paths.size() == 1)
        name.replace(QFileInfo(m_paths.constFirst()).fileName(), QFileInfo(m_paths.constFirst()).completeBaseName());
    return app::exportFileName(name);
}

QStringList SummaryDesk::languages()
{
    return {QStringLiteral("en"), QStringLiteral("de"), QStringLiteral("fr"), QStringLiteral("es"),
            QStringLiteral("it"), QStringLiteral("pt"), QStringLiteral("nl"), QStringLiteral("pl"),
            QStringLiteral("sv"), QStringLiteral("cs"), QStringLiteral("tr"), QStringLiteral("uk"),
            QStringLiteral("ru"), QStringLiteral("ar"), QStringLiteral("zh"), QStringLiteral("ja")};
}

QString SummaryDesk::languageName(const QString &tag) const
{
    if (tag.isEmpty())
        return tr("The documents' own");
    const QLocale locale(tag);
    QString name = locale.nativeLanguageName();
    if (!name.isEmpty())
        name[0] = name[0].toUpper();
    return name;
}

} // namespace ui
