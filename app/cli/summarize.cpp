// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/collection_words.h"
#include "app/export_service.h"
#include "app/summary_export.h"
#include "app/summary_service.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QTimer>

#include <unistd.h>

#include <cstdio>
#include <map>

namespace app::cli {

namespace {

struct Options {
    ModelOptions model;
    std::vector<std::string> paths;
    std::string collection;
    std::string length = "standard";
    std::vector<std::string> questions;
    std::string language;
    std::optional<float> temperature;
    std::optional<std::uint64_t> seed;
    std::string output;
    std::string format;

    /// Of the file that is written; nothing: none is, or its name does not say.
    [[nodiscard]] std::optional<ExportFormat> outputFormat() const
    {
        return exportFormatOf(QString::fromStdString(format.empty() ? output : format));
    }
};

const std::map<std::string, SummaryLength> kLengths = {{"short", SummaryLength::Short},
                                                       {"standard", SummaryLength::Standard},
                                                       {"detailed", SummaryLength::Detailed},
                                                       {"points", SummaryLength::Points}};

QString fileName(const QString &path)
{
    return QFileInfo(path).fileName();
}

QJsonArray placesJson(const QList<SummaryPlace> &places)
{
    QJsonArray array;
    for (const SummaryPlace &place : places) {
        QJsonObject object{{QStringLiteral("document"), place.document}};
        if (!place.section.isEmpty())
            object.insert(QStringLiteral("section"), place.section);
        if (place.page > 0)
            object.insert(QStringLiteral("page"), place.page);
        if (!place.reason.isEmpty())
            object.insert(QStringLiteral("reason"), place.reason);
        array.append(object);
    }
    return array;
}

QJsonObject coverageJson(const SummaryCoverage &coverage)
{
    return {{QStringLiteral("sections_total"), coverage.sectionsTotal},
            {QStringLiteral("sections_read"), coverage.sectionsRead},
            {QStringLiteral("tokens_total"), coverage.tokensTotal},
            {QStringLiteral("tokens_read"), coverage.tokensRead},
            {QStringLiteral("files_total"), coverage.filesTotal},
            {QStringLiteral("files_read"), coverage.filesRead},
            {QStringLiteral("pages_without_text"), placesJson(coverage.pagesWithoutText)},
            {QStringLiteral("empty_sections"), placesJson(coverage.emptySections)},
            {QStringLiteral("unread_files"), placesJson(coverage.unreadFiles)},
            {QStringLiteral("cut"), coverage.cut},
            {QStringLiteral("sentence"), coverage.sentence()}};
}

QJsonArray sourcesJson(const QList<SummarySource> &sources)
{
    QJsonArray array;
    for (const SummarySource &source : sources) {
        array.append(QJsonObject{{QStringLiteral("id"), source.id},
                                 {QStringLiteral("document"), source.document},
                                 {QStringLiteral("heading"), source.heading},
                                 {QStringLiteral("page"), source.page},
                                 {QStringLiteral("start"), source.begin},
                                 {QStringLiteral("end"), source.end},
                                 {QStringLiteral("text"), source.text}});
    }
    return array;
}

/// What is happening, in one line of a terminal's standard error that is written over and over.
class ProgressLine {
public:
    explicit ProgressLine(bool wanted)
        : m_shown(wanted && isatty(STDERR_FILENO) != 0)
    {
    }
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine &) = delete;
    ProgressLine &operator=(const ProgressLine &) = delete;

    void show(const QString &text)
    {
        if (!m_shown)
            return;
        constexpr qsizetype widest = 78;
        clear();
        (void)std::fprintf(stderr, "%s", withoutTerminalCommands(text.left(widest)).toLocal8Bit().constData());
        (void)std::fflush(stderr);
        m_dirty = true;
    }
    /// A line that stays.
    void say(const QString &text)
    {
        if (!m_shown)
            return;
        clear();
        (void)std::fprintf(stderr, "%s\n", withoutTerminalCommands(text).toLocal8Bit().constData());
    }
    void clear()
    {
        if (m_dirty)
            (void)std::fprintf(stderr, "\r\033[K");
        m_dirty = false;
    }

private:
    bool m_shown;
    bool m_dirty = false;
};

QString progressText(const SummaryService &summaries)
{
    using Phase = SummaryService::Phase;
    switch (summaries.phase()) {
    case Phase::Reading:
        return QStringLiteral("Reading %1").arg(fileName(summaries.subject()));
    case Phase::Loading:
        return QStringLiteral("Loading the model");
    case Phase::Sections: {
        QString text = QStringLiteral("Section %1 of %2")
                           .arg(std::min(summaries.sectionsDone() + 1, summaries.sectionsTotal()))
                           .arg(summaries.sectionsTotal());
        if (summaries.secondsLeft() >= 0)
            text += QStringLiteral(", about %1 s left").arg(summaries.secondsLeft());
        return text + QStringLiteral(": ") + summaries.subject();
    }
    case Phase::Joining:
        return QStringLiteral("Joining what was found");
    default:
        return {};
    }
}

/// What was found in a section, as lines of standard error.
void printPoints(ProgressLine &progress, const SummarySection &section)
{
    progress.say(QStringLiteral("%1%2%3").arg(
        section.title, section.page > 0 ? QStringLiteral(", page %1").arg(section.page) : QString(),
        section.reused ? QStringLiteral(" (read before)") : QString()));
    for (const QString &point : section.points)
        progress.say(QStringLiteral("  - ") + point);
    if (section.points.isEmpty())
        progress.say(QStringLiteral("  gave nothing"));
}

void printEnd(const SummaryResult &result)
{
    print(QStringLiteral("\n\n"));
    for (const SummarySource &source : result.sources)
        printForeign(QStringLiteral("[%1] %2%3\n")
                         .arg(source.id)
                         .arg(fileName(source.document),
                              source.numbered ? QStringLiteral(", page %1").arg(source.page) : QString()));
    if (!result.sources.isEmpty())
        print(QStringLiteral("\n"));
    const auto list = [](const QList<SummaryPlace> &places, const QString &what) {
        constexpr qsizetype most = 20;
        for (const SummaryPlace &place : places.first(std::min(places.size(), most))) {
            QString line = what + fileName(place.document);
            if (place.page > 0)
                line += QStringLiteral(", page %1").arg(place.page);
            if (!place.section.isEmpty())
                line += QStringLiteral(", ") + place.section;
            if (!place.reason.isEmpty())
                line += QStringLiteral(": ") + place.reason;
            printForeign(line + QLatin1Char('\n'));
        }
        if (places.size() > most)
            print(QStringLiteral("%1and %2 more\n").arg(what).arg(places.size() - most));
    };
    list(result.coverage.pagesWithoutText, QStringLiteral("no text: "));
    list(result.coverage.emptySections, QStringLiteral("gave nothing: "));
    list(result.coverage.unreadFiles, QStringLiteral("not read: "));
    print(result.coverage.sentence() + QLatin1Char('\n'));
}

std::expected<void, Failure> writeSummary(const FinishedSummary &summary, const QString &file, ExportFormat format)
{
    ExportedTalk talk = summaryTalk(summary);
    talk.written = QDateTime::currentDateTimeUtc();
    return writePage(file, exported(talk, format).toUtf8());
}

Exit run(const Program &program, const Options &options)
{
    if (options.paths.empty() && options.collection.empty()) {
        fail(QStringLiteral("There is nothing to summarize. Name files, folders or, with -C, a collection."));
        return Exit::WrongUsage;
    }
    if (!options.output.empty() && !options.outputFormat()) {
        fail(QStringLiteral("%1 ends with neither .md nor .html. Name it so, or say --format.")
                 .arg(QString::fromStdString(options.output)));
        return Exit::WrongUsage;
    }
    ServiceSession session(program, options.model);
    if (const auto opened = openDocuments(session); !opened)
        return fail(opened.error());
    SummaryRequest request;
    QString collectionName;
    for (const std::string &path : options.paths)
        request.paths += QFileInfo(QFile::decodeName(path.c_str())).absoluteFilePath();
    if (!options.collection.empty()) {
        const auto collection = collectionNamed(session, options.collection);
        if (!collection)
            return fail(collection.error());
        request.collection = QString::fromStdString(collection->uuid);
        collectionName = QString::fromStdString(collection->name);
    }
    request.length = kLengths.at(options.length);
    for (const std::string &question : options.questions)
        request.questions += QString::fromStdString(question);
    request.language = QString::fromStdString(options.language);
    if (const auto chosen = session.chooseModel(); !chosen)
        return fail(chosen.error());
    SummaryService &summaries = session.services().summaries();
    summaries.setSampling({.temperature = options.temperature, .seed = options.seed});

    Failure failure;
    SummaryResult result;
    {
        ProgressLine progress(!options.model.json);
        session.loop([&](QEventLoop &events) {
            const auto show = [&] { progress.show(progressText(summaries)); };
            QObject::connect(&summaries, &SummaryService::progressChanged, &events, show);
            QObject::connect(&summaries, &SummaryService::phaseChanged, &events, show);
            QObject::connect(&summaries, &SummaryService::sectionRead, &events,
                             [&](const SummarySection &section) { printPoints(progress, section); });
            QObject::connect(&summaries, &SummaryService::textArrived, &events, [&](const QString &text) {
                progress.clear();
                if (!options.model.json)
                    printForeign(text);
            });
            QObject::connect(&summaries, &SummaryService::finished, &events, [&](const SummaryResult &done) {
                result = done;
                events.quit();
            });
            QObject::connect(&summaries, &SummaryService::failed, &events, [&](const Failure &why) {
                failure = why;
                events.quit();
            });
            session.onInterrupt([&summaries] { summaries.stop(); });
            QTimer::singleShot(0, &events, [&] { summaries.summarize(request); });
        });
    }
    if (!failure.isEmpty()) {
        if (summaries.coverage().sectionsRead > 0)
            fail(summaries.coverage().sentence() + QStringLiteral(" It goes on from there the next time."));
        return fail(failure);
    }
    QString file;
    if (!options.output.empty()) {
        file = QFile::decodeName(options.output.c_str());
        const auto written = writeSummary({.request = request,
                                           .result = result,
                                           .collectionName = collectionName,
                                           .modelName = summaries.modelName()},
                                          file, *options.outputFormat());
        if (!written)
            return fail(written.error());
    }
    if (options.model.json) {
        QJsonObject object{{QStringLiteral("summary"), result.text},
                           {QStringLiteral("coverage"), coverageJson(result.coverage)},
                           {QStringLiteral("sources"), sourcesJson(result.sources)},
                           {QStringLiteral("reused_nodes"), result.reusedNodes},
                           {QStringLiteral("made_nodes"), result.madeNodes}};
        if (!file.isEmpty())
            object.insert(QStringLiteral("file"), file);
        printJson(object);
    } else {
        printEnd(result);
        if (!file.isEmpty())
            print(QStringLiteral("Written to %1\n").arg(file));
    }
    return Exit::Done;
}

} // namespace

void addSummarize(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command =
        app.add_subcommand("summarize", "Summarizes documents of any length and says how much of them was read");
    addModelOptions(*command, options->model, false);
    command->add_option("-C,--collection", options->collection, "The files of this collection");
    command->add_option("--length", options->length, "short, standard, detailed or points")
        ->check(CLI::IsMember(kLengths))
        ->capture_default_str();
    command->add_option("--question", options->questions,
                        "Answers this from the documents instead of summarizing them; may be repeated");
    command->add_option("--language", options->language, "Of the summary (de, German …); else the documents'");
    command->add_option("--temp", options->temperature, "Temperature; 0 always takes the likeliest token")
        ->check(CLI::Range(0.0F, 100.0F));
    command->add_option("--seed", options->seed, "Another summary of the same");
    command->add_option("-o,--output", options->output,
                        "Also writes it with its sources to this file; .md and .html say the format");
    command->add_option("--format", options->format, "Of that file: md or html")->check(CLI::IsMember({"md", "html"}));
    command->add_option("PATH", options->paths, "Files and folders");
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
