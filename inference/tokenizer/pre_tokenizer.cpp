// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/pre_tokenizer.h"

#include "inference/unicode/unicode.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

namespace inference {

namespace {

using unicode::Category;

struct Char {
    char32_t codePoint = 0;
    Category category = Category::Other;
    std::size_t length = 0; ///< bytes, 0 at the end of the text
};

/// Reads characters of one piece of text and counts them.
class Cursor {
public:
    explicit Cursor(std::string_view text)
        : m_text(text)
    {
    }

    [[nodiscard]] Char at(std::size_t position)
    {
        ++m_examined;
        if (position >= m_text.size())
            return {};
        const auto byte = static_cast<unsigned char>(m_text[position]);
        if (byte < 0x80)
            return {byte, unicode::categoryOf(byte), 1};
        const unicode::Decoded decoded = unicode::decodeAt(m_text, position);
        if (!decoded.valid)
            return {decoded.codePoint, Category::Other, decoded.length};
        return {decoded.codePoint, unicode::categoryOf(decoded.codePoint), decoded.length};
    }

    /// The end of the run of characters that `accept` takes, of at most `limit` characters.
    template <class Accept>
    std::size_t run(std::size_t position, Accept accept, std::size_t limit = static_cast<std::size_t>(-1))
    {
        for (; limit > 0; --limit) {
            const Char c = at(position);
            if (c.length == 0 || !accept(c))
                break;
            position += c.length;
        }
        return position;
    }

    [[nodiscard]] std::string_view text() const { return m_text; }
    [[nodiscard]] std::uint64_t examined() const { return m_examined; }

private:
    std::string_view m_text;
    std::uint64_t m_examined = 0;
};

bool isLetter(const Char &c)
{
    return unicode::isLetter(c.category);
}
bool isMark(const Char &c)
{
    return c.category == Category::Mark;
}
bool isLetterOrMark(const Char &c)
{
    return isLetter(c) || isMark(c);
}
bool isNumber(const Char &c)
{
    return c.category == Category::Number;
}
bool isSpace(const Char &c)
{
    return c.category == Category::Whitespace;
}
bool isPunctuation(const Char &c)
{
    return c.category == Category::Punctuation;
}
bool isNewline(const Char &c)
{
    return c.codePoint == U'\n' || c.codePoint == U'\r';
}
bool isNewlineOrSlash(const Char &c)
{
    return isNewline(c) || c.codePoint == U'/';
}
bool isPlainSpace(const Char &c)
{
    return c.length == 1 && c.codePoint == U' ';
}
bool isAsciiLetter(const Char &c)
{
    return (c.codePoint >= U'a' && c.codePoint <= U'z') || (c.codePoint >= U'A' && c.codePoint <= U'Z');
}
bool isAsciiDigit(const Char &c)
{
    return c.codePoint >= U'0' && c.codePoint <= U'9';
}
bool isAsciiPunctuation(const Char &c)
{
    return c.codePoint > U' ' && c.codePoint < 0x7F && !isAsciiLetter(c) && !isAsciiDigit(c);
}
/// [^\s\p{L}\p{N}]
bool isOther(const Char &c)
{
    return !isSpace(c) && !isLetter(c) && !isNumber(c);
}
/// [^\s\p{L}\p{M}\p{N}]
bool isOtherThanMark(const Char &c)
{
    return isOther(c) && !isMark(c);
}
bool isPunctuationOrSymbol(const Char &c)
{
    return isPunctuation(c) || c.category == Category::Symbol;
}

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

/// The family of Llama 3: contractions, words with one leading character, `maxDigits` numbers, others, white space.
template <std::size_t maxDigits, auto inWord, auto inOther>
std::size_t llamaFamily(Cursor &cursor, std::size_t position)
{
    if (const std::size_t end = contraction(cursor, position, ContractionCase::Folded); end > position)
        return end;
    const std::size_t start = afterLeader(cursor, position);
    if (const std::size_t end = cursor.run(start, inWord); end > start)
        return end;
    // A mark may be the leading character and the word alike; without a leader it is a word of its own.
    if (start > position) {
        if (const std::size_t end = cursor.run(position, inWord, 1); end > position)
            return end;
    }
    if (const std::size_t end = cursor.run(position, isNumber, maxDigits); end > position)
        return end;
    if (const std::size_t end = spacedRun(cursor, position, inOther); end > position)
        return cursor.run(end, isNewline);
    return spacesOrLines(cursor, position);
}

bool inUpperPart(const Char &c)
{
    return isLetterOrMark(c) && c.category != Category::LowerLetter;
}
bool inLowerPart(const Char &c)
{
    return isLetterOrMark(c) && c.category != Category::UpperLetter && c.category != Category::TitleLetter;
}

/// `U*L+` from `start`. The two classes share letters without case and marks: where no lower-case letter follows the
/// upper part, the match gives back characters up to the last shared one.
std::size_t wordEndingLower(Cursor &cursor, std::size_t start)
{
    std::size_t position = start;
    std::size_t afterShared = start;
    for (Char c = cursor.at(position); c.length > 0 && inUpperPart(c); c = cursor.at(position)) {
        position += c.length;
        if (inLowerPart(c))
            afterShared = position;
    }
    const std::size_t end = cursor.run(position, inLowerPart);
    return end > position ? end : afterShared;
}

/// `U+L*` from `start`.
std::size_t wordStartingUpper(Cursor &cursor, std::size_t start)
{
    const std::size_t upper = cursor.run(start, inUpperPart);
    return upper > start ? cursor.run(upper, inLowerPart) : start;
}

/// Words that break between a lower-case and an upper-case letter, with one leading character.
std::size_t casedWord(Cursor &cursor, std::size_t position)
{
    const std::size_t start = afterLeader(cursor, position);
    for (const auto word : {wordEndingLower, wordStartingUpper}) {
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
    if (const std::size_t end = casedWord(cursor, position); end > position)
        return suffix == WordSuffix::None ? end : contraction(cursor, end, ContractionCase::Folded);
    if (const std::size_t end = cursor.run(position, isNumber, maxDigits); end > position)
        return end;
    if (const std::size_t end = spacedRun(cursor, position, isOther); end > position)
        return cursor.run(end, isNewlineOrSlash);
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

/// `\s?X+`
template <auto accept>
std::size_t runAfterAnySpace(Cursor &cursor, std::size_t position)
{
    const Char c = cursor.at(position);
    const std::size_t start = c.length > 0 && isSpace(c) ? position + c.length : position;
    const std::size_t end = cursor.run(start, accept);
    return end > start ? end : position;
}

std::size_t threeNumbers(Cursor &cursor, std::size_t position)
{
    return cursor.run(position, isNumber, 3);
}

std::size_t exactlyThreeDigits(Cursor &cursor, std::size_t position)
{
    const std::size_t end = cursor.run(position, isAsciiDigit, 3);
    return end == position + 3 ? end : position;
}

bool isHanOrKana(const Char &c)
{
    return (c.codePoint >= 0x4E00 && c.codePoint <= 0x9FA5) || (c.codePoint >= 0x3040 && c.codePoint <= 0x30FF);
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

/// Matches at a position and gives the end, or the position itself. Stages run one after the other: each cuts the
/// pieces of the one before, what it does not match stays together.
using Stage = std::size_t (*)(Cursor &, std::size_t);

constexpr std::array<Stage, 1> gpt2Stages{gpt2};
constexpr std::array<Stage, 2> smolLmStages{oneOf<isNumber>, gpt2};
constexpr std::array<Stage, 1> llama3Stages{llamaFamily<3, isLetter, isOther>};
constexpr std::array<Stage, 1> qwen2Stages{llamaFamily<1, isLetter, isOther>};
constexpr std::array<Stage, 1> qwen35Stages{llamaFamily<1, isLetterOrMark, isOtherThanMark>};
constexpr std::array<Stage, 1> tekkenStages{tekkenFamily<1, WordSuffix::None>};
constexpr std::array<Stage, 1> gpt4oStages{tekkenFamily<3, WordSuffix::Contraction>};
constexpr std::array<Stage, 5> deepSeekCoderStages{oneOf<isNewline>, runAfterAnySpace<isLetter>,
                                                   runAfterAnySpace<isPunctuation>, runOf<isHanOrHangul>,
                                                   oneOf<isNumber>};
constexpr std::array<Stage, 3> deepSeekV3Stages{threeNumbers, runOf<isHanOrKana>, deepSeekV3};
constexpr std::array<Stage, 3> falconStages{runOf<isPunctuationOrMathOrTick>, gpt2, exactlyThreeDigits};
constexpr std::array<Stage, 1> bloomStages{bloom};
constexpr std::array<Stage, 2> vikingStages{bloom, oneOf<isNumber>};
constexpr std::array<Stage, 4> defaultStages{runOf<isPunctuationOrMath>, gpt2, runOf<isNumber>, exactlyThreeDigits};

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

std::uint64_t isolate(Stage stage, std::string_view piece, std::vector<std::size_t> &lengths)
{
    Cursor cursor(piece);
    std::size_t position = 0;
    std::size_t unmatched = 0; // start of what no match has covered yet
    while (position < piece.size()) {
        const std::size_t end = stage(cursor, position);
        if (end == position) {
            position += cursor.at(position).length;
            continue;
        }
        if (unmatched < position)
            lengths.push_back(position - unmatched);
        lengths.push_back(end - position);
        unmatched = position = end;
    }
    if (unmatched < piece.size())
        lengths.push_back(piece.size() - unmatched);
    return cursor.examined();
}

struct NamedRules {
    std::string_view pre;
    PreTokenizerRules rules;
};

constexpr PreTokenizerRules known(PreTokenizer kind)
{
    return {.kind = kind, .known = true};
}

constexpr PreTokenizerRules wholeWordsAndBos(PreTokenizer kind)
{
    return {.kind = kind, .known = true, .ignoreMerges = true, .addBos = true};
}

constexpr auto namedRules = std::to_array<NamedRules>({
    {"default", known(PreTokenizer::Default)},
    {"gpt-2", known(PreTokenizer::Gpt2)},
    {"olmo", known(PreTokenizer::Gpt2)},
    {"mpt", known(PreTokenizer::Gpt2)},
    {"phi-2", known(PreTokenizer::Gpt2)},
    {"exaone4", known(PreTokenizer::Gpt2)},
    {"jais", known(PreTokenizer::Gpt2)},
    {"trillion", known(PreTokenizer::Gpt2)},
    {"granite-docling", known(PreTokenizer::Gpt2)},
    {"gigachat", known(PreTokenizer::Gpt2)},
    {"mellum", known(PreTokenizer::Gpt2)},
    {"a.x-4.0", known(PreTokenizer::Gpt2)},
    {"modern-bert", known(PreTokenizer::Gpt2)},
    {"jina-es", known(PreTokenizer::Gpt2)},
    {"jina-de", known(PreTokenizer::Gpt2)},
    {"jina-v1-en", known(PreTokenizer::Gpt2)},
    {"jina-v2-es", known(PreTokenizer::Gpt2)},
    {"jina-v2-de", known(PreTokenizer::Gpt2)},
    {"jina-v2-code", known(PreTokenizer::Gpt2)},
    {"roberta-bpe", known(PreTokenizer::Gpt2)},
    {"smollm", known(PreTokenizer::SmolLm)},
    {"starcoder", known(PreTokenizer::SmolLm)},
    {"refact", known(PreTokenizer::SmolLm)},
    {"command-r", known(PreTokenizer::SmolLm)},
    {"codeshell", known(PreTokenizer::SmolLm)},
    {"exaone", known(PreTokenizer::SmolLm)},
    {"minerva-7b", known(PreTokenizer::SmolLm)},
    {"llama-bpe", wholeWordsAndBos(PreTokenizer::Llama3)},
    {"llama3", wholeWordsAndBos(PreTokenizer::Llama3)},
    {"llama-v3", wholeWordsAndBos(PreTokenizer::Llama3)},
    {"falcon3", wholeWordsAndBos(PreTokenizer::Llama3)},
    {"falcon-h1", wholeWordsAndBos(PreTokenizer::Llama3)},
    {"pixtral", wholeWordsAndBos(PreTokenizer::Llama3)},
    {"midm-2.0", wholeWordsAndBos(PreTokenizer::Llama3)},
    {"lfm2", wholeWordsAndBos(PreTokenizer::Llama3)},
    {"dbrx", known(PreTokenizer::Llama3)},
    {"smaug-bpe", known(PreTokenizer::Llama3)},
    {"chatglm-bpe", known(PreTokenizer::Llama3)},
    {"glm4", known(PreTokenizer::Llama3)},
    {"qwen2", known(PreTokenizer::Qwen2)},
    {"deepseek-r1-qwen", known(PreTokenizer::Qwen2)},
    {"stablelm2", known(PreTokenizer::Qwen2)},
    {"megrez", known(PreTokenizer::Qwen2)},
    {"kormo", known(PreTokenizer::Qwen2)},
    {"hunyuan", known(PreTokenizer::Qwen2)},
    {"qwen35", known(PreTokenizer::Qwen35)},
    {"tekken", wholeWordsAndBos(PreTokenizer::Tekken)},
    {"gpt-4o", known(PreTokenizer::Gpt4o)},
    {"llama4", known(PreTokenizer::Gpt4o)},
    {"kanana2", known(PreTokenizer::Gpt4o)},
    {"minimax-m2", known(PreTokenizer::Gpt4o)},
    {"deepseek-coder", known(PreTokenizer::DeepSeekCoder)},
    {"deepseek-v3", known(PreTokenizer::DeepSeekV3)},
    {"hunyuan-dense", known(PreTokenizer::DeepSeekV3)},
    {"falcon", known(PreTokenizer::Falcon)},
    {"bloom", known(PreTokenizer::Bloom)},
    {"poro-chat", known(PreTokenizer::Bloom)},
    {"gpt3-finnish", known(PreTokenizer::Bloom)},
    {"viking", known(PreTokenizer::Viking)},
});

} // namespace

PreTokenizerRules preTokenizerRules(std::string_view pre)
{
    const auto found = std::ranges::find(namedRules, pre, &NamedRules::pre);
    return found == namedRules.end() ? PreTokenizerRules{} : found->rules;
}

std::uint64_t splitWords(PreTokenizer kind, std::string_view text, std::vector<std::size_t> &lengths)
{
    const std::span<const Stage> stages = stagesOf(kind);
    if (text.empty())
        return 0;
    if (stages.size() == 1)
        return isolate(stages[0], text, lengths);
    std::uint64_t examined = 0;
    std::vector<std::size_t> pieces{text.size()};
    std::vector<std::size_t> next;
    for (const Stage stage : stages) {
        next.clear();
        std::size_t start = 0;
        for (const std::size_t length : pieces) {
            examined += isolate(stage, text.substr(start, length), next);
            start += length;
        }
        pieces.swap(next);
    }
    lengths.insert(lengths.end(), pieces.begin(), pieces.end());
    return examined;
}

} // namespace inference
