// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers.h"
#include "app/workers/extract/readers/charset.h"
#include "app/workers/extract/readers/document_writer.h"
#include "app/workers/extract/readers/html_flow.h"
#include "app/workers/extract/readers/inline_text.h"

#include <md4c.h>

#include <algorithm>
#include <exception>
#include <unordered_map>
#include <vector>

namespace app::extraction {

namespace {

// What md4c says, made blocks. md4c is C: what is thrown in a callback waits until it has returned.
class Flow {
public:
    explicit Flow(DocumentWriter &writer)
        : m_writer(writer)
        , m_line(writer.textLeft())
    {
    }

    void parse(std::string_view text)
    {
        MD_PARSER parser{};
        parser.flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS | MD_FLAG_PERMISSIVEAUTOLINKS;
        parser.enter_block = [](MD_BLOCKTYPE type, void *detail, void *flow) {
            return guarded(flow, [&](Flow &self) { self.enter(type, detail); });
        };
        parser.leave_block = [](MD_BLOCKTYPE type, void *, void *flow) {
            return guarded(flow, [&](Flow &self) { self.leave(type); });
        };
        parser.enter_span = [](MD_SPANTYPE type, void *, void *flow) {
            return guarded(flow, [&](Flow &self) {
                if (type == MD_SPAN_IMG)
                    self.m_writer.sawPicture();
            });
        };
        parser.leave_span = [](MD_SPANTYPE, void *, void *) { return 0; };
        parser.text = [](MD_TEXTTYPE type, const MD_CHAR *piece, MD_SIZE size, void *flow) {
            return guarded(flow, [&](Flow &self) { self.text(type, {piece, size}); });
        };
        md_parse(text.data(), static_cast<MD_SIZE>(text.size()), &parser, this);
        if (m_thrown)
            std::rethrow_exception(m_thrown);
    }

private:
    struct List {
        bool ordered = false;
        unsigned next = 1;
    };

    template <class Function>
    static int guarded(void *data, Function function)
    {
        auto *flow = static_cast<Flow *>(data);
        try {
            function(*flow);
            return flow->m_writer.isFull() ? 1 : 0;
        } catch (...) {
            flow->m_thrown = std::current_exception();
            return 1;
        }
    }

    void enter(MD_BLOCKTYPE type, void *detail)
    {
        switch (type) {
        case MD_BLOCK_UL:
            flush();
            m_lists.push_back({});
            break;
        case MD_BLOCK_OL:
            flush();
            m_lists.push_back({.ordered = true, .next = static_cast<MD_BLOCK_OL_DETAIL *>(detail)->start});
            break;
        case MD_BLOCK_LI:
            flush();
            enterItem(*static_cast<MD_BLOCK_LI_DETAIL *>(detail));
            break;
        case MD_BLOCK_H:
            flush();
            m_heading = std::clamp(static_cast<MD_BLOCK_H_DETAIL *>(detail)->level, 1U, 6U);
            break;
        case MD_BLOCK_CODE:
            flush();
            m_code = true;
            break;
        case MD_BLOCK_HTML:
            flush();
            m_html.clear();
            break;
        case MD_BLOCK_THEAD:
            m_header = true;
            break;
        case MD_BLOCK_TR:
            m_row.clear();
            m_firstCell = true;
            break;
        default:
            break;
        }
    }

    void leave(MD_BLOCKTYPE type)
    {
        switch (type) {
        case MD_BLOCK_TH:
        case MD_BLOCK_TD:
            if (!m_firstCell)
                m_row += '\t';
            m_firstCell = false;
            m_row += cellText(m_line.take());
            break;
        case MD_BLOCK_TR:
            m_writer.add(BlockKind::TableRow, m_row, 0, m_header);
            break;
        case MD_BLOCK_THEAD:
            m_header = false;
            break;
        case MD_BLOCK_HTML:
            if (const auto fault = writeHtml(m_html, m_writer))
                m_writer.missed(*fault);
            m_html.clear();
            break;
        case MD_BLOCK_CODE:
            m_writer.add(BlockKind::Code, m_line.take());
            m_code = false;
            break;
        case MD_BLOCK_H:
            flush();
            m_heading = 0;
            break;
        case MD_BLOCK_UL:
        case MD_BLOCK_OL:
            flush();
            if (!m_lists.empty())
                m_lists.pop_back();
            break;
        case MD_BLOCK_P:
        case MD_BLOCK_LI:
        case MD_BLOCK_DOC:
            flush();
            break;
        default:
            break;
        }
    }

    void enterItem(const MD_BLOCK_LI_DETAIL &detail)
    {
        m_marker.clear();
        if (!m_lists.empty() && m_lists.back().ordered)
            m_marker = std::to_string(m_lists.back().next++) + ". ";
        if (detail.is_task != 0)
            m_marker += detail.task_mark == ' ' ? "[ ] " : "[x] ";
    }

    void flush()
    {
        const std::string text = m_line.take();
        if (isBlankText(text))
            return;
        if (m_heading > 0) {
            m_writer.add(BlockKind::Heading, text, static_cast<std::uint8_t>(m_heading));
        } else if (!m_lists.empty()) {
            m_writer.add(BlockKind::ListItem, m_marker + text,
                         static_cast<std::uint8_t>(std::min<std::size_t>(m_lists.size(), 255)));
            m_marker.clear();
        } else {
            m_writer.add(BlockKind::Paragraph, text);
        }
    }

    void text(MD_TEXTTYPE type, std::string_view text)
    {
        switch (type) {
        case MD_TEXT_BR:
            m_line.addLineBreak();
            break;
        case MD_TEXT_SOFTBR:
            m_line.add(" ");
            break;
        case MD_TEXT_ENTITY:
            m_line.add(entity(text));
            break;
        case MD_TEXT_HTML:
            m_html += text; // the tags in a line are not shown, and the text between them comes as text
            break;
        case MD_TEXT_NULLCHAR:
            break;
        default:
            m_code ? m_line.addVerbatim(text) : m_line.add(text);
            break;
        }
    }

    std::string_view entity(std::string_view reference)
    {
        constexpr std::size_t kMost = 4096;
        if (m_entities.size() > kMost)
            m_entities.clear();
        const auto [found, fresh] = m_entities.try_emplace(std::string(reference));
        if (fresh)
            found->second = textOfHtml(reference);
        return found->second;
    }

    DocumentWriter &m_writer;
    InlineText m_line;
    std::vector<List> m_lists;
    std::string m_marker;
    std::string m_html;
    std::string m_row;
    std::unordered_map<std::string, std::string> m_entities;
    std::exception_ptr m_thrown;
    unsigned m_heading = 0;
    bool m_code = false;
    bool m_header = false;
    bool m_firstCell = true;
};

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kAround = " \t\r\"'";
    const std::size_t begin = text.find_first_not_of(kAround);
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(kAround) - begin + 1);
}

// Front matter is about the text and no part of it. `text` loses it.
void takeFrontMatter(std::string_view &text, Document &document)
{
    constexpr std::size_t kLongest = 1 << 16;
    const std::size_t firstEnd = text.find('\n');
    if (firstEnd == std::string_view::npos)
        return;
    const std::string_view mark = trimmed(text.substr(0, firstEnd));
    if ((mark != "---" && mark != "+++") || text.front() != mark.front())
        return;
    std::string title;
    std::string author;
    std::string language;
    for (std::size_t at = firstEnd + 1; at < std::min(text.size(), kLongest);) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        at = std::min(end + 1, text.size());
        if (trimmed(line) == mark || (mark == "---" && trimmed(line) == "...")) {
            document.title = title;
            document.author = author;
            document.language = language;
            text.remove_prefix(at);
            return;
        }
        const std::size_t split = line.find(mark == "---" ? ':' : '=');
        if (split == std::string_view::npos)
            continue;
        const std::string_view key = trimmed(line.substr(0, split));
        const std::string_view value = trimmed(line.substr(split + 1));
        if (key == "title") {
            title = value;
        } else if (key == "author") {
            author = value;
        } else if (key == "lang" || key == "language") {
            language = value;
        }
    }
}

} // namespace

Extraction readMarkdown(Bytes file, const Context &context)
{
    DocumentWriter writer(context, Format::Markdown);
    const Bytes part = readablePart(file, context);
    if (looksBinary(part))
        return notRead(Format::Markdown, {State::Malformed, "the bytes are no text"});
    const DecodedText decoded = decodeText(part);
    if (decoded.guessed)
        writer.note(NoticeKind::GuessedEncoding, decoded.encoding);
    writer.beginPage();
    std::string_view text = decoded.text;
    takeFrontMatter(text, writer.document());
    Flow(writer).parse(text);
    return writer.finish();
}

} // namespace app::extraction
