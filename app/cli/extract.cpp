// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/document_extraction.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>

namespace app::cli {

namespace {

using extraction::Block;
using extraction::BlockKind;
using extraction::Extraction;
using extraction::Page;
using extraction::State;

struct Options {
    std::string file;
    std::string passwordFile;
    std::string languages = "eng";
    bool boxes = false;
    bool json = false;
};

QString runOf(const Page &page, std::uint32_t begin, std::uint32_t end)
{
    return QString::fromUtf8(page.text.data() + begin, static_cast<qsizetype>(end - begin));
}

qint64 wordsOf(const Page &page)
{
    if (!page.words.empty()) {
        // Two halves of a broken word are one.
        qint64 count = 0;
        for (std::size_t i = 0; i < page.words.size(); ++i)
            count += i > 0 && page.words[i - 1].end == page.words[i].begin ? 0 : 1;
        return count;
    }
    return QString::fromStdString(page.text).simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts).size();
}

QJsonArray boxesOf(const Page &page)
{
    QJsonArray boxes;
    for (const extraction::Word &word : page.words)
        boxes.append(QJsonArray{runOf(page, word.begin, word.end), static_cast<double>(word.box.left),
                                static_cast<double>(word.box.top), static_cast<double>(word.box.right),
                                static_cast<double>(word.box.bottom)});
    return boxes;
}

QString sourceName(extraction::TextSource source)
{
    switch (source) {
    case extraction::TextSource::None:
        break;
    case extraction::TextSource::File:
        return QStringLiteral("file");
    case extraction::TextSource::Recognition:
        return QStringLiteral("recognition");
    }
    return QStringLiteral("none");
}

QJsonObject toJson(const Page &page, bool withBoxes)
{
    QJsonArray headings;
    QJsonArray running;
    for (const Block &block : page.blocks) {
        const QString text = runOf(page, block.begin, block.end);
        if (block.kind == BlockKind::Heading)
            headings.append(QJsonObject{{QStringLiteral("text"), text}, {QStringLiteral("level"), block.level}});
        else if (block.kind == BlockKind::RunningHead)
            running.append(text);
    }
    QJsonObject object{{QStringLiteral("text"), QString::fromStdString(page.text)},
                       {QStringLiteral("headings"), headings},
                       {QStringLiteral("running_heads"), running},
                       {QStringLiteral("source"), sourceName(page.source)}};
    if (!page.label.empty())
        object.insert(QStringLiteral("label"), QString::fromStdString(page.label));
    if (page.source == extraction::TextSource::Recognition)
        object.insert(QStringLiteral("confidence"), page.confidence);
    if (page.width > 0) {
        object.insert(QStringLiteral("width"), static_cast<double>(page.width));
        object.insert(QStringLiteral("height"), static_cast<double>(page.height));
    }
    if (withBoxes)
        object.insert(QStringLiteral("boxes"), boxesOf(page));
    return object;
}

QString noticeName(extraction::NoticeKind kind)
{
    switch (kind) {
    case extraction::NoticeKind::HiddenText:
        return QStringLiteral("hidden_text");
    case extraction::NoticeKind::SkippedPart:
        return QStringLiteral("skipped_part");
    case extraction::NoticeKind::GuessedEncoding:
        return QStringLiteral("guessed_encoding");
    case extraction::NoticeKind::CutText:
        return QStringLiteral("cut_text");
    case extraction::NoticeKind::UnreadablePage:
        break;
    }
    return QStringLiteral("unreadable_page");
}

QJsonObject toJson(const Extraction &extraction, bool withBoxes)
{
    const extraction::Document &document = extraction.document;
    const auto text = [](const std::string &value) { return QString::fromStdString(value); };
    QJsonArray pages;
    qint64 words = 0;
    for (const Page &page : document.pages) {
        pages.append(toJson(page, withBoxes));
        words += wordsOf(page);
    }
    QJsonArray parts;
    for (const extraction::Part &part : document.parts)
        parts.append(QJsonObject{{QStringLiteral("name"), text(part.name)},
                                 {QStringLiteral("format"), formatName(part.format)},
                                 {QStringLiteral("state"), stateName(part.state)},
                                 {QStringLiteral("reason"), text(part.reason)},
                                 {QStringLiteral("first_page"), static_cast<qint64>(part.firstPage)},
                                 {QStringLiteral("pages"), static_cast<qint64>(part.pageCount)}});
    QJsonArray notices;
    for (const extraction::Notice &notice : document.notices)
        notices.append(QJsonObject{{QStringLiteral("kind"), noticeName(notice.kind)},
                                   {QStringLiteral("page"), static_cast<qint64>(notice.page)},
                                   {QStringLiteral("text"), text(notice.text)}});
    return {{QStringLiteral("state"), stateName(extraction.state)},
            {QStringLiteral("reason"), text(extraction.reason)},
            {QStringLiteral("format"), formatName(extraction.format)},
            {QStringLiteral("title"), text(document.title)},
            {QStringLiteral("author"), text(document.author)},
            {QStringLiteral("pages"), pages},
            {QStringLiteral("parts"), parts},
            {QStringLiteral("notices"), notices},
            {QStringLiteral("words"), words}};
}

std::optional<std::string> passwordFrom(const std::string &path)
{
    QFile file(QString::fromStdString(path));
    constexpr qint64 kLongest = 1024;
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QByteArray password = file.read(kLongest);
    if (password.endsWith('\n'))
        password.chop(password.endsWith("\r\n") ? 2 : 1);
    return password.toStdString();
}

void printText(const Extraction &extraction)
{
    bool first = true;
    for (const Page &page : extraction.document.pages) {
        // As other programs part pages.
        if (!std::exchange(first, false))
            printBytes("\f");
        printForeign(QByteArray::fromStdString(page.text));
        print(QStringLiteral("\n"));
    }
}

Exit run(const Program &program, const Options &options)
{
    const QString path = QString::fromStdString(options.file);
    const QString name = QFileInfo(path).fileName();
    extraction::Request request;
    request.recognition = options.languages;
    if (!options.passwordFile.empty()) {
        request.password = passwordFrom(options.passwordFile);
        if (!request.password)
            return fail(QStringLiteral("The file with the password cannot be read. Check its path."));
    }
    if (program.broker == nullptr)
        return fail(failureFrom(ExtractionFailure{ExtractionFailure::Kind::NotStarted, "no broker"}, name));
    auto document = DocumentExtraction::open(*program.broker, path);
    if (!document)
        return fail(failureFrom(document.error(), name));
    const auto extraction = document->text(request);
    if (!extraction)
        return fail(failureFrom(extraction.error(), name));
    if (options.json)
        printJson(toJson(*extraction, options.boxes));
    else
        printText(*extraction);
    const bool read =
        extraction->state == State::Read || extraction->state == State::Partial || extraction->state == State::TooLarge;
    if (extraction->state == State::Read || (options.json && read))
        return Exit::Done;
    const Exit said = fail(name + QStringLiteral(": ") + stateSentence(extraction->state) + QStringLiteral(" (") +
                           QString::fromStdString(extraction->reason) + QLatin1Char(')'));
    return read ? Exit::Done : said;
}

} // namespace

void addExtract(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("extract", "The text of a document, page by page, with what was not read");
    command->add_option("FILE", options->file, "A document")->required();
    command->add_flag("--boxes", options->boxes,
                      "With --json: each word and where it stands, in points from the page's upper left corner");
    command->add_option("--password-file", options->passwordFile, "A file whose first line is the document's password");
    command
        ->add_option("--languages", options->languages,
                     "Languages for pages that are pictures, as Tesseract names them (eng+deu); empty: none")
        ->capture_default_str();
    addJsonOption(*command, options->json);
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
