// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/pdf_layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>

namespace app::extraction {

namespace {

using namespace std::string_view_literals;

// In multiples of the font's size.
constexpr float kCellGap = 1.4F;       // between words of two cells
constexpr float kIndent = 0.8F;        // of a paragraph's first line
constexpr float kParagraphGap = 1.25F; // in multiples of the usual distance of lines
constexpr float kAligned = 0.6F;

// Lines as their text reads: left, top in the direction of the writing.
struct Place {
    float left = 0;
    float top = 0;
    float right = 0;
    float bottom = 0;
};

Place placeOf(const Box &box, std::uint8_t rotation)
{
    switch (rotation) {
    case 1:
        return {box.top, -box.right, box.bottom, -box.left};
    case 2:
        return {-box.right, -box.bottom, -box.left, -box.top};
    case 3:
        return {-box.bottom, box.left, -box.top, box.right};
    default:
        return {box.left, box.top, box.right, box.bottom};
    }
}

bool isWide(std::string_view text)
{
    // Han, kana and what goes with them: three bytes from U+2E80 to U+9FFF, U+F900 to U+FAFF, U+FF00 to U+FFEF; four
    // from U+20000.
    const auto first = static_cast<unsigned char>(text.empty() ? 'x' : text.front());
    return (first >= 0xE3 && first <= 0xE9) || first == 0xF0 ||
           (first == 0xE2 && text.size() > 1 && static_cast<unsigned char>(text[1]) >= 0xBA);
}

std::string_view lastCharacter(std::string_view text)
{
    std::size_t at = text.size();
    while (at > 0) {
        --at;
        if ((static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U)
            break;
    }
    return text.substr(at);
}

// The hyphen at a word's end, as many bytes as it has; 0 without one.
std::size_t hyphenAtEnd(std::string_view text)
{
    for (const std::string_view hyphen : {"-"sv, "\u2010"sv, "\u00AD"sv}) {
        if (text.size() > hyphen.size() && text.ends_with(hyphen))
            return hyphen.size();
    }
    return 0;
}

bool isDigit(char letter)
{
    return letter >= '0' && letter <= '9';
}

bool startsLower(std::string_view text)
{
    if (text.empty())
        return false;
    const auto first = static_cast<unsigned char>(text.front());
    // Letters beyond ASCII are taken for lower case but for the capitals of Latin-1.
    const bool latinCapital = first == 0xC3 && text.size() > 1 && static_cast<unsigned char>(text[1]) < 0x9F;
    return (first >= 'a' && first <= 'z') || (first >= 0xC3 && first <= 0xDF && !latinCapital);
}

bool endsSentence(std::string_view text)
{
    constexpr std::array kEnds = {"."sv, "!"sv, "?"sv, ":"sv, "\u3002"sv, "\uFF01"sv, "\uFF1F"sv};
    while (text.ends_with('"') || text.ends_with(')') || text.ends_with("\u201D"sv) || text.ends_with("\u2019"sv))
        text.remove_suffix(text.ends_with('"') || text.ends_with(')') ? 1 : 3);
    return std::ranges::any_of(kEnds, [text](std::string_view end) { return text.ends_with(end); });
}

bool isBullet(std::string_view word)
{
    constexpr std::array kBullets = {"\u2022"sv, "\u2023"sv, "\u25E6"sv, "\u2043"sv, "\u2219"sv,
                                     "\u25AA"sv, "\u25CF"sv, "\u25CB"sv, "\u25A0"sv, "\u2013"sv,
                                     "-"sv,      "*"sv,      "\u00B7"sv, "\u27A2"sv};
    return std::ranges::contains(kBullets, word);
}

// "3.", "12)", "(b)", "iv."
bool isItemNumber(std::string_view word)
{
    if (word.size() < 2 || word.size() > 5 || (word.back() != '.' && word.back() != ')'))
        return false;
    word.remove_suffix(1);
    if (word.starts_with('('))
        word.remove_prefix(1);
    const bool number = word.find_first_not_of("0123456789") == std::string_view::npos;
    const bool roman = word.find_first_not_of("ivx") == std::string_view::npos;
    const bool letter = word.size() == 1 && word.front() >= 'a' && word.front() <= 'z';
    return !word.empty() && (number || roman || letter);
}

struct Draft {
    std::vector<std::uint32_t> lines;
    BlockKind kind = BlockKind::Paragraph;
    std::uint8_t level = 0;
    bool header = false;
};

class Composer {
public:
    Composer(PlacedPage page, const DocumentStyle &style)
        : m_from(std::move(page))
        , m_style(style)
        , m_pitch(usualPitch())
    {
    }

    Page compose()
    {
        collect();
        findTables();
        for (Draft &draft : m_drafts) {
            name(draft);
            write(draft);
        }
        m_page.label = std::move(m_from.label);
        m_page.width = m_from.width;
        m_page.height = m_from.height;
        m_page.source = m_page.text.empty() ? TextSource::None : m_from.source;
        m_page.confidence = m_from.confidence;
        return std::move(m_page);
    }

private:
    [[nodiscard]] std::uint8_t rotationOf(const PlacedLine &line) const
    {
        return m_from.words[line.firstWord].rotation;
    }
    [[nodiscard]] Place place(const PlacedLine &line) const { return placeOf(line.box, rotationOf(line)); }
    [[nodiscard]] std::string_view firstWord(const PlacedLine &line) const
    {
        return m_from.text(m_from.words[line.firstWord]);
    }
    [[nodiscard]] std::string_view lastWord(const PlacedLine &line) const
    {
        return m_from.text(m_from.words[line.firstWord + line.wordCount - 1]);
    }
    static float sizeOf(const PlacedLine &line) { return std::max(line.fontSize, 1.0F); }

    // The distance of lines in most paragraphs of the page, in multiples of the font's size.
    [[nodiscard]] float usualPitch() const
    {
        constexpr float kUsual = 1.2F;
        std::vector<float> pitches;
        for (std::size_t i = 1; i < m_from.lines.size(); ++i) {
            const PlacedLine &before = m_from.lines[i - 1];
            const PlacedLine &line = m_from.lines[i];
            const float pitch = (place(line).top - place(before).top) / sizeOf(line);
            if (before.fontSize == line.fontSize && pitch > 0.8F && pitch < 3.0F)
                pitches.push_back(pitch);
        }
        if (pitches.size() < 3)
            return kUsual;
        // Not the middle: gaps of paragraphs only ever add.
        const auto low = pitches.begin() + static_cast<std::ptrdiff_t>(pitches.size() / 3);
        std::ranges::nth_element(pitches, low);
        return *low;
    }

    [[nodiscard]] bool sameRow(const PlacedLine &before, const PlacedLine &line) const
    {
        if (rotationOf(before) != rotationOf(line))
            return false;
        const Place one = place(before);
        const Place other = place(line);
        const float shared = std::min(one.bottom, other.bottom) - std::max(one.top, other.top);
        return other.left >= one.right && shared >= 0.6F * std::min(one.bottom - one.top, other.bottom - other.top);
    }

    [[nodiscard]] bool startsItem(const PlacedLine &line) const
    {
        return line.wordCount > 1 && isBullet(firstWord(line));
    }

    // Whether a sentence that a column's or a page region's end cuts goes on here.
    [[nodiscard]] bool goesOn(const PlacedLine &before, const PlacedLine &line) const
    {
        return !endsSentence(lastWord(before)) && startsLower(firstWord(line)) && before.wordCount > 3;
    }

    [[nodiscard]] bool beginsBlock(const PlacedLine &before, const PlacedLine &line) const
    {
        if (before.running != line.running || line.running || rotationOf(before) != rotationOf(line))
            return true;
        if (std::fabs(before.fontSize - line.fontSize) > 0.6F || startsItem(line) || line.numbered)
            return true;
        const Place one = place(before);
        const Place other = place(line);
        const float size = sizeOf(line);
        const float pitch = other.top - one.top;
        if (sameRow(before, line))
            return true;
        if (pitch < 0.5F * size || other.left > one.right || other.right < one.left)
            return !goesOn(before, line);
        if (pitch > m_pitch * kParagraphGap * size || before.bold != line.bold)
            return before.bold != line.bold ? before.bold || pitch > m_pitch * size : true;
        const bool ended = endsSentence(lastWord(before));
        const bool indented = other.left - one.left > kIndent * size;
        // A line that ends early and whole is the last of its paragraph where there are no gaps and no indents.
        const bool shortLine = other.right - one.right > 6 * size;
        return ended && (indented || isItemNumber(firstWord(line)) || (shortLine && !startsLower(firstWord(line))));
    }

    void collect()
    {
        for (std::uint32_t i = 0; i < m_from.lines.size(); ++i) {
            if (i == 0 || beginsBlock(m_from.lines[i - 1], m_from.lines[i]))
                m_drafts.emplace_back();
            m_drafts.back().lines.push_back(i);
            if (m_from.lines[i].running)
                m_drafts.back().kind = BlockKind::RunningHead;
        }
    }

    // Where cells start in a row of a table: one line with gaps, or several lines side by side.
    struct Row {
        std::size_t firstDraft = 0;
        std::size_t draftCount = 0;
        std::vector<std::uint32_t> lines;
        std::vector<Place> cells;
        bool bold = false;
    };

    void addCells(const PlacedLine &line, std::vector<Place> &cells) const
    {
        for (std::uint32_t i = 0; i < line.wordCount; ++i) {
            const PlacedWord &word = m_from.words[line.firstWord + i];
            const Place box = placeOf(word.box, word.rotation);
            if (i == 0 || box.left - cells.back().right > kCellGap * sizeOf(line))
                cells.push_back(box);
            else
                cells.back().right = std::max(cells.back().right, box.right);
        }
    }

    static bool aligned(const Row &one, const Row &other)
    {
        std::size_t pairs = 0;
        for (const Place &cell : one.cells) {
            const float tolerance = kAligned * std::max(cell.bottom - cell.top, 1.0F);
            pairs += std::ranges::any_of(other.cells,
                                         [&cell, tolerance](const Place &place) {
                                             return std::fabs(place.left - cell.left) < tolerance ||
                                                    std::fabs(place.right - cell.right) < tolerance ||
                                                    std::fabs(place.left + place.right - cell.left - cell.right) <
                                                        2 * tolerance;
                                         })
                         ? 1
                         : 0;
        }
        return pairs >= 2;
    }

    // Rows of one draft of several lines, or of several drafts side by side.
    [[nodiscard]] std::vector<Row> rows() const
    {
        std::vector<Row> found;
        for (std::size_t d = 0; d < m_drafts.size(); ++d) {
            for (const std::uint32_t index : m_drafts[d].lines) {
                const PlacedLine &line = m_from.lines[index];
                const bool beside = !found.empty() && m_drafts[d].lines.size() == 1 &&
                                    found.back().firstDraft + found.back().draftCount == d &&
                                    m_drafts[d].kind == BlockKind::Paragraph &&
                                    sameRow(m_from.lines[found.back().lines.back()], line);
                if (!beside)
                    found.push_back({.firstDraft = d, .draftCount = 1, .bold = true});
                else
                    ++found.back().draftCount;
                Row &row = found.back();
                row.lines.push_back(index);
                row.bold = row.bold && line.bold;
                std::vector<Place> cells;
                addCells(line, cells);
                row.cells.insert(row.cells.end(), cells.begin(), cells.end());
            }
        }
        return found;
    }

    [[nodiscard]] bool hasDigits(const Row &row) const
    {
        return std::ranges::any_of(row.lines, [this](std::uint32_t index) {
            const PlacedLine &line = m_from.lines[index];
            for (std::uint32_t i = 0; i < line.wordCount; ++i) {
                if (m_from.text(m_from.words[line.firstWord + i]).find_first_of("0123456789") != std::string_view::npos)
                    return true;
            }
            return false;
        });
    }

    // Two rows and more whose cells stand under each other become blocks of their own.
    void findTables()
    {
        const std::vector<Row> found = rows();
        std::vector<bool> inTable(found.size());
        for (std::size_t i = 1; i < found.size(); ++i) {
            const bool both = found[i - 1].cells.size() >= 2 && found[i].cells.size() >= 2;
            if (both && aligned(found[i - 1], found[i]))
                inTable[i - 1] = inTable[i] = true;
        }
        if (std::ranges::none_of(inTable, std::identity()))
            return;
        std::vector<Draft> drafts;
        for (std::size_t i = 0; i < found.size(); ++i) {
            const Row &row = found[i];
            const Draft &origin = m_drafts[row.firstDraft];
            if (inTable[i] && origin.kind == BlockKind::Paragraph) {
                const bool first = i == 0 || !inTable[i - 1];
                const bool named = first && i + 1 < found.size() && inTable[i + 1] &&
                                   ((row.bold && !found[i + 1].bold) || (!hasDigits(row) && hasDigits(found[i + 1])));
                drafts.push_back({.lines = row.lines, .kind = BlockKind::TableRow, .header = named});
                continue;
            }
            const bool goesOnHere = i > 0 && !inTable[i - 1] && found[i - 1].firstDraft == row.firstDraft &&
                                    row.draftCount == 1 && found[i - 1].draftCount == 1;
            if (goesOnHere) {
                drafts.back().lines.insert(drafts.back().lines.end(), row.lines.begin(), row.lines.end());
            } else {
                for (const std::uint32_t line : row.lines)
                    drafts.push_back({.lines = {line}, .kind = origin.kind});
            }
        }
        m_drafts = std::move(drafts);
    }

    void name(Draft &draft) const
    {
        if (draft.kind != BlockKind::Paragraph)
            return;
        const PlacedLine &first = m_from.lines[draft.lines.front()];
        std::string text;
        bool bold = true;
        for (const std::uint32_t index : draft.lines) {
            const PlacedLine &line = m_from.lines[index];
            bold = bold && line.bold;
            for (std::uint32_t i = 0; i < line.wordCount && text.size() < 256; ++i) {
                if (!text.empty())
                    text += ' ';
                text += m_from.text(m_from.words[line.firstWord + i]);
            }
        }
        draft.level = m_style.headingLevel(text, first.fontSize, bold, draft.lines.size());
        if (draft.level > 0) {
            draft.kind = BlockKind::Heading;
        } else if (startsItem(first) || (first.wordCount > 1 && isItemNumber(firstWord(first)))) {
            draft.kind = BlockKind::ListItem;
            draft.level = 1;
        }
    }

    // What stands between two words of one line.
    [[nodiscard]] std::string_view between(const PlacedLine &line, std::uint32_t i, BlockKind kind) const
    {
        const PlacedWord &word = m_from.words[line.firstWord + i];
        const PlacedWord &next = m_from.words[line.firstWord + i + 1];
        const float gap = placeOf(next.box, next.rotation).left - placeOf(word.box, word.rotation).right;
        if (kind == BlockKind::TableRow && gap > kCellGap * sizeOf(line))
            return "\t";
        return word.spaceAfter || gap > kIndent * sizeOf(line) ? " "sv : ""sv;
    }

    void write(const Draft &draft)
    {
        if (!m_page.text.empty())
            m_page.text += '\n';
        const auto begin = static_cast<std::uint32_t>(m_page.text.size());
        for (std::size_t l = 0; l < draft.lines.size(); ++l) {
            const PlacedLine &line = m_from.lines[draft.lines[l]];
            const PlacedLine *next = l + 1 < draft.lines.size() ? &m_from.lines[draft.lines[l + 1]] : nullptr;
            for (std::uint32_t i = 0; i < line.wordCount; ++i) {
                const PlacedWord &word = m_from.words[line.firstWord + i];
                std::string_view text = m_from.text(word);
                std::string_view gap;
                if (i + 1 < line.wordCount)
                    gap = between(line, i, draft.kind);
                else if (next != nullptr)
                    gap = acrossLines(draft.kind, *next, text);
                writeWord(text, word.box);
                m_page.text += gap;
            }
        }
        const auto end = static_cast<std::uint32_t>(m_page.text.size());
        if (end > begin)
            m_page.blocks.push_back(
                {.kind = draft.kind, .level = draft.level, .header = draft.header, .begin = begin, .end = end});
    }

    // What stands between the last word of a line and the next line. Takes the hyphen off a word that was broken.
    std::string_view acrossLines(BlockKind kind, const PlacedLine &next, std::string_view &text) const
    {
        if (kind == BlockKind::TableRow)
            return "\t";
        const std::string_view follower = firstWord(next);
        const std::size_t hyphen = hyphenAtEnd(text);
        const bool soft = text.ends_with("\u00AD"sv);
        const std::string_view stem = text.substr(0, text.size() - hyphen);
        if (hyphen > 0 && (soft || startsLower(follower) || (isDigit(stem.back()) && isDigit(follower.front())))) {
            if (soft || !m_style.keepsHyphen(stem, follower))
                text = stem;
            return "";
        }
        return isWide(lastCharacter(text)) && isWide(follower) ? ""sv : " "sv;
    }

    void writeWord(std::string_view text, const Box &box)
    {
        const auto begin = static_cast<std::uint32_t>(m_page.text.size());
        for (std::size_t at = 0; at < text.size(); ++at) {
            // Soft hyphens inside a word say where it might be broken, and it was not.
            if (text.substr(at).starts_with("\u00AD"sv))
                ++at;
            else
                m_page.text += text[at];
        }
        const auto end = static_cast<std::uint32_t>(m_page.text.size());
        if (end > begin)
            m_page.words.push_back({.begin = begin, .end = end, .box = box});
    }

    PlacedPage m_from;
    const DocumentStyle &m_style;
    float m_pitch;
    std::vector<Draft> m_drafts;
    Page m_page;
};

} // namespace

Page makePage(PlacedPage page, const DocumentStyle &style)
{
    return Composer(std::move(page), style).compose();
}

} // namespace app::extraction
