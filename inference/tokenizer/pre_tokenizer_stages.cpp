// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/pre_tokenizer_stages.h"

#include "inference/tokenizer/character_ranges.h"
#include "inference/tokenizer/scan_cursor.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace inference {

namespace {

constexpr std::size_t unlimited = static_cast<std::size_t>(-1);

enum class ContractionCase { Exact, Folded };

/// 's 't 're 've 'm 'll 'd, exactly or without regard to case (where U+017F LONG S folds to s).
std::size_t contraction(Cursor &cursor, std::size_t position, ContractionCase folding)
{
    const Char quote = cursor.at(position);
    if (quote.codePoint != U'\'')
        return position;
    const auto letter = [&](const Char &c) -> char {
        if (c.codePoint >= U'a' && c.codePoint <= U'z')
            return static_cast<char>(c.codePoint);
        if (folding == ContractionCase::Exact)
            return 0;
        if (c.codePoint >= U'A' && c.codePoint <= U'Z')
            return static_cast<char>(c.codePoint - U'A' + U'a');
        return c.codePoint == 0x17F ? 's' : char{0};
    };
    const Char first = cursor.at(position + 1);
    const std::size_t afterFirst = position + 1 + first.length;
    switch (letter(first)) {
    case 's':
    case 't':
    case 'm':
    case 'd':
        return afterFirst;
    case 'r':
    case 'v': {
        const Char second = cursor.at(afterFirst);
        return letter(second) == 'e' ? afterFirst + second.length : position;
    }
    case 'l': {
        const Char second = cursor.at(afterFirst);
        return letter(second) == 'l' ? afterFirst + second.length : position;
    }
    default:
        return position;
    }
}

/// ` ?X+`
template <class Accept>
std::size_t spacedRun(Cursor &cursor, std::size_t position, Accept accept)
{
    const std::size_t start = isPlainSpace(cursor.at(position)) ? position + 1 : position;
    const std::size_t end = cursor.run(start, accept);
    return end > start ? end : position;
}

/// `[^\r\n\p{L}\p{N}]?`: where a word may start after one leading character, or `position` itself.
std::size_t afterLeader(Cursor &cursor, std::size_t position)
{
    const Char c = cursor.at(position);
    return c.length == 0 || isNewline(c) || isLetter(c) || isNumber(c) ? position : position + c.length;
}

/// `\s+(?!\S)|\s+`: a run of white space without its last character unless the text ends there.
std::size_t spaces(Cursor &cursor, std::size_t position)
{
    std::size_t last = position;
    std::size_t end = position;
    for (Char c = cursor.at(end); c.length > 0 && isSpace(c); c = cursor.at(end)) {
        last = end;
        end += c.length;
    }
    return end == cursor.text().size() || last == position ? end : last;
}

/// `\s*[\r\n]+|\s+(?!\S)|\s+`
std::size_t spacesOrLines(Cursor &cursor, std::size_t position)
{
    std::size_t last = position;
    std::size_t end = position;
    std::size_t afterNewline = position;
    for (Char c = cursor.at(end); c.length > 0 && isSpace(c); c = cursor.at(end)) {
        last = end;
        end += c.length;
        if (isNewline(c))
            afterNewline = end;
    }
    if (afterNewline > position)
        return afterNewline;
    return end == cursor.text().size() || last == position ? end : last;
}

std::size_t gpt2(Cursor &cursor, std::size_t position)
{
    if (const std::size_t end = contraction(cursor, position, ContractionCase::Exact); end > position)
        return end;
    if (const std::size_t end = spacedRun(cursor, position, isLetter); end > position)
        return end;
    if (const std::size_t end = spacedRun(cursor, position, isNumber); end > position)
        return end;
    if (const std::size_t end = spacedRun(cursor, position, isOther); end > position)
        return end;
    return spaces(cursor, position);
}

/// What the followers of Llama 3 changed in its pattern.
struct LlamaVariant {
    std::size_t maxNumbers = 1;
    bool contractions = true;
    bool linesAfterOthers = true; ///< `[\r\n]*` after a run of other characters
    bool marksInWords = false;
};

/// The family of Llama 3: contractions, words with one leading character, numbers, others, white space.
template <LlamaVariant variant>
std::size_t llamaFamily(Cursor &cursor, std::size_t position)
{
    constexpr auto inWord = variant.marksInWords ? isLetterOrMark : isLetter;
    constexpr auto inOther = variant.marksInWords ? isOtherThanMark : isOther;
    if (variant.contractions) {
        if (const std::size_t end = contraction(cursor, position, ContractionCase::Folded); end > position)
            return end;
    }
    const std::size_t start = afterLeader(cursor, position);
    if (const std::size_t end = cursor.run(start, inWord); end > start)
        return end;
    // A mark may be the leading character and the word alike; without a leader it is a word of its own.
    if (start > position) {
        if (const std::size_t end = cursor.run(position, inWord, 1); end > position)
            return end;
    }
    if (const std::size_t end = cursor.run(position, isNumber, variant.maxNumbers); end > position)
        return end;
    if (const std::size_t end = spacedRun(cursor, position, inOther); end > position)
        return variant.linesAfterOthers ? cursor.run(end, isNewline) : end;
    return spacesOrLines(cursor, position);
}

/// `(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+`: words that single spaces may join.
std::size_t joinedWords(Cursor &cursor, std::size_t start)
{
    std::size_t end = start;
    while (true) {
        const Char c = cursor.at(end);
        const std::size_t letter = end > start && isPlainSpace(c) ? end + 1 : end;
        const Char first = letter == end ? c : cursor.at(letter);
        if (first.length == 0 || !isLetter(first))
            return end;
        end = cursor.run(letter + first.length, isMark);
    }
}

/// Llama 3's pattern with words joined by single spaces, and one line end or slash after others.
std::size_t exaoneMoe(Cursor &cursor, std::size_t position)
{
    if (const std::size_t end = contraction(cursor, position, ContractionCase::Folded); end > position)
        return end;
    const std::size_t start = afterLeader(cursor, position);
    if (const std::size_t end = joinedWords(cursor, start); end > start)
        return end;
    if (const std::size_t end = cursor.run(position, isNumber, 1); end > position)
        return end;
    if (const std::size_t end = spacedRun(cursor, position, isOther); end > position)
        return cursor.run(end, isNewlineOrSlash, 1);
    return spacesOrLines(cursor, position);
}

enum class Ideographs { InWords, Apart };

template <Ideographs ideographs>
bool inUpperPart(const Char &c)
{
    return isLetterOrMark(c) && c.category != Category::LowerLetter &&
           (ideographs == Ideographs::InWords || !isHanScript(c.codePoint));
}
template <Ideographs ideographs>
bool inLowerPart(const Char &c)
{
    return isLetterOrMark(c) && c.category != Category::UpperLetter && c.category != Category::TitleLetter &&
           (ideographs == Ideographs::InWords || !isHanScript(c.codePoint));
}

/// `U*L+` from `start`. The two classes share letters without case and marks: where no lower-case letter follows the
/// upper part, the match gives back characters up to the last shared one.
template <Ideographs ideographs>
std::size_t wordEndingLower(Cursor &cursor, std::size_t start)
{
    std::size_t position = start;
    std::size_t afterShared = start;
    for (Char c = cursor.at(position); c.length > 0 && inUpperPart<ideographs>(c); c = cursor.at(position)) {
        position += c.length;
        if (inLowerPart<ideographs>(c))
            afterShared = position;
    }
    const std::size_t end = cursor.run(position, inLowerPart<ideographs>);
    return end > position ? end : afterShared;
}

/// `U+L*` from `start`.
template <Ideographs ideographs>
std::size_t wordStartingUpper(Cursor &cursor, std::size_t start)
{
    const std::size_t upper = cursor.run(start, inUpperPart<ideographs>);
    return upper > start ? cursor.run(upper, inLowerPart<ideographs>) : start;
}

/// Words that break between a lower-case and an upper-case letter, with one leading character.
template <Ideographs ideographs>
std::size_t casedWord(Cursor &cursor, std::size_t position)
{
    const std::size_t start = afterLeader(cursor, position);
    for (const auto word : {wordEndingLower<ideographs>, wordStartingUpper<ideographs>}) {
        if (const std::size_t end = word(cursor, start); end > start)
            return end;
        if (start == position)
            continue;
        if (const std::size_t end = word(cursor, position); end > position)
            return end;
    }
    return position;
}

enum class WordSuffix { None, Contraction };

template <std::size_t maxDigits, WordSuffix suffix>
std::size_t tekkenFamily(Cursor &cursor, std::size_t position)
{
    if (const std::size_t end = casedWord<Ideographs::InWords>(cursor, position); end > position)
        return suffix == WordSuffix::None ? end : contraction(cursor, end, ContractionCase::Folded);
    if (const std::size_t end = cursor.run(position, isNumber, maxDigits); end > position)
        return end;
    if (const std::size_t end = spacedRun(cursor, position, isOther); end > position)
        return cursor.run(end, isNewlineOrSlash);
    return spacesOrLines(cursor, position);
}

std::size_t kimiK2(Cursor &cursor, std::size_t position)
{
    if (const std::size_t end = cursor.run(position, [](const Char &c) { return isHanScript(c.codePoint); });
        end > position)
        return end;
    if (const std::size_t end = casedWord<Ideographs::Apart>(cursor, position); end > position)
        return contraction(cursor, end, ContractionCase::Folded);
    if (const std::size_t end = cursor.run(position, isNumber, 3); end > position)
        return end;
    if (const std::size_t end = spacedRun(cursor, position, isOther); end > position)
        return cursor.run(end, isNewline);
    return spacesOrLines(cursor, position);
}

template <auto accept>
std::size_t oneOf(Cursor &cursor, std::size_t position)
{
    return cursor.run(position, accept, 1);
}

template <auto accept>
std::size_t runOf(Cursor &cursor, std::size_t position)
{
    return cursor.run(position, accept);
}

/// `\s?X+`, where X may have white space in it.
template <auto accept>
std::size_t runAfterAnySpace(Cursor &cursor, std::size_t position)
{
    const Char c = cursor.at(position);
    if (c.length == 0 || !isSpace(c))
        return cursor.run(position, accept);
    const std::size_t start = position + c.length;
    const std::size_t end = cursor.run(start, accept);
    return end > start || accept(c) ? end : position;
}

std::size_t threeNumbers(Cursor &cursor, std::size_t position)
{
    return cursor.run(position, isNumber, 3);
}

/// Pc
bool isConnector(const Char &c)
{
    return std::u32string_view(U"_\u203F\u2040\u2054\uFE33\uFE34\uFE4D\uFE4E\uFE4F\uFF3F").contains(c.codePoint);
}

/// `\w`
bool isWordCharacter(const Char &c)
{
    return isLetterOrMark(c) || isDecimal(c) || isConnector(c) || isWordSign(c.codePoint);
}

/// Learns about the run of digits at `position` what `Cursor::Run` holds: once for each run.
template <auto matchesBefore>
Cursor::Run &digitRun(Cursor &cursor, std::size_t position)
{
    Cursor::Run &run = cursor.lastRun();
    if (run.next == position)
        return run;
    run = {position, 0, position, false};
    for (Char c = cursor.at(run.end); c.length > 0 && isDecimal(c); c = cursor.at(run.end)) {
        run.end += c.length;
        ++run.remaining;
    }
    run.matches = run.remaining > 0 && matchesBefore(cursor.at(run.end));
    return run;
}

/// Goes on behind `count` digits of the run.
std::size_t takeDigits(Cursor &cursor, std::size_t position, std::size_t count)
{
    Cursor::Run &run = cursor.lastRun();
    run.next = cursor.run(position, isDecimal, count);
    run.remaining -= count;
    return run.next;
}

/// `[A-Zµ…]` of DeepSeek's first models: letters with cases.
bool isDeepSeekLetter(const Char &c)
{
    return isListedCasedLetter(c.codePoint);
}

bool isNoWordCharacter(const Char &c)
{
    return c.length == 0 || !isWordCharacter(c);
}

bool isAnything(const Char &)
{
    return true;
}

/// `\d{1,3}(?=(?:\d{3})*\b)`
std::size_t digitGroups(Cursor &cursor, std::size_t position)
{
    if (!isDecimal(cursor.at(position)))
        return position;
    const Cursor::Run &run = digitRun<isNoWordCharacter>(cursor, position);
    const std::size_t count = run.remaining % 3 == 0 ? 3 : run.remaining % 3;
    if (run.matches)
        return takeDigits(cursor, position, count);
    takeDigits(cursor, position, 1); // and no other digit of the run matches either
    return position;
}

/// Cuts at `(?=(\d{3})+(?!\d))`: the digits before the first full group stay with what stands before them.
std::size_t fullDigitGroups(Cursor &cursor, std::size_t position)
{
    if (!isDecimal(cursor.at(position)))
        return position;
    const Cursor::Run &run = digitRun<isAnything>(cursor, position);
    if (run.remaining % 3 == 0)
        return takeDigits(cursor, position, 3);
    takeDigits(cursor, position, 1);
    return position;
}

bool isHanOrKana(const Char &c)
{
    return (c.codePoint >= 0x4E00 && c.codePoint <= 0x9FA5) || (c.codePoint >= 0x3040 && c.codePoint <= 0x30FF);
}

std::size_t youtuScripts(Cursor &cursor, std::size_t position)
{
    const auto isHangul = [](const Char &c) {
        return (c.codePoint >= 0xAC00 && c.codePoint <= 0xD7A3) || (c.codePoint >= 0x3131 && c.codePoint <= 0x318E);
    };
    const auto isWidePunctuation = [](const Char &c) {
        return std::u32string_view(U"\uFF01\u2026\u201C\u201D\u2018\u2019\u2014\uFF1A\uFF1B\uFF0C")
                   .contains(c.codePoint) ||
               (c.codePoint >= 0x3001 && c.codePoint <= 0x303F) || (c.codePoint >= 0xFE30 && c.codePoint <= 0xFE4F);
    };
    const auto isBopomofo = [](const Char &c) { return c.codePoint >= 0x3105 && c.codePoint <= 0x312F; };
    if (const std::size_t end = cursor.run(position, isHangul); end > position)
        return end;
    if (const std::size_t end = cursor.run(position, isWidePunctuation); end > position)
        return end;
    if (const std::size_t end = cursor.run(position, isBopomofo); end > position)
        return end;
    return cursor.run(position, isHanOrKana);
}

std::size_t exactlyThreeDigits(Cursor &cursor, std::size_t position)
{
    const std::size_t end = cursor.run(position, isAsciiDigit, 3);
    return end == position + 3 ? end : position;
}

/// [一-龥ࠀ-一가-퟿] as the model's file writes it: everything from U+0800 to the end of Hangul but U+9FA6 to
/// U+ABFF.
bool isHanOrHangul(const Char &c)
{
    return (c.codePoint >= 0x0800 && c.codePoint <= 0x9FA5) || (c.codePoint >= 0xAC00 && c.codePoint <= 0xD7FF);
}

std::size_t deepSeekV3(Cursor &cursor, std::size_t position)
{
    const Char first = cursor.at(position);
    if (isAsciiPunctuation(first)) {
        if (const std::size_t end = cursor.run(position + 1, isAsciiLetter); end > position + 1)
            return end;
    }
    const bool leads = !isNewline(first) && !isLetter(first) && !isPunctuationOrSymbol(first);
    const std::size_t start = leads ? position + first.length : position;
    if (const std::size_t end = cursor.run(start, isLetterOrMark); end > start)
        return end;
    if (start > position) {
        if (const std::size_t end = cursor.run(position, isLetterOrMark, 1); end > position)
            return end;
    }
    if (const std::size_t end = spacedRun(cursor, position, isPunctuationOrSymbol); end > position)
        return cursor.run(end, isNewline);
    return spacesOrLines(cursor, position);
}

/// [!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]: ASCII letters are gone by then.
bool isDeepSeekPunctuation(const Char &c)
{
    const char32_t p = c.codePoint;
    return (p >= U'!' && p <= U'/') || (p >= U':' && p <= U'~') || (p >= 0xFF01 && p <= 0xFF0F) ||
           (p >= 0xFF1A && p <= 0xFF5E) || (p >= 0x2018 && p <= 0x201F) || (p >= 0x3000 && p <= 0x3002);
}

/// `\s+$`
std::size_t spacesAtEnd(Cursor &cursor, std::size_t position)
{
    // A run that did not reach the end from its first character does not from any other: looking again would make
    // long runs quadratic.
    if (position > 0 && isSpace(cursor.before(position)))
        return position;
    const std::size_t end = cursor.run(position, isSpace);
    return end == cursor.text().size() ? end : position;
}

template <bool newline>
std::size_t lineRun(Cursor &cursor, std::size_t position)
{
    return cursor.run(position, [](const Char &c) { return (c.codePoint == U'\n') == newline; });
}

/// `[^\n]+|[\n]+`
std::size_t lines(Cursor &cursor, std::size_t position)
{
    return cursor.at(position).codePoint == U'\n' ? lineRun<true>(cursor, position) : lineRun<false>(cursor, position);
}

bool isPunctuationOrMath(const Char &c)
{
    return isPunctuation(c) || std::u32string_view(U"$+<=>^~|").contains(c.codePoint);
}

bool isPunctuationOrMathOrTick(const Char &c)
{
    return isPunctuationOrMath(c) || c.codePoint == U'`';
}

bool inBloomWord(const Char &c)
{
    return !isSpace(c) &&
           !std::u32string_view(U"(|.,!?\u2026\u3002\uFF0C\u3001\u0964\u06D4\u060C)").contains(c.codePoint);
}

std::size_t bloom(Cursor &cursor, std::size_t position)
{
    return spacedRun(cursor, position, inBloomWord);
}

constexpr std::array<Stage, 1> gpt2Stages{gpt2};
constexpr std::array<Stage, 2> smolLmStages{oneOf<isNumber>, gpt2};
constexpr std::array<Stage, 1> llama3Stages{llamaFamily<LlamaVariant{.maxNumbers = 3}>};
constexpr std::array<Stage, 1> qwen2Stages{llamaFamily<LlamaVariant{}>};
constexpr std::array<Stage, 1> qwen35Stages{llamaFamily<LlamaVariant{.marksInWords = true}>};
constexpr std::array<Stage, 1> seedCoderStages{llamaFamily<LlamaVariant{.linesAfterOthers = false}>};
constexpr std::array<Stage, 1> noContractionsStages{llamaFamily<LlamaVariant{.contractions = false}>};
constexpr std::array<Stage, 2> miniCpm5Stages{threeNumbers, llamaFamily<LlamaVariant{.maxNumbers = unlimited}>};
constexpr std::array<Stage, 2> lagunaStages{lines, llamaFamily<LlamaVariant{}>};
constexpr std::array<Stage, 1> exaoneMoeStages{exaoneMoe};
constexpr std::array<Stage, 1> linesStages{lines};
constexpr std::array<Stage, 1> tekkenStages{tekkenFamily<1, WordSuffix::None>};
constexpr std::array<Stage, 1> gpt4oStages{tekkenFamily<3, WordSuffix::Contraction>};
constexpr std::array<Stage, 5> deepSeekCoderStages{oneOf<isNewline>, runAfterAnySpace<isLetter>,
                                                   runAfterAnySpace<isPunctuation>, runOf<isHanOrHangul>,
                                                   oneOf<isNumber>};
constexpr std::array<Stage, 1> kimiK2Stages{kimiK2};
constexpr std::array<Stage, 2> tinyAyaStages{digitGroups, tekkenFamily<3, WordSuffix::Contraction>};
constexpr std::array<Stage, 2> superBpeStages{runOf<isNumber>, fullDigitGroups};
constexpr std::array<Stage, 2> youtuStages{youtuScripts, tekkenFamily<1, WordSuffix::Contraction>};
constexpr std::array<Stage, 6> deepSeekLlmStages{oneOf<isNewline>,
                                                 runAfterAnySpace<isDeepSeekLetter>,
                                                 runAfterAnySpace<isDeepSeekPunctuation>,
                                                 spacesAtEnd,
                                                 runOf<isHanOrHangul>,
                                                 runOf<isNumber>};
constexpr std::array<Stage, 3> deepSeekV3Stages{threeNumbers, runOf<isHanOrKana>, deepSeekV3};
constexpr std::array<Stage, 3> falconStages{runOf<isPunctuationOrMathOrTick>, gpt2, exactlyThreeDigits};
constexpr std::array<Stage, 1> bloomStages{bloom};
constexpr std::array<Stage, 2> vikingStages{bloom, oneOf<isNumber>};
constexpr std::array<Stage, 4> defaultStages{runOf<isPunctuationOrMath>, gpt2, runOf<isNumber>, exactlyThreeDigits};

} // namespace

std::span<const Stage> stagesOf(PreTokenizer kind)
{
    switch (kind) {
    case PreTokenizer::Gpt2:
        return gpt2Stages;
    case PreTokenizer::SmolLm:
        return smolLmStages;
    case PreTokenizer::Llama3:
        return llama3Stages;
    case PreTokenizer::Qwen2:
        return qwen2Stages;
    case PreTokenizer::Qwen35:
        return qwen35Stages;
    case PreTokenizer::Tekken:
        return tekkenStages;
    case PreTokenizer::Gpt4o:
        return gpt4oStages;
    case PreTokenizer::DeepSeekCoder:
        return deepSeekCoderStages;
    case PreTokenizer::DeepSeekV3:
        return deepSeekV3Stages;
    case PreTokenizer::SeedCoder:
        return seedCoderStages;
    case PreTokenizer::NoContractions:
        return noContractionsStages;
    case PreTokenizer::MiniCpm5:
        return miniCpm5Stages;
    case PreTokenizer::Laguna:
        return lagunaStages;
    case PreTokenizer::ExaoneMoe:
        return exaoneMoeStages;
    case PreTokenizer::DeepSeekLlm:
        return deepSeekLlmStages;
    case PreTokenizer::Lines:
        return linesStages;
    case PreTokenizer::KimiK2:
        return kimiK2Stages;
    case PreTokenizer::TinyAya:
        return tinyAyaStages;
    case PreTokenizer::SuperBpe:
        return superBpeStages;
    case PreTokenizer::Youtu:
        return youtuStages;
    case PreTokenizer::Falcon:
        return falconStages;
    case PreTokenizer::Bloom:
        return bloomStages;
    case PreTokenizer::Viking:
        return vikingStages;
    case PreTokenizer::Default:
        return defaultStages;
    }
    return defaultStages;
}

} // namespace inference
