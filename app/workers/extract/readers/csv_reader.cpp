// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Values between commas, semicolons, tabs or bars: the delimiter is what divides the lines most evenly.
#include "app/workers/extract/readers.h"
#include "app/workers/extract/readers/charset.h"
#include "app/workers/extract/readers/sheet_writer.h"

#include <algorithm>
#include <map>

namespace app::extraction {

namespace {

constexpr std::size_t kLookedAt = 1 << 16;

// One record after the other, with quotes as RFC 4180 has them; a quote inside a bare field is a letter.
class Records {
public:
    Records(std::string_view text, char delimiter)
        : m_text(text)
        , m_delimiter(delimiter)
    {
    }

    bool next(std::vector<std::string> &fields)
    {
        fields.clear();
        if (m_at >= m_text.size())
            return false;
        while (true) {
            fields.push_back(field());
            if (m_at >= m_text.size())
                return true;
            const char after = m_text[m_at];
            ++m_at;
            if (after == m_delimiter)
                continue;
            if (after == '\r' && m_at < m_text.size() && m_text[m_at] == '\n')
                ++m_at;
            return true;
        }
    }

private:
    std::string field()
    {
        std::string value;
        std::size_t blank = m_at;
        while (blank < m_text.size() && m_text[blank] == ' ')
            ++blank;
        if (blank < m_text.size() && m_text[blank] == '"') {
            m_at = blank + 1;
            quoted(value);
        }
        while (m_at < m_text.size() && m_text[m_at] != m_delimiter && m_text[m_at] != '\n' && m_text[m_at] != '\r')
            value += m_text[m_at++];
        return value;
    }

    void quoted(std::string &value)
    {
        while (m_at < m_text.size()) {
            const char letter = m_text[m_at++];
            if (letter != '"') {
                value += letter;
            } else if (m_at < m_text.size() && m_text[m_at] == '"') {
                value += '"';
                ++m_at;
            } else {
                return;
            }
        }
    }

    std::string_view m_text;
    char m_delimiter;
    std::size_t m_at = 0;
};

bool isNumber(std::string_view text)
{
    bool digit = false;
    for (const char letter : text) {
        digit = digit || (letter >= '0' && letter <= '9');
        // Dates, times, amounts and percentages: no letters of names.
        if (!std::string_view("0123456789.,:;+-/%() \xE2\x82\xAC$eE").contains(letter))
            return false;
    }
    return digit;
}

// How evenly a delimiter divides the lines: the share of records with the most frequent number of fields, if that is
// more than one.
double evenness(std::string_view text, char delimiter)
{
    std::map<std::size_t, std::size_t> widths;
    std::size_t records = 0;
    Records reader(text, delimiter);
    std::vector<std::string> fields;
    while (reader.next(fields)) {
        if (fields.size() == 1 && fields[0].empty())
            continue;
        ++widths[fields.size()];
        ++records;
    }
    std::size_t most = 0;
    std::size_t width = 1;
    for (const auto &[fieldCount, count] : widths) {
        if (fieldCount > 1 && count >= most) {
            most = count;
            width = fieldCount;
        }
    }
    if (records == 0 || width < 2)
        return 0;
    return static_cast<double>(most) / static_cast<double>(records) +
           0.001 * static_cast<double>(std::min<std::size_t>(width, 50));
}

char delimiterOf(std::string_view &text, std::string_view extension)
{
    // Excel writes down which it used.
    if (text.starts_with("sep=") && text.size() > 5 && (text[5] == '\n' || text[5] == '\r')) {
        const char delimiter = text[4];
        text.remove_prefix(text.size() > 6 && text[5] == '\r' && text[6] == '\n' ? 7 : 6);
        return delimiter;
    }
    std::string_view part = text.substr(0, kLookedAt);
    if (part.size() < text.size())
        part = part.substr(0, part.rfind('\n') + 1); // whole lines
    char best = extension == "tsv" || extension == "tab" ? '\t' : ',';
    double most = evenness(part, best) + 0.05;
    for (const char delimiter : {'\t', ';', ',', '|'}) {
        const double even = evenness(part, delimiter);
        if (even > most) {
            most = even;
            best = delimiter;
        }
    }
    return best;
}

} // namespace

Extraction readCsv(Bytes file, const Context &context)
{
    DocumentWriter writer(context, Format::Csv);
    const Bytes part = readablePart(file, context);
    if (looksBinary(part))
        return notRead(Format::Csv, {State::Malformed, "the bytes are no text"});
    const DecodedText decoded = decodeText(part);
    if (decoded.guessed)
        writer.note(NoticeKind::GuessedEncoding, decoded.encoding);
    writer.beginPage();
    std::string_view text = decoded.text;
    const char delimiter = delimiterOf(text, context.extension);
    Records records(text, delimiter);
    SheetWriter sheet(writer);
    std::vector<std::string> fields;
    while (!writer.isFull() && records.next(fields)) {
        std::vector<SheetCell> cells;
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const bool number = isNumber(fields[i]);
            cells.push_back({.column = static_cast<std::uint32_t>(std::min<std::size_t>(i, UINT32_MAX - 1)),
                             .text = std::move(fields[i]),
                             .number = number});
        }
        sheet.add(std::move(cells));
    }
    sheet.finish();
    return writer.finish();
}

} // namespace app::extraction
