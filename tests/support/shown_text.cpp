// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/shown_text.h"

#include <md4c.h>

#include <limits>
#include <regex>

namespace tests {

namespace {

struct Reader {
    std::string_view source;
    std::vector<std::string> runs;
    std::size_t end = std::string_view::npos; ///< of the last run, in the source
    int hidden = 0;                           ///< blocks of code, spans of code and links around

    static int enterBlock(MD_BLOCKTYPE type, void *, void *self)
    {
        static_cast<Reader *>(self)->hidden += type == MD_BLOCK_CODE ? 1 : 0;
        return 0;
    }
    static int leaveBlock(MD_BLOCKTYPE type, void *, void *self)
    {
        static_cast<Reader *>(self)->hidden -= type == MD_BLOCK_CODE ? 1 : 0;
        return 0;
    }
    static int enterSpan(MD_SPANTYPE type, void *, void *self)
    {
        static_cast<Reader *>(self)->hidden += type == MD_SPAN_CODE || type == MD_SPAN_A || type == MD_SPAN_IMG ? 1 : 0;
        return 0;
    }
    static int leaveSpan(MD_SPANTYPE type, void *, void *self)
    {
        static_cast<Reader *>(self)->hidden -= type == MD_SPAN_CODE || type == MD_SPAN_A || type == MD_SPAN_IMG ? 1 : 0;
        return 0;
    }
    static int text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *self)
    {
        static_cast<Reader *>(self)->take(type, {text, size});
        return 0;
    }

    void take(MD_TEXTTYPE type, std::string_view text)
    {
        const bool inside = text.data() >= source.data() && text.data() + text.size() <= source.data() + source.size();
        if (type != MD_TEXT_NORMAL || hidden > 0 || !inside) {
            return;
        }
        const auto begin = static_cast<std::size_t>(text.data() - source.data());
        if (begin == end) {
            runs.back() += text;
        } else {
            runs.emplace_back(text);
        }
        end = begin + text.size();
    }
};

} // namespace

std::vector<std::string> shownRuns(std::string_view markdown)
{
    Reader reader{.source = markdown, .runs = {}};
    MD_PARSER parser{};
    parser.flags =
        MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS | MD_FLAG_PERMISSIVEURLAUTOLINKS | MD_FLAG_NOHTML;
    parser.enter_block = Reader::enterBlock;
    parser.leave_block = Reader::leaveBlock;
    parser.enter_span = Reader::enterSpan;
    parser.leave_span = Reader::leaveSpan;
    parser.text = Reader::text;
    md_parse(markdown.data(), static_cast<MD_SIZE>(markdown.size()), &parser, &reader);
    return std::move(reader.runs);
}

std::vector<std::uint64_t> shownCitations(std::string_view markdown)
{
    static const std::regex bracket(R"(\[[ \t]*[0-9]+([ \t]*[,;][ \t]*[0-9]+)*[ \t]*\])");
    static const std::regex number("[0-9]+");
    std::vector<std::uint64_t> ids;
    for (const std::string &run : shownRuns(markdown)) {
        for (std::sregex_iterator it(run.begin(), run.end(), bracket), none; it != none; ++it) {
            const std::string found = it->str();
            for (std::sregex_iterator id(found.begin(), found.end(), number); id != none; ++id) {
                const std::string digits = id->str();
                ids.push_back(digits.size() > 18 ? std::numeric_limits<std::uint64_t>::max() : std::stoull(digits));
            }
        }
    }
    return ids;
}

} // namespace tests
