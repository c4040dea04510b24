// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/collection_words.h"
#include "app/engine_embedder.h"
#include "storage/collection_facts.h"

#include <QFileInfo>
#include <QJsonArray>

#include <algorithm>

namespace app::cli {

namespace {

struct Options {
    ModelOptions none;
    std::string name;
    std::vector<std::string> paths;
    bool json = false;
    bool summary = false; ///< of `status`
};

/// "1 page", "2 pages".
QString counted(qint64 number, const char *noun)
{
    return QStringLiteral("%1 %2%3").arg(number).arg(QLatin1StringView(noun),
                                                     number == 1 ? QLatin1StringView() : QLatin1StringView("s"));
}

QJsonObject fileJson(const storage::FileStatus &status, bool withVectors)
{
    const storage::Document &document = status.document;
    return {{QStringLiteral("path"), QFile::decodeName(status.file.path.c_str())},
            {QStringLiteral("state"), fileState(status, withVectors)},
            {QStringLiteral("reason"), QString::fromStdString(document.reason)},
            {QStringLiteral("pages"), document.pageCount},
            {QStringLiteral("pages_with_text"), document.pagesWithText},
            {QStringLiteral("words"), static_cast<qint64>(document.wordCount)},
            {QStringLiteral("passages"), document.passageCount}};
}

void printFile(const storage::FileStatus &status, bool withVectors, bool json)
{
    if (json) {
        printJson(fileJson(status, withVectors));
        return;
    }
    const storage::Document &document = status.document;
    QString line = QStringLiteral("%1  ").arg(fileState(status, withVectors), -11);
    if (storage::isSearchable(document.state)) {
        line += QStringLiteral("%1 of %2, %3, %4  ")
                    .arg(QString::number(document.pagesWithText),
                         counted(document.pageCount, "page") + QStringLiteral(" with text"),
                         counted(document.wordCount, "word"), counted(document.passageCount, "passage"));
    } else if (!document.reason.empty()) {
        line += QStringLiteral("%1  ").arg(QString::fromStdString(document.reason));
    }
    printForeign(line + QFile::decodeName(status.file.path.c_str()) + QLatin1Char('\n'));
}

Exit add(const Program &program, const Options &options)
{
    std::vector<std::string> sources;
    for (const std::string &path : options.paths) {
        const QFileInfo info(QFile::decodeName(path.c_str()));
        if (!info.exists())
            return fail(failureFromCode(QStringLiteral("inference.file_unreadable"), {}, info.filePath()));
        sources.push_back(QFile::encodeName(info.absoluteFilePath()).toStdString());
    }
    ServiceSession session(program, options.none);
    if (const auto opened = openDocuments(session); !opened)
        return fail(opened.error());
    const auto collection = session.store([&](Stores &stores) -> storage::Result<storage::Collection> {
        auto found = stores.collections.named(options.name);
        if (!found && found.error().code == storage::ErrorCode::NotFound)
            found = stores.collections.create(options.name);
        return found ? stores.collections.addSources(found->id, sources) : found;
    });
    if (!collection)
        return fail(collection.error());
    const auto read = readCollection(session, program, *collection, [&options](const storage::FileStatus &status) {
        if (!options.json)
            printFile(status, false, false);
    });
    if (!read)
        return fail(read.error());
    const auto files =
        onIndex(session, [uuid = collection->uuid](IndexStores &stores) { return stores.documents.files(uuid); });
    if (!files)
        return fail(files.error());
    const auto ready = std::ranges::count_if(
        *files, [](const storage::FileStatus &status) { return storage::isSearchable(status.document.state); });
    if (options.json) {
        printJson({{QStringLiteral("collection"), QString::fromStdString(collection->name)},
                   {QStringLiteral("files"), static_cast<qint64>(files->size())},
                   {QStringLiteral("searchable"), static_cast<qint64>(ready)},
                   {QStringLiteral("vectors"), read->byMeaning}});
    } else {
        print(QStringLiteral("%1: %2 of %3 files can be searched%4.\n")
                  .arg(QString::fromStdString(collection->name))
                  .arg(ready)
                  .arg(files->size())
                  .arg(read->byMeaning ? QStringLiteral(", by words and by meaning")
                                       : QStringLiteral(", by words alone: no embedding model is installed")));
    }
    return Exit::Done;
}

Exit list(const Program &program, const Options &options)
{
    ServiceSession session(program, options.none);
    if (const auto opened = session.open(); !opened)
        return fail(opened.error());
    const auto all = session.store([](Stores &stores) { return stores.collections.list(); });
    if (!all)
        return fail(all.error());
    for (const storage::Collection &collection : *all) {
        if (collection.conversation.valid())
            continue; // files of one conversation
        QJsonArray sources;
        for (const std::string &source : collection.sources)
            sources.append(QFile::decodeName(source.c_str()));
        if (options.json) {
            printJson({{QStringLiteral("name"), QString::fromStdString(collection.name)},
                       {QStringLiteral("uuid"), QString::fromStdString(collection.uuid)},
                       {QStringLiteral("sources"), sources}});
        } else {
            printForeign(QString::fromStdString(collection.name) + QLatin1Char('\n'));
            for (const std::string &source : collection.sources)
                printForeign(QStringLiteral("    ") + QFile::decodeName(source.c_str()) + QLatin1Char('\n'));
        }
    }
    return Exit::Done;
}

QJsonValue factJson(const std::optional<storage::FileFact> &fact)
{
    return fact ? QJsonValue(QFile::decodeName(fact->path.c_str())) : QJsonValue();
}

void printFacts(const storage::Collection &collection, const storage::CollectionFacts &facts, bool json)
{
    QJsonArray formats;
    QStringList kinds;
    for (const storage::FormatFacts &one : facts.formats) {
        const QString name = QString::fromStdString(one.format);
        formats.append(QJsonObject{{QStringLiteral("format"), name},
                                   {QStringLiteral("files"), static_cast<qint64>(one.files)},
                                   {QStringLiteral("pages"), static_cast<qint64>(one.pages)},
                                   {QStringLiteral("words"), static_cast<qint64>(one.words)}});
        kinds.append(QStringLiteral("%1 %2").arg(one.files).arg(name.isEmpty() ? QStringLiteral("unknown") : name));
    }
    const auto missing = static_cast<qint64>(facts.missing.size());
    if (json) {
        printJson({{QStringLiteral("collection"), QString::fromStdString(collection.name)},
                   {QStringLiteral("files"), static_cast<qint64>(facts.files)},
                   {QStringLiteral("searchable"), static_cast<qint64>(facts.searchable)},
                   {QStringLiteral("offline"), static_cast<qint64>(facts.offline)},
                   {QStringLiteral("missing"), missing},
                   {QStringLiteral("bytes"), static_cast<qint64>(facts.bytes)},
                   {QStringLiteral("pages"), static_cast<qint64>(facts.pages)},
                   {QStringLiteral("pages_with_text"), static_cast<qint64>(facts.pagesWithText)},
                   {QStringLiteral("words"), static_cast<qint64>(facts.words)},
                   {QStringLiteral("passages"), static_cast<qint64>(facts.passages)},
                   {QStringLiteral("formats"), formats},
                   {QStringLiteral("newest"), factJson(facts.newest)},
                   {QStringLiteral("oldest"), factJson(facts.oldest)},
                   {QStringLiteral("biggest"), factJson(facts.biggest)},
                   {QStringLiteral("longest"), factJson(facts.longest)}});
        return;
    }
    printForeign(QStringLiteral("%1: %2 (%3), %4, %5 with text, %6; %7 not read, or not all of it\n")
                     .arg(QString::fromStdString(collection.name), counted(facts.files, "file"),
                          kinds.join(QStringLiteral(", ")), counted(facts.pages, "page"),
                          QString::number(facts.pagesWithText), counted(facts.words, "word"),
                          QString::number(missing)));
}

Exit status(const Program &program, const Options &options)
{
    ServiceSession session(program, options.none);
    if (const auto opened = openDocuments(session); !opened)
        return fail(opened.error());
    const auto collection = collectionNamed(session, options.name);
    if (!collection)
        return fail(collection.error());
    const bool withVectors = !installedEmbedder().isEmpty();
    const auto files = onIndex(session, [&](IndexStores &stores) -> storage::Result<std::vector<storage::FileStatus>> {
        const auto embedder = stores.embeddings.latest();
        if (!embedder)
            return std::unexpected(embedder.error());
        return stores.documents.files(collection->uuid, *embedder ? (*embedder)->id : storage::EmbedderId());
    });
    if (!files)
        return fail(files.error());
    if (options.summary) {
        printFacts(*collection, storage::collectionFacts(*files), options.json);
        return Exit::Done;
    }
    for (const storage::FileStatus &file : *files)
        printFile(file, withVectors, options.json);
    return Exit::Done;
}

Exit removeCollection(const Program &program, const Options &options)
{
    ServiceSession session(program, options.none);
    if (const auto opened = openDocuments(session); !opened)
        return fail(opened.error());
    const auto collection = collectionNamed(session, options.name);
    if (!collection)
        return fail(collection.error());
    // The definition first: rows of the index without one are taken out whenever they are met.
    const auto removed = session.store([&](Stores &stores) { return stores.collections.remove(collection->id); });
    if (!removed)
        return fail(removed.error());
    for (bool more = true; more;) {
        const auto some = onIndex(session, [&](IndexStores &stores) {
            constexpr std::int32_t atOnce = 20;
            return stores.documents.removeFiles(collection->uuid, atOnce);
        });
        if (!some)
            return fail(some.error());
        more = *some;
    }
    return Exit::Done;
}

} // namespace

void addCollection(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("collection", "Files and folders that are searched together");
    command->require_subcommand(1);
    const auto sub = [&](const char *name, const char *what, Exit (*run)(const Program &, const Options &)) {
        CLI::App *one = command->add_subcommand(name, what);
        addJsonOption(*one, options->json);
        one->callback(
            [options, &program, run] { program.chosen = [options, &program, run] { return run(program, *options); }; });
        return one;
    };
    CLI::App *adding = sub("add", "Adds files and folders, making the collection where it is new, and reads them", add);
    adding->add_option("NAME", options->name, "The collection")->required();
    adding->add_option("PATH", options->paths, "Files and folders; without any, what it has is looked through again");
    sub("list", "The collections and where their files are", list);
    CLI::App *telling = sub("status", "What was read of each file", status);
    telling->add_option("NAME", options->name, "The collection")->required();
    telling->add_flag("--summary", options->summary, "What was read of all of them together");
    sub("remove", "Forgets a collection; the files themselves stay", removeCollection)
        ->add_option("NAME", options->name, "The collection")
        ->required();
}

} // namespace app::cli
