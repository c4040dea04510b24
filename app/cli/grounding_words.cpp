// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/grounding_words.h"

#include "app/chat_service.h"
#include "app/cli/collection_words.h"
#include "app/grounding_convert.h"
#include "storage/collection_facts.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>

#include <algorithm>

namespace app::cli {

namespace {

constexpr qsizetype kExcerpt = 100;

QString excerpt(const QString &text)
{
    const QString line = text.simplified();
    return line.size() <= kExcerpt ? line : line.first(line.lastIndexOf(QLatin1Char(' '), kExcerpt)) + QChar(0x2026);
}

QJsonObject citationJson(const CitationValue &citation)
{
    QJsonObject object{{QStringLiteral("id"), citation.ordinal},
                       {QStringLiteral("document"), citation.documentName},
                       {QStringLiteral("document_sha256"), citation.documentSha256},
                       {QStringLiteral("page"), citation.page},
                       {QStringLiteral("last_page"), citation.lastPage},
                       {QStringLiteral("page_label"), citation.pageLabel},
                       {QStringLiteral("start"), citation.begin},
                       {QStringLiteral("end"), citation.end},
                       {QStringLiteral("heading"), citation.heading},
                       {QStringLiteral("text"), citation.text},
                       {QStringLiteral("used"), citation.used},
                       {QStringLiteral("lexical_rank"), citation.lexicalRank},
                       {QStringLiteral("dense_rank"), citation.denseRank},
                       {QStringLiteral("similarity"), citation.similarity},
                       {QStringLiteral("score"), citation.score}};
    if (citation.reranked)
        object.insert(QStringLiteral("rerank_score"), citation.rerankScore);
    if (citation.instructs)
        object.insert(QStringLiteral("instructs"), true);
    return object;
}

QString materialName(Material material)
{
    switch (material) {
    case Material::Whole:
        return QStringLiteral("whole");
    case Material::Passages:
        return QStringLiteral("passages");
    case Material::Index:
        return QStringLiteral("index");
    default:
        return QStringLiteral("nothing");
    }
}

const MessageValue *find(const ChatService &chat, MessageId id)
{
    const auto message = std::ranges::find(chat.transcript(), id, &MessageValue::id);
    return message != chat.transcript().end() ? &*message : nullptr;
}

} // namespace

void addDocumentOptions(CLI::App &command, DocumentOptions &options)
{
    command.add_option("-C,--collection", options.collections, "Answer from this collection; may be repeated");
    command.add_option("--file", options.files, "Answer from this file; may be repeated");
    command.add_flag("--only-documents", options.only,
                     "Answer from the documents alone, or say that they do not answer");
}

bool isAboutFiles(const DocumentOptions &options, const QString &question)
{
    return !options.isEmpty() &&
           storage::collectionQuestion(question.toStdString(), {.names = options.collections, .first = true});
}

std::expected<void, Failure> openFor(ServiceSession &session, const DocumentOptions &options)
{
    return options.isEmpty() ? session.open() : openDocuments(session);
}

std::expected<void, Failure> attachDocuments(ServiceSession &session, const Program &program,
                                             const DocumentOptions &options)
{
    ChatService &chat = session.services().chat();
    std::vector<std::string> uuids;
    for (const std::string &name : options.collections) {
        const auto collection = collectionNamed(session, name);
        if (!collection)
            return std::unexpected(collection.error());
        uuids.push_back(collection->uuid);
    }
    QStringList files;
    for (const std::string &path : options.files) {
        const QFileInfo info(QFile::decodeName(path.c_str()));
        if (!info.exists()) {
            return std::unexpected(failureFromCode(QStringLiteral("inference.file_unreadable"), {}, info.filePath()));
        }
        files += info.absoluteFilePath();
    }

    Failure failure;
    QString handed;
    // Each change is answered before the next is asked for.
    const auto await = [&](const std::function<void()> &change, bool untilHanded) {
        session.loop([&](QEventLoop &events) {
            QObject::connect(&chat, &ChatService::failed, &events, [&](const Failure &why) {
                failure = why;
                events.quit();
            });
            QObject::connect(&chat, &ChatService::filesHanded, &events, [&](const QString &uuid) {
                handed = uuid;
                events.quit();
            });
            if (!untilHanded)
                QObject::connect(&chat, &ChatService::documentsChanged, &events, &QEventLoop::quit);
            QMetaObject::invokeMethod(&events, change, Qt::QueuedConnection);
        });
        return failure.isEmpty();
    };
    for (const std::string &uuid : uuids) {
        const QString wanted = QString::fromStdString(uuid);
        const bool known = std::ranges::any_of(chat.documents(), [&](const DocumentValue &document) {
            return document.isCollection() && document.collectionUuid == wanted;
        });
        if (!known && !await([&chat, wanted] { chat.attachCollection(wanted); }, false))
            return std::unexpected(failure);
    }
    if (!files.isEmpty()) {
        if (!await([&chat, files] { chat.attachFiles(files); }, true))
            return std::unexpected(failure);
        const auto own =
            session.store([uuid = handed.toStdString()](Stores &stores) { return stores.collections.withUuid(uuid); });
        if (!own)
            return std::unexpected(own.error());
        if (const auto read = readCollection(session, program, *own); !read)
            return std::unexpected(read.error());
    }
    const DocumentMode mode = options.only ? DocumentMode::Only : DocumentMode::First;
    if (!options.isEmpty() && chat.documentMode() != mode &&
        !await([&chat, mode] { chat.setDocumentMode(mode); }, false))
        return std::unexpected(failure);
    return {};
}

void awaitChecks(ServiceSession &session, MessageId answer)
{
    ChatService &chat = session.services().chat();
    const auto isOpen = [&chat, answer] {
        const MessageValue *message = find(chat, answer);
        return message != nullptr && isToBeChecked(*message);
    };
    if (!isOpen())
        return;
    session.loop([&](QEventLoop &events) {
        QObject::connect(&chat, &ChatService::messageChanged, &events, [&events, isOpen] {
            if (!isOpen())
                events.quit();
        });
        session.onInterrupt([&events] { events.quit(); });
    });
    session.onInterrupt({});
}

void printGrounding(const MessageValue &answer)
{
    if (answer.grounding.isEmpty())
        return;
    QString text;
    const bool refused = answer.grounding.refused;
    for (const CitationValue &citation : answer.citations) {
        if (citation.used || refused)
            text += QStringLiteral("[%1] %2: %3\n").arg(citation.ordinal).arg(citation.place(), excerpt(citation.text));
    }
    if (refused && !text.isEmpty())
        text.prepend(QStringLiteral("What comes nearest:\n"));
    for (const SentenceCheckValue &check : answer.checks) {
        if (check.verdict == SentenceVerdict::NotFound)
            text += QStringLiteral("Not found in the documents: %1\n")
                        .arg(answer.text.mid(check.begin, check.end - check.begin).simplified());
    }
    text += materialSentence(answer.grounding, answer.citations) + QLatin1Char('\n');
    printForeign(QLatin1Char('\n') + text);
}

void insertGrounding(QJsonObject &object, const MessageValue &message)
{
    if (message.grounding.isEmpty())
        return;
    QJsonArray citations;
    for (const CitationValue &citation : message.citations)
        citations.append(citationJson(citation));
    QJsonArray sentences;
    for (const SentenceCheckValue &check : message.checks) {
        QJsonArray cited;
        for (const qint32 ordinal : check.cited)
            cited.append(ordinal);
        sentences.append(QJsonObject{{QStringLiteral("text"), message.text.mid(check.begin, check.end - check.begin)},
                                     {QStringLiteral("verdict"), verdictName(check.verdict)},
                                     {QStringLiteral("citations"), cited},
                                     {QStringLiteral("reason"), check.reason}});
    }
    const bool refused = message.grounding.refused;
    object.insert(QStringLiteral("answer"), message.text);
    object.insert(QStringLiteral("citations"), refused ? QJsonArray() : citations);
    object.insert(QStringLiteral("nearest"), refused ? citations : QJsonArray());
    object.insert(QStringLiteral("sentences"), sentences);
    object.insert(QStringLiteral("checked"), message.grounding.checked);
    object.insert(QStringLiteral("material"), materialName(message.grounding.material));
    object.insert(QStringLiteral("material_sentence"), materialSentence(message.grounding, message.citations));
    object.insert(QStringLiteral("refused"), refused);
    object.insert(QStringLiteral("only_documents"), message.grounding.mode == DocumentMode::Only);
    object.insert(QStringLiteral("words_only"), message.grounding.wordsOnly);
}

} // namespace app::cli
