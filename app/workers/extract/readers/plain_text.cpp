// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/plain_text.h"

#include "app/workers/extract/readers/inline_text.h"

#include <algorithm>

namespace app::extraction {

namespace {

// Columns that are made of spaces would be lost among words.
bool hasColumns(std::string_view line)
{
    const std::size_t begin = line.find_first_not_of(" \t");
    const std::size_t end = line.find_last_not_of(" \t");
    return begin != std::string_view::npos && line.substr(begin, end - begin).contains("   ");
}

class Paragraphs {
public:
    explicit Paragraphs(DocumentWriter &writer)
        : m_writer(writer)
        , m_line(writer.textLeft())
    {
    }

    void add(std::string_view line)
    {
        if (isBlankText(line)) {
            flush();
            return;
        }
        ++m_lines;
        m_columns += hasColumns(line) ? 1 : 0;
        m_verbatim.append(line).append("\n");
        if (!m_line.isEmpty())
            m_line.addLineBreak();
        m_line.add(line);
    }

    void flush()
    {
        const std::string text = m_line.take();
        if (m_columns > 1 && m_columns * 2 >= m_lines) {
            m_writer.add(BlockKind::Code, m_verbatim);
        } else {
            m_writer.add(BlockKind::Paragraph, text);
        }
        m_verbatim.clear();
        m_lines = 0;
        m_columns = 0;
    }

private:
    DocumentWriter &m_writer;
    InlineText m_line;
    std::string m_verbatim;
    std::size_t m_lines = 0;
    std::size_t m_columns = 0;
};

} // namespace

bool TextLines::next(std::string_view &line)
{
    if (m_at >= m_text.size())
        return false;
    const std::size_t end = std::min(m_text.find_first_of("\n\r\f", m_at), m_text.size());
    line = m_text.substr(m_at, end - m_at);
    m_at = end + 1;
    if (end + 1 < m_text.size() && m_text[end] == '\r' && m_text[end + 1] == '\n')
        ++m_at;
    m_endsPage = end < m_text.size() && m_text[end] == '\f';
    return true;
}

void writePlainText(std::string_view text, DocumentWriter &writer, bool quoted)
{
    Paragraphs paragraphs(writer);
    TextLines lines(text);
    std::string_view line;
    bool inQuote = false;
    while (!writer.isFull() && lines.next(line)) {
        if (quoted && line.starts_with('>') != inQuote) {
            inQuote = !inQuote;
            paragraphs.flush();
        }
        paragraphs.add(line);
        if (lines.endsPage())
            paragraphs.flush();
    }
    paragraphs.flush();
}

} // namespace app::extraction
