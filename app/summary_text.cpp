// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/summary_text.h"

#include "storage/sentences.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <unordered_set>

namespace app {

namespace {

constexpr std::size_t kLongestCitation = 64; ///< bytes between brackets
constexpr std::size_t kLongestRange = 8;     ///< "[1-200]" says nothing

bool isSpace(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && isSpace(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isSpace(text.back()))
        text.remove_suffix(1);
    return text;
}

/// What stands between brackets as numbers; nothing when it is no citation.
std::vector<std::size_t> numbersIn(std::string_view inside)
{
    std::vector<std::size_t> numbers;
    bool range = false;
    for (std::size_t i = 0; i < inside.size();) {
        if (isDigit(inside[i])) {
            std::size_t number = 0;
            const auto read = std::from_chars(inside.data() + i, inside.data() + inside.size(), number);
            if (read.ec != std::errc())
                return {};
            i = static_cast<std::size_t>(read.ptr - inside.data());
            const bool usable = range && !numbers.empty() && number > numbers.back();
            for (std::size_t between = usable ? numbers.back() + 1 : number;
                 usable && between < number && number - between < kLongestRange; ++between)
                numbers.push_back(between);
            numbers.push_back(number);
            range = false;
        } else if (inside[i] == '-' || inside.substr(i).starts_with("\xE2\x80\x93")) {
            range = true;
            i += inside[i] == '-' ? 1 : 3;
        } else if (isSpace(inside[i]) || inside[i] == ',' || inside[i] == ';') {
            ++i;
        } else {
            return {};
        }
    }
    return numbers;
}

/// Calls `number` for the numbers of each citation and `other` for every run of text between them.
template <class Citation, class Other>
void eachCitation(std::string_view text, Citation &&citation, Other &&other)
{
    std::size_t from = 0;
    for (std::size_t at = text.find('['); at != std::string_view::npos; at = text.find('[', at + 1)) {
        const std::size_t end = text.substr(at, kLongestCitation).find(']');
        if (end == std::string_view::npos)
            continue;
        const std::vector<std::size_t> numbers = numbersIn(text.substr(at + 1, end - 1));
        if (numbers.empty())
            continue;
        other(text.substr(from, at - from));
        citation(numbers);
        from = at + end + 1;
        at = from - 1;
    }
    other(text.substr(from));
}

/// Without a citation that breaks off at the end.
std::string_view withoutOpenCitation(std::string_view text)
{
    const std::size_t open = text.rfind('[');
    if (open == std::string_view::npos || text.size() - open >= kLongestCitation)
        return text;
    const bool citation = std::ranges::all_of(
        text.substr(open + 1), [](char c) { return isDigit(c) || isSpace(c) || c == ',' || c == ';' || c == '-'; });
    return citation ? text.substr(0, open) : text;
}

/// A line as it counts for repetition: without bullet, number, citations and case.
std::string plainLine(std::string_view line)
{
    std::string plain;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '[') {
            const std::size_t end = line.substr(i, kLongestCitation).find(']');
            if (end != std::string_view::npos && !numbersIn(line.substr(i + 1, end - 1)).empty()) {
                i += end;
                continue;
            }
        }
        const bool leading = plain.empty() && (isDigit(c) || c == '.' || c == ')' || c == '-' || c == '*' || c == '#');
        if (isSpace(c) || leading)
            continue;
        plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    }
    while (!plain.empty() && (plain.back() == '.' || plain.back() == ','))
        plain.pop_back();
    return plain;
}

struct Word {
    std::uint64_t hash = 0;
    std::size_t begin = 0; ///< bytes of the text
    std::size_t end = 0;
};

/// FNV-1a.
std::uint64_t hashOf(std::string_view bytes)
{
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : bytes)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return hash;
}

/// Words, and characters of scripts without spaces. ASCII punctuation is left out: a line of a table is no loop.
std::vector<Word> wordsOf(std::string_view text)
{
    std::vector<Word> words;
    const auto isWordByte = [](char c) {
        return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<signed char>(c) < 0;
    };
    for (std::size_t i = 0; i < text.size();) {
        if (!isWordByte(text[i])) {
            ++i;
            continue;
        }
        std::size_t end = i;
        // Three bytes and more: from U+0800 on, where some scripts have no spaces.
        if (static_cast<unsigned char>(text[i]) >= 0xE0) {
            ++end;
            while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80)
                ++end;
        } else {
            while (end < text.size() && isWordByte(text[end]) && static_cast<unsigned char>(text[end]) < 0xE0)
                ++end;
        }
        words.push_back({.hash = hashOf(text.substr(i, end - i)), .begin = i, .end = end});
        i = end;
    }
    return words;
}

/// A loop: up to where the text is kept, and from where on the loop is known. What is behind that changes nothing.
struct Loop {
    std::size_t size = std::string_view::npos;
    std::size_t knownAt = std::string_view::npos;
};

/// Words that are repeated so many times, and so many of them together.
Loop loopOfWords(std::string_view text)
{
    constexpr std::size_t longestPeriod = 32;
    constexpr std::size_t leastTimes = 3;
    constexpr std::size_t leastWords = 12;
    const std::vector<Word> words = wordsOf(text);
    std::array<std::size_t, longestPeriod + 1> run = {}; // words in a row equal to the one `period` before
    for (std::size_t i = 0; i < words.size(); ++i) {
        for (std::size_t period = 1; period <= std::min(longestPeriod, i); ++period) {
            run[period] = words[i].hash == words[i - period].hash ? run[period] + 1 : 0;
            const std::size_t repeated = run[period] + period;
            if (repeated >= leastTimes * period && repeated >= leastWords)
                return {.size = words[i - run[period]].end, .knownAt = words[i].end};
        }
    }
    return {};
}

/// Whether a line or a sentence ends with the byte at `at`.
bool endsPart(std::string_view text, std::size_t at)
{
    if (text[at] == '\n')
        return true;
    if (text[at] != ' ' || at < 2)
        return false;
    // "1. First" is one part.
    return (text[at - 1] == '.' && !isDigit(text[at - 2])) || text[at - 1] == '!' || text[at - 1] == '?';
}

/// Where the line or sentence that begins at `begin` ends; the text's size when it does not.
std::size_t endOfPart(std::string_view text, std::size_t begin)
{
    while (begin < text.size() && !endsPart(text, begin))
        ++begin;
    return begin;
}

/// A line or a sentence that was there already. "Summary:" may come twice.
Loop loopOfParts(std::string_view text, bool ended)
{
    constexpr std::size_t shortest = 12; // bytes
    std::unordered_set<std::string> seen;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = endOfPart(text, begin);
        if (end == text.size() && !ended)
            break;
        std::string part = plainLine(text.substr(begin, end - begin));
        if (part.size() >= shortest && !seen.insert(std::move(part)).second)
            return {.size = begin, .knownAt = end};
        begin = end + 1;
    }
    return {};
}

/// A citation at the beginning, with the space behind it; its size.
std::size_t leadingMarks(std::string_view line)
{
    std::size_t size = 0;
    for (;;) {
        std::size_t at = size;
        while (at < line.size() && line[at] == ' ')
            ++at;
        if (at == line.size() || line[at] != '[')
            return size;
        const std::size_t end = line.substr(at, kLongestCitation).find(']');
        if (end == std::string_view::npos || numbersIn(line.substr(at + 1, end - 1)).empty())
            return size;
        size = at + end + 1;
    }
}

/// Citations behind what they are for: those that begin a line go to its end, those that are a line to the end of the
/// one before. Without `ended` those of the last line wait.
std::string withMarksBehind(std::string_view text, bool ended)
{
    std::string tidy;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::string_view line = text.substr(begin, end - begin);
        const bool complete = ended || end < text.size();
        const std::string_view bullet = line.starts_with("- ") ? line.substr(0, 2) : std::string_view();
        line.remove_prefix(bullet.size());
        const std::size_t marks = leadingMarks(line);
        const std::string_view rest = trimmed(line.substr(marks));
        const std::string found(trimmed(line.substr(0, marks)));
        if (marks == 0) {
            tidy += text.substr(begin, end - begin);
        } else if (rest.empty()) {
            while (!tidy.empty() && isSpace(tidy.back()))
                tidy.pop_back();
            if (complete && !tidy.empty() && !tidy.ends_with(']'))
                tidy += ' ' + found;
        } else {
            tidy += bullet;
            tidy += rest;
            if (complete && !rest.ends_with(']'))
                tidy += ' ' + found;
        }
        if (end < text.size())
            tidy += '\n';
        begin = end + 1;
    }
    return tidy;
}

} // namespace

std::size_t CitationTable::idOf(PassageRef passage)
{
    const auto at = std::ranges::find(m_passages, passage);
    if (at != m_passages.end())
        return static_cast<std::size_t>(at - m_passages.begin()) + 1;
    m_passages.push_back(passage);
    return m_passages.size();
}

std::string normalizedCitations(std::string_view text, std::size_t ids)
{
    text = withoutOpenCitation(text);
    std::string clean;
    eachCitation(
        text,
        [&](const std::vector<std::size_t> &numbers) {
            for (const std::size_t number : numbers) {
                const std::string mark = '[' + std::to_string(number) + ']';
                if (number >= 1 && number <= ids && !clean.ends_with(mark))
                    clean += mark;
            }
        },
        [&](std::string_view run) {
            // Where a citation went, the space before it goes too.
            if (!run.empty() && (run.front() == '.' || run.front() == ',' || run.front() == ' ') &&
                clean.ends_with(' '))
                clean.pop_back();
            clean += run;
        });
    return clean;
}

std::string renumbered(const CitedText &cited, CitationTable &table)
{
    std::string text;
    eachCitation(
        cited.text,
        [&](const std::vector<std::size_t> &numbers) {
            for (const std::size_t number : numbers) {
                if (number >= 1 && number <= cited.passages.size())
                    text += '[' + std::to_string(table.idOf(cited.passages[number - 1])) + ']';
            }
        },
        [&](std::string_view run) { text += run; });
    return text;
}

std::vector<std::size_t> citedIds(std::string_view text)
{
    std::vector<std::size_t> ids;
    eachCitation(
        text, [&](const std::vector<std::size_t> &numbers) { ids.insert(ids.end(), numbers.begin(), numbers.end()); },
        [](std::string_view) {});
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    return ids;
}

std::string withoutCitationLookalikes(std::string_view text)
{
    std::string plain(text);
    for (std::size_t at = plain.find('['); at != std::string::npos; at = plain.find('[', at + 1)) {
        const std::size_t end = std::string_view(plain).substr(at, kLongestCitation).find(']');
        if (end == std::string::npos || numbersIn(std::string_view(plain).substr(at + 1, end - 1)).empty())
            continue;
        plain[at] = '(';
        plain[at + end] = ')';
    }
    return plain;
}

std::size_t sizeBeforeLoop(std::string_view text, bool ended)
{
    const Loop lines = loopOfParts(text, ended);
    const Loop words = loopOfWords(text);
    return std::min(lines.knownAt < words.knownAt ? lines.size : words.size, text.size());
}

std::string cleanedText(std::string_view text, std::size_t ids, bool ended)
{
    text = text.substr(0, sizeBeforeLoop(text, ended));
    if (!ended) {
        text = withoutOpenCitation(text);
        std::size_t last = 0; // where the open line or sentence begins
        for (std::size_t end = endOfPart(text, 0); end < text.size(); end = endOfPart(text, last))
            last = end + 1;
        const std::string open = plainLine(text.substr(last));
        // A bullet alone is nothing yet.
        if (open.empty())
            text = text.substr(0, last);
        for (std::size_t begin = 0; !open.empty() && begin < last;) {
            const std::size_t end = endOfPart(text, begin);
            if (plainLine(text.substr(begin, end - begin)).starts_with(open)) {
                text = text.substr(0, last);
                break;
            }
            begin = end + 1;
        }
    }
    return std::string(trimmed(withMarksBehind(trimmed(normalizedCitations(text, ids)), ended)));
}

std::vector<std::string_view> partsOf(std::string_view text)
{
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(endOfPart(text, begin) + 1, text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end;
    }
    return parts;
}

TellingWords tellingWords(std::string_view text)
{
    constexpr std::size_t shortest = 4; // bytes; of numbers one
    std::string plain(text);
    for (char &c : plain)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    TellingWords words;
    for (const Word &word : wordsOf(plain)) {
        const char first = plain[word.begin];
        if (word.end - word.begin >= shortest || isDigit(first) || static_cast<signed char>(first) < 0)
            words.insert(word.hash);
    }
    return words;
}

std::size_t likeliestSource(std::string_view sentence, std::span<const TellingWords> sources)
{
    constexpr std::size_t leastWords = 3;
    constexpr double leastShare = 0.5;
    const TellingWords wanted = tellingWords(sentence);
    if (wanted.size() < leastWords)
        return 0;
    // A number that a source does not have speaks against it, whatever else it has.
    TellingWords numbers;
    for (const Word &word : wordsOf(sentence)) {
        if (isDigit(sentence[word.begin]))
            numbers.insert(word.hash);
    }
    std::vector<double> scores(sources.size());
    double all = 0;
    for (const std::uint64_t word : wanted) {
        const auto having = std::ranges::count_if(sources, [&](const auto &words) { return words.contains(word); });
        const double weight =
            std::log(1 + static_cast<double>(sources.size()) / std::max<double>(1, static_cast<double>(having)));
        all += weight;
        for (std::size_t source = 0; source < sources.size(); ++source)
            scores[source] += sources[source].contains(word) ? weight : 0;
    }
    for (std::size_t source = 0; source < sources.size(); ++source) {
        if (!std::ranges::all_of(numbers, [&](std::uint64_t word) { return sources[source].contains(word); }))
            scores[source] = 0;
    }
    const auto best = std::ranges::max_element(scores);
    return best != scores.end() && *best >= leastShare * all ? static_cast<std::size_t>(best - scores.begin()) + 1 : 0;
}

namespace {

/// The line without the mark of a list in front, or nothing when it has none.
std::string_view withoutBullet(std::string_view line)
{
    for (const std::string_view bullet : {"- ", "* ", "+ ", "\xE2\x80\xA2 ", "\xE2\x80\xA2\t", "\xE2\x80\x93 "}) {
        if (line.starts_with(bullet))
            return trimmed(line.substr(bullet.size()));
    }
    std::size_t digits = 0;
    while (digits < line.size() && isDigit(line[digits]))
        ++digits;
    if (digits > 0 && digits < 4 && digits + 1 < line.size() && (line[digits] == '.' || line[digits] == ')') &&
        isSpace(line[digits + 1]))
        return trimmed(line.substr(digits + 1));
    return {};
}

bool saysNothing(std::string_view point)
{
    const std::string plain = plainLine(point);
    for (const std::string_view nothing : {"", "none", "nothing", "n/a", "na", "nokeypoints", "nokeypoint"}) {
        if (plain == nothing)
            return true;
    }
    return false;
}

} // namespace

std::vector<std::string> pointsOf(std::string_view text)
{
    std::vector<std::string> listed;
    std::vector<std::string> said;
    storage::TextDivider divider("");
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view line = trimmed(text.substr(begin, end - begin));
        begin = end + 1;
        if (const std::string_view point = withoutBullet(line); !point.empty()) {
            listed.emplace_back(point);
            continue;
        }
        for (const storage::TextSpan &span : divider.sentences(line)) {
            const std::string_view sentence = line.substr(span.begin, span.end - span.begin);
            const std::size_t marks = leadingMarks(sentence);
            if (marks > 0 && !said.empty())
                said.back() += ' ' + std::string(trimmed(sentence.substr(0, marks)));
            const std::string_view rest = trimmed(said.empty() ? sentence : sentence.substr(marks));
            if (!rest.empty())
                said.emplace_back(rest);
        }
    }
    return listed.empty() ? said : listed;
}

std::string listOfPoints(std::string_view text, bool cut)
{
    std::vector<std::string> points = pointsOf(text);
    if (cut && points.size() > 1)
        points.pop_back();
    std::string list;
    for (const std::string &point : points) {
        const bool heading = point.ends_with(':') || point.starts_with('#');
        if (!heading && !saysNothing(point))
            list += "- " + point + '\n';
    }
    if (!list.empty())
        list.pop_back();
    return list;
}

} // namespace app
