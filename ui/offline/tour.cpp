// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/offline/tour.h"

#include "app/chat_service.h"
#include "app/collection_service.h"
#include "app/conversation_service.h"
#include "app/ingest_service.h"
#include "app/model_service.h"
#include "app/settings.h"
#include "app/source_service.h"
#include "app/summary_service.h"
#include "ui/offline/assistant_scenes.h"
#include "ui/offline/attachment_scenes.h"
#include "ui/offline/inspector_scenes.h"
#include "ui/offline/model_scenes.h"
#include "ui/offline/offline_desk.h"
#include "ui/offline/sample_models.h"
#include "ui/offline/sample_talks.h"
#include "ui/offline/scene.h"
#include "ui/offline/window_driver.h"

#include <QDir>
#include <QGuiApplication>
#include <QStyleHints>
#include <QTest>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <vector>

namespace ui {

namespace {

constexpr QSize kLarge(1280, 800);
constexpr QSize kSmall(900, 600);

class Tour {
public:
    Tour(OfflineDesk &desk, const TourOptions &options)
        : m_desk(desk)
        , m_options(options)
        , m_driver(desk.window().quickWindow())
    {
    }

    /// The number of pictures, or -1.
    int walk(const std::vector<Scene> &scenes)
    {
        int pictures = 0;
        for (const Scene &scene : scenes) {
            const QString name = QString::fromLatin1(scene.name);
            const auto wanted = [&](const QString &start) { return name.startsWith(start); };
            if (!m_options.only.isEmpty() && !std::ranges::any_of(m_options.only, wanted))
                continue;
            m_driver.resize(kLarge);
            if (!scene.enter()) {
                std::fprintf(stderr, "carrel-offline: the scene %s could not be reached\n", scene.name);
                (void)m_driver.picture().save(m_options.folder + QStringLiteral("/unreached.png"));
                return -1;
            }
            app::Settings &settings = m_desk.composition().settings();
            const int scale = settings.uiScalePercent();
            if (m_options.scalePercent != 100)
                settings.setUiScalePercent(m_options.scalePercent);
            for (const QSize size : {kLarge, kSmall}) {
                m_driver.resize(size);
                for (const bool dark : {false, true}) {
                    settings.setAppearance(dark ? app::Appearance::Dark : app::Appearance::Light);
                    const QString file =
                        QStringLiteral("%1/%2-%3%4.png")
                            .arg(m_options.folder, name, dark ? QStringLiteral("dark") : QStringLiteral("light"),
                                 size == kSmall ? QStringLiteral("-small") : QString());
                    if (!m_driver.picture().save(file)) {
                        std::fprintf(stderr, "carrel-offline: %s cannot be written\n", qPrintable(file));
                        return -1;
                    }
                    ++pictures;
                }
            }
            m_driver.resize(kLarge);
            settings.setUiScalePercent(scale);
            scene.leave();
        }
        return pictures;
    }

    [[nodiscard]] WindowDriver &driver() { return m_driver; }

private:
    OfflineDesk &m_desk;
    const TourOptions &m_options;
    WindowDriver m_driver;
};

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

int pictureFirstStart(const TourOptions &options)
{
    const auto isFirst = [](const QString &name) { return name.startsWith(QStringLiteral("first")); };
    // These follow one another, so that a later one needs those before it.
    if (!options.only.isEmpty() && std::ranges::none_of(options.only, isFirst))
        return 0;
    OfflineDesk desk({.dataFolder = {}, .talks = false, .models = false, .firstStartDone = false});
    if (!desk.start())
        return -1;
    TourOptions all = options;
    all.only.clear();
    Tour tour(desk, all);
    WindowDriver &driver = tour.driver();
    const auto next = [&] { driver.click(text("Continue")); };
    const QTemporaryDir folder;
    return tour.walk({
        {"first-start-1-folder", [&] { return driver.waitFor(text("Continue")); }, next},
        {"first-start-2-machine", [] { return true; }, next},
        {"first-start-3-no-model", [&] { return driver.waitFor(text("Use a file I have")); }},
        {"first-start-3-models",
         [&] {
             for (const SampleModel &model : sampleModels()) {
                 if (!model.complete)
                     continue;
                 if (!writeSampleModel(folder.path(), model))
                     return false;
                 desk.composition().models().add(folder.filePath(model.fileName));
             }
             return driver.waitFor(text("SmolLM2 135M Instruct, Fits"));
         },
         next},
        {"first-start-file-failed",
         [&] {
             if (!writeSampleModel(folder.path(), sampleModels().back()))
                 return false;
             desk.composition().models().add(folder.filePath(sampleModels().back().fileName));
             return driver.waitFor(text("Choose another file"));
         },
         [&] { driver.press(Qt::Key_Escape); }},
        {"first-start-4-question", [&] { return driver.waitFor(text("Begin")); }},
    });
}

int pictureNoModel(const TourOptions &options)
{
    OfflineDesk desk({.dataFolder = {}, .talks = false, .models = false, .firstStartDone = true});
    if (!desk.start())
        return -1;
    Tour tour(desk, options);
    WindowDriver &driver = tour.driver();
    return tour.walk(
        {{"chat-no-model", [&] { return driver.waitFor(text("Use a file I have")); }},
         {"models-empty", [&] { return driver.click(text("Models")) && driver.waitFor(text("Get a model")); }},
         {"models-downloads-empty",
          [&] { return driver.click(text("Models")) && driver.click(driver.named(text("Downloads"))); }},
         {"documents-empty", [&] { return driver.click(text("Documents")) && driver.waitFor(text("Add a folder")); }}});
}

/// The scenes of a full profile.
class FullProfile {
public:
    FullProfile(OfflineDesk &desk, WindowDriver &driver, Qt::LayoutDirection direction)
        : m_desk(desk)
        , m_driver(driver)
        , m_direction(direction)
        , m_chat(desk.composition().chat())
    {
    }

    std::vector<Scene> scenes()
    {
        std::vector<Scene> all;
        for (auto &&group :
             {talking(), choosing(), attachmentScenes(m_desk, m_driver), documents(), sources(), summaries(),
              inspectorScenes(m_desk, m_driver), assistantScenes(m_desk, m_driver), rooms()})
            all.insert(all.end(), group.begin(), group.end());
        return all;
    }

private:
    bool open(const char *title)
    {
        const auto talks = sampleTalks() + sampleDocumentTalks();
        const auto talk = std::ranges::find(talks, text(title), &SampleTalk::title);
        return m_driver.click(text(title)) && m_driver.waitUntil([&] {
            return !m_chat.transcript().isEmpty() &&
                   m_chat.transcript().constFirst().text == talk->questions.constFirst();
        });
    }
    bool newChat()
    {
        return m_driver.click(text("New chat")) && m_driver.waitUntil([&] { return m_chat.transcript().isEmpty(); });
    }
    /// Asks and leaves the answer standing after some characters.
    bool askAndHold(const char *question, qsizetype characters)
    {
        bool held = false;
        const auto connection = QObject::connect(&m_desk.player(), &OfflinePlayer::held, [&] { held = true; });
        m_desk.player().holdAfter(characters);
        m_chat.send(text(question));
        const bool reached = m_driver.waitUntil([&] { return held; });
        QObject::disconnect(connection);
        return reached;
    }
    void finish()
    {
        m_desk.player().resume();
        (void)m_driver.waitUntil([&] { return !m_chat.isBusy(); });
        m_desk.setAuthor({});
    }
    void toTrash()
    {
        m_desk.composition().conversations().trash(m_chat.conversation());
        m_chat.open({});
    }
    void escape()
    {
        m_driver.press(Qt::Key_Escape);
        (void)m_driver.picture(); // what was open may still fade out and take clicks
    }

    std::vector<Scene> talking()
    {
        return {
            {"chat", [this] { return open("Notice period in the lease"); }},
            {"chat-code", [this] { return open("Merge two sorted lists"); }},
            {"chat-thoughts", [this] { return open("Merge two sorted lists") && m_driver.click(text("Thought")); },
             [this] { m_driver.click(text("Thought")); }},
            {"chat-blocks", [this] { return open("Tax letter, plain words"); }},
            {"chat-empty", [this] { return newChat(); }},
            {"chat-streaming", [this] { return newChat() && askAndHold("Write a stable merge of two lists.", 420); },
             [this] {
                 finish();
                 toTrash();
             }},
            {"chat-thinking",
             [this] {
                 m_desk.setAuthor([](const QString &) {
                     return OfflineAnswer{.thinking = sampleAnswer(QStringLiteral("stable merge")).thinking,
                                          .answer = QStringLiteral("Done."),
                                          .error = {}};
                 });
                 m_desk.player().setPace(400, 4);
                 if (!newChat())
                     return false;
                 m_chat.send(text("Which merge is stable?"));
                 return m_driver.waitFor(text("Thinking"));
             },
             [this] {
                 m_chat.stop();
                 m_desk.player().setPace(16, 4);
                 finish();
                 toTrash();
             }},
            {"chat-versions",
             [this] {
                 if (!open("Trip to Graz, packing list"))
                     return false;
                 for (int version = 0; version < 2; ++version) {
                     if (!m_driver.click(text("Answer again")) || !m_driver.waitUntil([&] { return !m_chat.isBusy(); }))
                         return false;
                 }
                 return m_driver.click(text("Version before")) && m_driver.waitFor(text("Version 2 of 3"));
             }},
            {"chat-edit",
             [this] {
                 return open("Trip to Graz, packing list") && m_driver.click(text("Edit the question")) &&
                        m_driver.waitFor(text("Cancel"));
             },
             [this] { m_driver.click(text("Cancel")); }},
            {"chat-error",
             [this] {
                 m_desk.setAuthor([](const QString &) {
                     return OfflineAnswer{
                         .thinking = {},
                         .answer = QStringLiteral(
                             "Mix flour, water, salt and a little yeast. Cover the bowl and let it stand"),
                         .error = inference::Error{inference::ErrorCode::DeviceLost,
                                                   "VK_ERROR_DEVICE_LOST in submission 412"}};
                 });
                 return open("Bread without kneading") && m_desk.ask(text("And how long does it rise?")) &&
                        m_driver.waitFor(text("Copy details"));
             },
             [this] { m_desk.setAuthor({}); }},
            {"chat-find",
             [this] {
                 if (!open("Tax letter, plain words"))
                     return false;
                 m_driver.press(Qt::Key_F, Qt::ControlModifier);
                 if (!m_driver.waitFor(text("Find in this chat")))
                     return false;
                 m_driver.type(text("return"));
                 return m_driver.waitFor(text("Next passage"));
             },
             [this] { escape(); }},
        };
    }

    void loadModel() const
    {
        m_desk.port().loadModel({.modelId = text("smollm2-135m-instruct.q4_1"), .path = {}, .device = text("cpu")});
    }

    std::vector<Scene> choosing()
    {
        return {
            {"model-picker",
             [this] {
                 return open("Notice period in the lease") && m_driver.click(text("Model SmolLM2")) &&
                        m_driver.waitFor(text("Add a file…"));
             },
             [this] { escape(); }},
            {"model-loading",
             [this] {
                 m_desk.port().setAutomatic(false);
                 loadModel();
                 m_desk.port().setLoadProgress(0.42);
                 return m_driver.waitFor(text("Model SmolLM2 135M Instruct, loading"));
             },
             [this] {
                 m_desk.port().finishLoading();
                 m_desk.port().setAutomatic(true);
             }},
            {"chat-overflow",
             [this] {
                 m_desk.port().setContextLength(140);
                 loadModel();
                 if (!open("Tax letter, plain words"))
                     return false;
                 m_driver.click(m_driver.named(text("composerText")));
                 m_driver.type(text("Which paragraph allows the objection, and until when?"));
                 return m_driver.waitFor(text("Longer context"));
             },
             [this] {
                 m_driver.press(Qt::Key_A, Qt::ControlModifier);
                 m_driver.press(Qt::Key_Delete);
                 m_desk.port().setContextLength(8192);
                 loadModel();
             }},
            {"chat-fallback",
             [this] {
                 m_desk.port().setDevice(text("CPU · 8 threads"),
                                         text("GPU set aside: its driver lost the device twice"));
                 loadModel();
                 return open("Merge two sorted lists");
             },
             [this] {
                 m_desk.port().setDevice(text("Radeon 780M"));
                 loadModel();
             }},
            {"chat-notice",
             [this] {
                 m_desk.composition().settings().setDevice(text("geforce"));
                 m_chat.open({});
                 return m_driver.waitFor(text("Details about the devices"));
             },
             [this] { m_desk.composition().settings().setDevice(text("auto")); }},
            {"rtl-chat",
             [this] {
                 QGuiApplication::setLayoutDirection(Qt::RightToLeft);
                 m_desk.setAuthor([](const QString &) {
                     return OfflineAnswer{
                         .thinking = {},
                         .answer = QString::fromUtf16(
                             u"## ملخص الرسالة\n\nقبل المكتب **إقرارك**، وستستعيد 1,284.60 يورو.\n\n"
                             u"- تصل النقود خلال عشرة أيام\n- لا حاجة إلى فعل شيء\n\n> الاعتراض مجاني.\n\n"
                             u"| البند | المبلغ |\n|:--|--:|\n| ضريبة | 1,284.60 |\n\n"
                             u"An English paragraph reads from the left.\n\n```python\nx = 1  # code too\n```"),
                         .error = {}};
                 });
                 m_chat.open({});
                 return m_desk.ask(QString::fromUtf16(u"ماذا تقول هذه الرسالة؟")) &&
                        m_driver.waitFor(text("Answer again"));
             },
             [this] { m_desk.setAuthor({}); }},
            {"rtl-settings",
             [this] { return m_driver.click(text("Settings")) && m_driver.click(text("Models and devices")); },
             [this] { QGuiApplication::setLayoutDirection(m_direction); }},
            {"record",
             [this] {
                 return open("Merge two sorted lists") && m_driver.click(text("What made this answer")) &&
                        m_driver.waitFor(text("Copy all"));
             },
             [this] { escape(); }},
            {"link",
             [this] {
                 if (!open("Tax letter, plain words"))
                     return false;
                 const bool asked =
                     QMetaObject::invokeMethod(m_driver.named(text("transcript")), "linkChosen",
                                               Q_ARG(QString, text("https://www.example.org/tax-code/section-355")));
                 return asked && m_driver.waitFor(text("Open in the browser"));
             },
             [this] { escape(); }},
        };
    }

    bool openCollection(const char *name)
    {
        return m_driver.click(text("Documents")) && m_driver.waitFor(text("Collections")) &&
               m_driver.click(text(name)) && m_driver.waitFor(text("Filter by name"));
    }
    /// Has a document of the first collection read again, which then stands still in the middle of it.
    bool readAndHold(const QString &name, std::uint32_t page)
    {
        app::IngestService &ingest = m_desk.composition().ingest();
        m_desk.reader().hold(name, page);
        const QObject context;
        QObject::connect(&ingest, &app::IngestService::filesLoaded, &context,
                         [&](app::CollectionId, const QList<app::FileValue> &files) {
                             const auto file = std::ranges::find(files, name, &app::FileValue::name);
                             if (file != files.end())
                                 ingest.retry(*file);
                         });
        ingest.loadFiles(m_desk.composition().collections().named(text("House")));
        return m_driver.waitUntil([&] { return !ingest.reading().isEmpty() && ingest.reading().first().done == page; });
    }
    void readOn()
    {
        m_desk.reader().release();
        (void)m_desk.documentsRead();
    }

    std::vector<Scene> documents()
    {
        const QString inspection = text("Inspection 2025.pdf");
        return {
            {"documents", [this] { return m_driver.click(text("Documents")) && m_driver.waitFor(text("House")); }},
            {"documents-collection", [this] { return openCollection("House"); }},
            {"documents-reading",
             [this, inspection] {
                 return openCollection("House") && readAndHold(inspection, 41) && m_driver.waitFor(text("Pause")) &&
                        m_driver.waitFor(inspection + text(", reading"));
             },
             [this] { readOn(); }},
            {"documents-busy",
             [this, inspection] {
                 return m_driver.click(text("Documents")) && readAndHold(inspection, 41) &&
                        m_driver.waitFor(text("Pause"));
             },
             [this] { readOn(); }},
            {"documents-search",
             [this] {
                 if (!openCollection("House"))
                     return false;
                 m_driver.type(text("notice in writing"));
                 return m_driver.waitFor(text("Lease.pdf · page 3"));
             }},
            {"documents-troubled",
             [this] { return openCollection("House") && m_driver.click(text("5 not read whole")); }},
            {"documents-password",
             [this] {
                 return openCollection("House") && m_driver.click(text("Password…: Accounts.xlsx")) &&
                        m_driver.waitFor(text("Read the file"));
             },
             [this] { escape(); }},
            {"documents-sources",
             [this] {
                 return openCollection("House") && m_driver.click(text("More about House")) &&
                        m_driver.click(text("Files and folders")) && m_driver.waitFor(text("Folders are watched"));
             },
             [this] { escape(); }},
            {"documents-remove",
             [this] {
                 return m_driver.click(text("Documents")) && m_driver.click(text("More about Work")) &&
                        m_driver.click(text("Remove the collection")) && m_driver.waitFor(text("Keep"));
             },
             [this] { escape(); }},
        };
    }

    /// Opens the conversation about documents at its top, so that the numbers of its sources are in sight.
    bool openSources()
    {
        return open("Ending the lease") && m_driver.waitFor(text("Answered from ")) &&
               QMetaObject::invokeMethod(m_driver.named(text("transcript")), "showRow", Q_ARG(int, 0)) &&
               m_driver.waitFor(text("Source "));
    }
    /// Shows the last source from a file of that kind.
    bool showSource(bool hasPages)
    {
        if (!openSources())
            return false;
        const app::MessageValue &answer = m_chat.transcript().constLast();
        app::SourceService &sources = m_desk.composition().sources();
        for (const app::CitationValue &citation : answer.citations) {
            if (citation.documentName.endsWith(text(".pdf")) == hasPages)
                sources.show(answer.id, answer.citations, citation.ordinal);
        }
        return m_driver.waitUntil([&] {
            return sources.isOpen() && sources.view().standing != app::SourceStanding::Looking &&
                   m_driver.named(text("sourcePane")) != nullptr;
        });
    }
    void closeSource()
    {
        m_desk.composition().sources().close();
        (void)m_driver.picture(); // a drawer takes clicks until it is out of sight
    }

    std::vector<Scene> sources()
    {
        const QString house = m_desk.documentFolder() + text("/House");
        const QString away = m_desk.documentFolder() + text("/Unplugged");
        return {
            {"sources-answer", [this] { return openSources() && m_driver.click(m_driver.named(text("sourcesFold"))); },
             [this] { m_driver.click(m_driver.named(text("sourcesFold"))); }},
            {"source-failed",
             [this] {
                 m_desk.breakPages(true);
                 return showSource(true) && m_driver.waitFor(text("Draw it again"));
             },
             [this] {
                 m_desk.breakPages(false);
                 closeSource();
             }},
            {"source-page",
             [this] {
                 return openSources() && m_driver.click(text("Source 1, Lease.pdf, p. 3")) &&
                        m_driver.waitFor(text("Source: Lease.pdf, page 3 of 14")) && m_driver.waitUntil([this] {
                            return m_desk.composition().sources().pictureState() == app::PictureState::Ready;
                        });
             },
             [this] { closeSource(); }},
            {"source-why", [this] { return showSource(true) && m_driver.click(text("Why this passage?")); },
             [this] { closeSource(); }},
            {"source-text", [this] { return showSource(false); }, [this] { closeSource(); }},
            {"source-offline",
             [this, house, away] {
                 return QDir().rename(house, away) && showSource(true) &&
                        m_driver.waitFor(text("The drive or folder of this file is not connected."));
             },
             [this, house, away] {
                 QDir().rename(away, house);
                 closeSource();
                 (void)m_desk.documentsRead();
             }},
        };
    }

    /// The choices for a file of the first collection.
    bool chooseSummary(const char *row)
    {
        if (!openCollection("House") || !m_driver.waitFor(text(row)))
            return false;
        m_driver.find(text(row))->forceActiveFocus(Qt::TabFocusReason);
        m_driver.press(Qt::Key_Menu);
        return m_driver.click(text("Summarize it")) &&
               m_driver.waitUntil([this] { return m_driver.named(text("beginSummary")) != nullptr; });
    }
    bool beginSummary() { return m_driver.click(m_driver.named(text("beginSummary"))); }
    bool summaryDone()
    {
        return m_driver.waitUntil(
            [this] { return m_desk.composition().summaries().phase() == app::SummaryService::Phase::Done; });
    }
    bool summarized()
    {
        m_desk.player().setPace(0, 100'000);
        return beginSummary() && summaryDone();
    }
    void leaveSummary()
    {
        app::SummaryService &summaries = m_desk.composition().summaries();
        m_desk.player().setPace(16, 4);
        m_desk.player().resume();
        summaries.stop();
        (void)m_driver.waitUntil([&] { return !summaries.isBusy(); });
        escape();
    }

    std::vector<Scene> summaries()
    {
        const auto leave = [this] { leaveSummary(); };
        return {
            {"documents-selection",
             [this] {
                 if (!openCollection("House"))
                     return false;
                 for (const char *row : {"Lease.pdf, ready", "Insurance.docx, ready"}) {
                     if (!m_driver.waitFor(text(row)))
                         return false;
                     m_driver.find(text(row))->forceActiveFocus(Qt::TabFocusReason);
                     m_driver.press(Qt::Key_Space);
                 }
                 return m_driver.waitFor(text("2 files selected"));
             }},
            {"summary-choices", [this] { return chooseSummary("Lease.pdf, ready"); }, leave},
            {"summary-questions",
             [this] {
                 return chooseSummary("Lease.pdf, ready") && m_driver.click(text("Answers")) &&
                        m_driver.waitFor(text("Questions, one a line"));
             },
             leave},
            {"summary-reading",
             [this] {
                 const app::SummaryService &summaries = m_desk.composition().summaries();
                 m_desk.port().setContextLength(1400);
                 loadModel();
                 m_desk.player().setPace(30, 40);
                 if (!chooseSummary("Inspection 2025.pdf, ready") || !beginSummary() ||
                     !m_driver.waitUntil([&] { return summaries.sectionsDone() == 3; }))
                     return false;
                 m_desk.player().holdAfter(20);
                 return m_driver.waitUntil([this] { return m_desk.player().isHeld(); });
             },
             leave},
            {"summary-paused",
             [this] {
                 return m_driver.waitFor(text("Show: Summary of Inspection")) &&
                        m_driver.click(text("Show: Summary of Inspection")) && m_driver.waitFor(text("Go on"));
             },
             leave},
            {"summary-sections",
             [this] {
                 m_desk.player().setPace(0, 100'000);
                 if (!m_driver.click(text("Show: Summary of Inspection")) || !m_driver.click(text("Go on")) ||
                     !summaryDone())
                     return false;
                 QQuickItem *list = m_driver.named(text("sectionList"));
                 return list != nullptr && list->setProperty("unfolded", 1);
             },
             [this] {
                 m_desk.port().setContextLength(8192);
                 loadModel();
                 leaveSummary();
             }},
            {"summary-done",
             [this] {
                 return chooseSummary("Lease.pdf, ready") && summarized() &&
                        m_driver.click(m_driver.named(text("summarySources"))) && !m_driver.picture().isNull() &&
                        m_driver.click(text("Source 1, Lease"));
             },
             leave},
            {"summary-collection",
             [this] {
                 return openCollection("House") && m_driver.click(text("More about House")) &&
                        m_driver.click(text("Summarize all of it")) &&
                        m_driver.waitUntil([this] { return m_driver.named(text("beginSummary")) != nullptr; }) &&
                        summarized() &&
                        m_driver.click(QStringLiteral("%1 files not read whole")
                                           .arg(m_desk.composition().summaries().coverage().unreadFiles.size()));
             },
             leave},
            {"summary-refused",
             [this] {
                 return chooseSummary("Deed 1987 (scan).pdf") && beginSummary() &&
                        m_driver.waitFor(text("There is no text to be read"));
             },
             leave},
        };
    }

    std::vector<Scene> rooms()
    {
        std::vector<Scene> scenes{
            {"search",
             [this] {
                 m_driver.press(Qt::Key_K, Qt::ControlModifier);
                 if (!m_driver.waitFor(text("Search titles and messages")))
                     return false;
                 m_driver.type(text("notice"));
                 return m_driver.waitFor(text("Lease review"));
             },
             [this] { escape(); }},
            {"shortcuts",
             [this] {
                 m_driver.press(Qt::Key_F1);
                 return m_driver.waitFor(text("This list"));
             },
             [this] { escape(); }},
            {"conversation-menu",
             [this] {
                 m_driver.hover(text("Bread without kneading"));
                 return m_driver.click(text("More about Bread without kneading")) &&
                        m_driver.waitFor(text("Move to the trash"));
             },
             [this] { escape(); }},
            {"rename",
             [this] {
                 m_driver.click(text("Minutes of the council"));
                 if (!m_driver.waitUntil([this] { return m_chat.transcript().size() == 2; }))
                     return false;
                 m_driver.find(text("Minutes of the council"))->forceActiveFocus(Qt::TabFocusReason);
                 m_driver.press(Qt::Key_F2);
                 return m_driver.waitFor(text("New title"));
             },
             [this] { escape(); }},
            {"undo",
             [this] {
                 m_driver.hover(text("Reading list, spring"));
                 return m_driver.click(text("More about Reading list, spring")) &&
                        m_driver.click(text("Move to the trash")) && m_driver.waitFor(text("Undo"));
             },
             [this] { m_driver.click(text("Undo")); }},
            {"trash", [this] { return m_driver.click(text("Trash")) && m_driver.waitFor(text("Empty the trash")); }},
            {"trash-empty",
             [this] {
                 return m_driver.click(text("Trash")) && m_driver.click(text("Empty the trash")) &&
                        m_driver.waitFor(text("Keep"));
             },
             [this] { m_driver.click(text("Keep")); }},
            {"models", [this] { return m_driver.click(text("Models")) && m_driver.waitFor(text("Add a file")); }},
        };
        const std::pair<const char *, const char *> parts[] = {{"settings-appearance", "Appearance"},
                                                               {"settings-devices", "Models and devices"},
                                                               {"settings-documents", "Reading documents"},
                                                               {"settings-privacy", "Privacy"},
                                                               {"settings-data", "Data"},
                                                               {"settings-keyboard", "Keyboard"},
                                                               {"settings-about", "About"}};
        for (const auto &[name, part] : parts)
            scenes.push_back(
                {name, [this, part] { return m_driver.click(text("Settings")) && m_driver.click(text(part)); }});
        app::Settings &settings = m_desk.composition().settings();
        scenes.push_back({"chat-large",
                          [this, &settings] {
                              const bool opened = open("Merge two sorted lists");
                              settings.setUiScalePercent(150);
                              return opened;
                          },
                          [&settings] { settings.setUiScalePercent(100); }});
        scenes.push_back({"chat-serif-contrast",
                          [this, &settings] {
                              settings.setSerifReading(true);
                              settings.setHighContrast(true);
                              return open("Tax letter, plain words");
                          },
                          [&settings] {
                              settings.setSerifReading(false);
                              settings.setHighContrast(false);
                          }});
        scenes.push_back({"sidebar-drawer",
                          [this] {
                              m_driver.resize(kSmall);
                              return m_driver.click(text("Show the sidebar")) &&
                                     m_driver.waitFor(text("Tax letter, plain words"));
                          },
                          [this] { escape(); }});
        return scenes;
    }

    OfflineDesk &m_desk;
    WindowDriver &m_driver;
    Qt::LayoutDirection m_direction; // outside of the scenes that have their own
    app::ChatService &m_chat;
};

/// The rooms of models and of the network, with downloads and a ledger.
int pictureModels(const TourOptions &options)
{
    const auto isOurs = [](const QString &name) {
        return name.startsWith(QStringLiteral("models")) || name.startsWith(QStringLiteral("network"));
    };
    if (!options.only.isEmpty() && std::ranges::none_of(options.only, isOurs))
        return 0;
    OfflineDesk desk({.dataFolder = {}, .network = true});
    if (!desk.start())
        return -1;
    Tour tour(desk, options);
    return tour.walk(modelScenes(desk, tour.driver()));
}

} // namespace

int takePictures(const TourOptions &options)
{
    const Qt::LayoutDirection direction = options.rightToLeft ? Qt::RightToLeft : Qt::LayoutDirectionAuto;
    QGuiApplication::setLayoutDirection(direction);
    QDir().mkpath(options.folder);
    // A blinking cursor would make every picture another one.
    QGuiApplication::styleHints()->setCursorFlashTime(0);
    const int first = pictureFirstStart(options);
    const int bare = first < 0 ? -1 : pictureNoModel(options);
    if (bare < 0)
        return -1;
    const int models = pictureModels(options);
    if (models < 0)
        return -1;
    OfflineDesk desk({.dataFolder = {}, .documents = true, .sources = true});
    if (!desk.start())
        return -1;
    Tour tour(desk, options);
    const int rest = tour.walk(FullProfile(desk, tour.driver(), direction).scenes());
    return rest < 0 ? -1 : first + bare + models + rest;
}

} // namespace ui
