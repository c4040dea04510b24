// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/workers/extract/readers/fixture_reading.h"

#include "app/workers/extract/readers.h"
#include "tests/app/workers/extract/readers/sound_extraction.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <fstream>
#include <iterator>

using namespace app::extraction;

namespace fixtures {

std::string load(const std::string &name)
{
    std::ifstream in(std::string(CARREL_FIXTURES) + "/" + name, std::ios::binary);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), {}};
}

Extraction read(Reader reader, std::string_view bytes, std::string_view extension, const Limits &limits,
                std::vector<Attached> *attached)
{
    Budget budget(limits);
    Context context;
    context.extension = extension;
    context.limits = limits;
    context.budget = &budget;
    if (attached != nullptr) {
        context.attach = [attached](const Attachment &attachment) {
            attached->push_back(
                {std::string(attachment.name), std::string(attachment.mediaType),
                 std::string(reinterpret_cast<const char *>(attachment.bytes.data()), attachment.bytes.size())});
        };
    }
    return reader(std::as_bytes(std::span(bytes)), context);
}

std::string_view stateName(State state)
{
    constexpr std::array<std::string_view, 8> kNames = {"Read",          "Partial",     "NoText",    "Encrypted",
                                                        "WrongPassword", "Unsupported", "Malformed", "TooLarge"};
    return kNames.at(static_cast<std::size_t>(state));
}

std::string lines(const Extraction &extraction)
{
    std::string all;
    for (const Page &page : extraction.document.pages) {
        all += "==" + (page.label.empty() ? std::string() : " " + page.label) + "\n";
        for (const Block &block : page.blocks) {
            constexpr std::string_view kKinds = "PHLTCR";
            all += kKinds.at(static_cast<std::size_t>(block.kind));
            if (block.level > 0)
                all += std::to_string(block.level);
            if (block.header)
                all += '*';
            all += ' ';
            for (const char letter : page.text.substr(block.begin, block.end - block.begin))
                all += letter == '\n' ? '/' : letter == '\t' ? '|' : letter;
            all += '\n';
        }
    }
    return all;
}

std::string notices(const Extraction &extraction)
{
    constexpr std::array<std::string_view, 5> kNames = {"HiddenText", "SkippedPart", "GuessedEncoding", "CutText",
                                                        "UnreadablePage"};
    std::string all;
    for (const Notice &notice : extraction.document.notices)
        all += std::string(kNames.at(static_cast<std::size_t>(notice.kind))) + "@" + std::to_string(notice.page) + " " +
               notice.text + "\n";
    return all;
}

void requireSound(const Extraction &extraction)
{
    INFO(extraction.reason);
    REQUIRE(unsound(extraction).empty());
}

const std::vector<Family> &families()
{
    static const std::vector<Family> all = {
        {"docx", readDocx, {"report.docx", "strict.docx", "ratio.docx", "laughs.docx", "deep.docx", "twice.docx"}},
        {"odt", readOdt, {"report.odt", "encrypted.odt", "flat.fodt"}},
        {"pptx", readPptx, {"slides.pptx"}},
        {"odp", readOdp, {"slides.odp"}},
        {"xlsx", readXlsx, {"book.xlsx"}},
        {"ods", readOds, {"book.ods"}},
        {"csv", readCsv, {"semicolons.csv", "commas.csv", "tabs.tsv", "sep.csv"}},
        {"epub", readEpub, {"book.epub", "protected.epub", "laughs.epub"}},
        {"html", readHtml, {"page.html", "page-1251.html"}},
        {"md", readMarkdown, {"notes.md"}},
        {"txt", readPlainText, {"utf8.txt", "utf16.txt", "utf32le.txt", "cp1251.txt", "shiftjis.txt", "columns.txt"}},
        {"py", readSourceCode, {"sample.py.txt"}},
        {"rtf", readRtf, {"letter.rtf"}},
        {"eml", readMail, {"message.eml", "html.eml", "sealed.eml"}},
        {"mbox", readMailbox, {"box.mbox"}},
    };
    return all;
}

} // namespace fixtures
