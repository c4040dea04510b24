// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/normal_text.h"

#include "inference/unicode/unicode.h"
#include "storage/query_terms.h"

#include <algorithm>
#include <array>

namespace app::grounding {

namespace {

namespace uni = inference::unicode;

constexpr std::size_t kKeyLength = 5; // characters; longer prefixes part inflections, shorter ones join words

struct Character {
    char32_t code = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

bool isLetter(char32_t code)
{
    return uni::isLetter(uni::categoryOf(code));
}

bool isWordPart(char32_t code)
{
    const uni::Category category = uni::categoryOf(code);
    return uni::isLetter(category) || category == uni::Category::Number || category == uni::Category::Mark;
}

bool isSpace(char32_t code)
{
    return uni::categoryOf(code) == uni::Category::Whitespace;
}

bool isUnspaced(char32_t code)
{
    const auto within = [code](char32_t first, char32_t last) { return code >= first && code <= last; };
    return within(0x0e00, 0x0eff) || within(0x1000, 0x109f) || within(0x1780, 0x17ff) || within(0x2e80, 0x9fff) ||
           within(0xf900, 0xfaff) || within(0x20000, 0x323af);
}

bool isInvisible(char32_t code)
{
    return code == 0x00ad || (code >= 0x200b && code <= 0x200f) || (code >= 0x2060 && code <= 0x2064) ||
           code == 0xfeff || (code >= 0x202a && code <= 0x202e) || (code < 0x20 && !isSpace(code));
}

char32_t plainForm(char32_t code)
{
    constexpr std::u32string_view kDouble = U"“”„‟″«»「」『』〝〞";
    constexpr std::u32string_view kSingle = U"‘’‚‛′‹›`´";
    constexpr std::u32string_view kHyphens = U"‐‑‒−﹣";
    constexpr std::u32string_view kDashes = U"—―";
    if (code >= 0xff01 && code <= 0xff5e) {
        code -= 0xfee0; // full-width forms
    }
    if (kDouble.contains(code)) {
        return U'"';
    }
    if (kSingle.contains(code)) {
        return U'\'';
    }
    if (kHyphens.contains(code)) {
        return U'-';
    }
    if (kDashes.contains(code)) {
        return U'–';
    }
    switch (code) {
    case U'[':
    case U'【':
        return U'(';
    case U']':
    case U'】':
        return U')';
    case U'、':
        return U',';
    case U'。':
        return U'.';
    default:
        return code;
    }
}

std::u32string_view expansion(char32_t code)
{
    constexpr std::array<std::u32string_view, 7> kLigatures{U"ff", U"fi", U"fl", U"ffi", U"ffl", U"st", U"st"};
    if (code >= 0xfb00 && code <= 0xfb06) {
        return kLigatures[code - 0xfb00];
    }
    if (code == U'…') {
        return U"...";
    }
    return {};
}

std::vector<Character> charactersOf(std::string_view text)
{
    std::vector<Character> characters;
    for (std::size_t at = 0; at < text.size();) {
        const uni::Decoded decoded = uni::decodeAt(text, at);
        const std::size_t next = at + std::max<std::uint32_t>(decoded.length, 1);
        if (!isInvisible(decoded.codePoint)) {
            const auto begin = static_cast<std::uint32_t>(at);
            const auto end = static_cast<std::uint32_t>(next);
            if (const auto letters = expansion(decoded.codePoint); !letters.empty()) {
                for (const char32_t letter : letters) {
                    characters.push_back({letter, begin, end});
                }
            } else {
                characters.push_back({plainForm(decoded.codePoint), begin, end});
            }
        }
        at = next;
    }
    return characters;
}

/// A hyphen inside a word, or at the end of a line inside one: how many characters it and its line end take.
std::size_t hyphenLength(const std::vector<Character> &characters, std::size_t at)
{
    if (characters[at].code != U'-' || at == 0 || !isLetter(characters[at - 1].code)) {
        return 0;
    }
    std::size_t next = at + 1;
    bool lineEnds = false;
    while (next < characters.size() && isSpace(characters[next].code)) {
        lineEnds = lineEnds || characters[next].code == U'\n';
        ++next;
    }
    const bool joins = (next == at + 1 || lineEnds) && next < characters.size() && isLetter(characters[next].code);
    return joins ? next - at : 0;
}

class Writer {
public:
    void put(char32_t code, const Character &from)
    {
        std::string bytes;
        uni::append(bytes, code);
        put(bytes, from);
    }

    void put(std::string_view bytes, const Character &from)
    {
        m_result.text += bytes;
        m_result.origin.insert(m_result.origin.end(), bytes.size(), from.begin);
        m_result.until.insert(m_result.until.end(), bytes.size(), from.end);
    }

    void putFolded(const Character &from)
    {
        std::string lower;
        uni::appendLower(lower, from.code);
        for (std::size_t at = 0; at < lower.size();) {
            const uni::Decoded decoded = uni::decodeAt(lower, at);
            for (const char32_t part : uni::decomposed(std::u32string_view(&decoded.codePoint, 1))) {
                put(part, from);
            }
            at += std::max<std::uint32_t>(decoded.length, 1);
        }
    }

    NormalText finish(std::size_t size)
    {
        m_result.origin.push_back(static_cast<std::uint32_t>(size));
        return std::move(m_result);
    }

private:
    NormalText m_result;
};

} // namespace

storage::TextSpan NormalText::source(std::size_t begin, std::size_t end) const
{
    if (begin >= end || end > until.size()) {
        const std::size_t at = std::min(begin, origin.size() - 1);
        return {origin[at], origin[at]};
    }
    return {origin[begin], until[end - 1]};
}

NormalText normalized(std::string_view text)
{
    const std::vector<Character> characters = charactersOf(text);
    Writer writer;
    char32_t last = 0; // written before; 0 at the start
    for (std::size_t i = 0; i < characters.size();) {
        const Character &here = characters[i];
        if (isSpace(here.code)) {
            std::size_t next = i;
            while (next < characters.size() && isSpace(characters[next].code)) {
                ++next;
            }
            const char32_t follows = next < characters.size() ? characters[next].code : 0;
            // " - " is a dash; around dashes and in scripts without spaces, spaces are a matter of taste.
            const bool dash = follows == U'-' && next + 1 < characters.size() && isSpace(characters[next + 1].code);
            const bool keeps = last != 0 && follows != 0 && last != U'–' && follows != U'–' && !dash &&
                               !(isUnspaced(last) || isUnspaced(follows));
            if (keeps) {
                writer.put(U' ', here);
                last = U' ';
            }
            if (dash) {
                writer.put(U'–', characters[next]);
                last = U'–';
                ++next;
            }
            i = next;
            continue;
        }
        if (const std::size_t length = hyphenLength(characters, i); length > 0) {
            i += length;
            continue;
        }
        writer.putFolded(here);
        last = here.code;
        ++i;
    }
    return writer.finish(text.size());
}

std::vector<Word> wordsOf(const NormalText &normal)
{
    const std::string_view text = normal.text;
    std::vector<Word> words;
    std::size_t at = 0;
    while (at < text.size()) {
        uni::Decoded decoded = uni::decodeAt(text, at);
        if (!isWordPart(decoded.codePoint)) {
            at += std::max<std::uint32_t>(decoded.length, 1);
            continue;
        }
        if (isUnspaced(decoded.codePoint)) {
            const std::size_t next = at + decoded.length;
            const uni::Decoded second = uni::decodeAt(text, next);
            if (second.valid && isUnspaced(second.codePoint)) {
                words.push_back(
                    {std::string(text.substr(at, decoded.length + second.length)), at, next + second.length, true});
            }
            at = next;
            continue;
        }
        Word word{.key = {}, .begin = at};
        std::string whole;
        std::size_t letters = 0;
        bool digits = false;
        while (at < text.size() && isWordPart(decoded.codePoint) && !isUnspaced(decoded.codePoint)) {
            whole += text.substr(at, decoded.length);
            digits = digits || uni::categoryOf(decoded.codePoint) == uni::Category::Number;
            if (!uni::isNonSpacingMark(decoded.codePoint)) {
                ++letters;
                if (digits || letters <= kKeyLength) {
                    word.key += text.substr(at, decoded.length);
                }
            }
            at += std::max<std::uint32_t>(decoded.length, 1);
            decoded = uni::decodeAt(text, at);
        }
        word.end = at;
        word.content = digits || (letters > 1 && !storage::isStopWord(uni::composed(whole)));
        words.push_back(std::move(word));
    }
    return words;
}

std::vector<std::string> contentKeys(const NormalText &normal)
{
    std::vector<std::string> keys;
    for (Word &word : wordsOf(normal)) {
        if (word.content) {
            keys.push_back(std::move(word.key));
        }
    }
    std::ranges::sort(keys);
    keys.erase(std::ranges::unique(keys).begin(), keys.end());
    return keys;
}

} // namespace app::grounding
