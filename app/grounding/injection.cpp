// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/injection.h"

#include "app/grounding/normal_text.h"
#include "inference/unicode/unicode.h"

#include <algorithm>
#include <array>
#include <string>

namespace app::grounding {

namespace {

namespace uni = inference::unicode;

/// Words in order, each from a list, with at most `gap` others between two of them: "ignore (all of the) previous
/// (system) instructions".
struct Pattern {
    InstructionKind kind;
    std::size_t gap;
    std::array<std::string_view, 4> words; ///< alternatives parted by '|'; empty: no more
};

using enum InstructionKind;

constexpr auto kPatterns = std::to_array<Pattern>({
    {Override,
     3,
     {"ignore|disregard|forget|override|bypass", "previous|prior|preceding|earlier|above|system|original|your",
      "instruction|instructions|prompt|prompts|directives|guidelines|programming"}},
    {Override, 3, {"ignore|disregard|forget", "everything|all|anything", "above|before|previously|earlier"}},
    {Override, 0, {"new|updated|hidden", "system", "instructions|instruction|prompt"}},
    {Override,
     3,
     {"ignoriere|ignorieren|vergiss|vergessen|missachte", "vorherigen|bisherigen|vorigen|obigen|fruheren|deine",
      "anweisungen|anweisung|instruktionen|befehle|vorgaben|regeln"}},
    {Override,
     3,
     {"ignore|ignorez|oublie|oubliez", "instructions|consignes|directives", "precedentes|anterieures|systeme"}},
    {Override, 3, {"ignora|ignore|olvida|olvide", "instrucciones|indicaciones|ordenes", "anteriores|previas|sistema"}},
    {Role,
     3,
     {"you", "are", "now", "dan|assistant|ai|bot|chatbot|agent|developer|unrestricted|jailbroken|pirate|hacker|free"}},
    {Role, 3, {"pretend|act", "as|are|be", "dan|ai|jailbroken|unrestricted|chatbot", "assistant|model|ai"}},
    {Role,
     2,
     {"note|message|instruction|instructions", "to|for", "ai|llm|language|chatbot",
      "assistant|assistants|model|models"}},
    {Role, 2, {"dear|attention|hey", "ai|llm|language|chatbot", "assistant|assistants|model|models"}},
    {Role, 1, {"du", "bist", "jetzt|nun", "ein|eine|kein|keine|dan"}},
    {Role, 1, {"tu|vous", "es|etes", "maintenant|desormais", "un|une|dan"}},
    {Role, 1, {"ahora", "eres", "un|una|dan"}},
    {Secrecy, 5, {"do|must|should", "not", "tell|inform|alert|reveal|mention", "user|users|human"}},
    {Secrecy, 5, {"don't|never|without", "tell|inform|alert|reveal|telling|informing|alerting", "user|users|human"}},
    {Secrecy, 4, {"sage|sagen|verrate|verraten", "nutzer|benutzer|anwender", "nicht|nichts|niemals"}},
    {Secrecy, 4, {"nutzer|benutzer|anwender", "nichts", "sagen|mitteilen|verraten"}},
    {Secrecy, 4, {"dis|dites|revele|revelez|mentionne|mentionnez", "pas|rien|jamais", "utilisateur|utilisateurs"}},
    {Secrecy, 4, {"no|nunca", "digas|diga|reveles|revele|menciones|informes", "usuario|usuarios"}},
    {Exfiltration,
     6,
     {"send|post|upload|transmit|exfiltrate|forward", "conversation|history|passwords|secrets",
      "http|https|url|server|webhook|endpoint"}},
});

/// Phrases that mean one thing wherever they stand; of scripts without spaces, and names of roles with their colon.
struct Phrase {
    InstructionKind kind;
    std::string_view text;
};

constexpr auto kPhrases = std::to_array<Phrase>({
    {Override, "忽略之前的"},
    {Override, "忽略以上"},
    {Override, "忽略所有"},
    {Override, "忽略先前的"},
    {Override, "无视之前的"},
    {Override, "无视以上"},
    {Override, "忘记之前的"},
    {Override, "忘记以上"},
    {Role, "你现在是"},
    {Role, "你现在扮演"},
    {Role, "从现在起你是"},
    {Role, "从现在开始你"},
    {Secrecy, "不要告诉用户"},
    {Secrecy, "不要向用户"},
    {Secrecy, "不得告诉用户"},
    {Secrecy, "别告诉用户"},
    {ControlToken, "<|im_start|>"},
    {ControlToken, "<|im_end|>"},
    {ControlToken, "<|endoftext|>"},
    {ControlToken, "<|system|>"},
    {ControlToken, "<|user|>"},
    {ControlToken, "<|assistant|>"},
    {ControlToken, "<|start_header_id|>"},
    {ControlToken, "<|end_header_id|>"},
    {ControlToken, "<|eot_id|>"},
    {ControlToken, "<|begin_of_text|>"},
    {ControlToken, "<|end_of_text|>"},
    {ControlToken, "<|channel|>"},
    {ControlToken, "<|message|>"},
    {ControlToken, "<|start|>"},
    {ControlToken, "<|end|>"},
    {ControlToken, "<start_of_turn>"},
    {ControlToken, "<end_of_turn>"},
    {ControlToken, "<<sys>>"},
    {ControlToken, "<</sys>>"},
    {ControlToken, "(inst)"},
    {ControlToken, "(/inst)"},
    {ControlToken, "<think>"},
    {ControlToken, "</think>"},
    {ControlToken, "<tool_call>"},
    {ControlToken, "<|endofprompt|>"},
    {ControlToken, "(system_prompt)"},
});

constexpr auto kRoles =
    std::to_array<std::string_view>({"system", "assistant", "### system", "### assistant", "### instruction",
                                     "<system>", "system prompt", "system message"});

struct PlainWord {
    std::string text; ///< without marks, apostrophes kept
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// Words of the whole text; the end of a sentence is an empty one, so that no pattern goes across it.
std::vector<PlainWord> plainWords(const std::string &text)
{
    std::vector<PlainWord> words;
    PlainWord word;
    const auto finish = [&](std::size_t at) {
        if (!word.text.empty()) {
            word.end = at;
            words.push_back(std::move(word));
        }
        word = {};
    };
    for (std::size_t at = 0; at < text.size();) {
        const uni::Decoded decoded = uni::decodeAt(text, at);
        const uni::Category category = uni::categoryOf(decoded.codePoint);
        // "l'utilisateur" is two words, "don't" is one.
        const bool apostrophe = decoded.codePoint == U'\'' && word.text.size() > 2;
        const bool inside = uni::isLetter(category) || category == uni::Category::Number || apostrophe ||
                            (category == uni::Category::Mark && !word.text.empty());
        if (inside) {
            if (word.text.empty()) {
                word.begin = at;
            }
            if (category != uni::Category::Mark) {
                word.text += text.substr(at, decoded.length);
            }
        } else {
            finish(at);
            if (std::u32string_view(U".!?;").contains(decoded.codePoint)) {
                words.push_back({{}, at, at});
            }
        }
        at += std::max<std::uint32_t>(decoded.length, 1);
    }
    finish(text.size());
    return words;
}

bool isOneOf(std::string_view word, std::string_view alternatives)
{
    while (!alternatives.empty()) {
        const std::size_t end = std::min(alternatives.find('|'), alternatives.size());
        if (alternatives.substr(0, end) == word) {
            return true;
        }
        alternatives.remove_prefix(std::min(end + 1, alternatives.size()));
    }
    return false;
}

/// Index of the last word of a match that begins with `first`; npos where there is none.
std::size_t matchFrom(const std::vector<PlainWord> &words, std::size_t first, const Pattern &pattern)
{
    std::size_t at = first;
    if (!isOneOf(words[at].text, pattern.words[0])) {
        return std::string::npos;
    }
    for (std::size_t i = 1; i < pattern.words.size() && !pattern.words[i].empty(); ++i) {
        std::size_t next = at + 1;
        while (next < words.size() && !words[next].text.empty() && next <= at + 1 + pattern.gap &&
               !isOneOf(words[next].text, pattern.words[i])) {
            ++next;
        }
        if (next >= words.size() || words[next].text.empty() || next > at + 1 + pattern.gap) {
            return std::string::npos;
        }
        at = next;
    }
    return at;
}

/// "system:" and the like at the beginning of a line.
void findRoles(std::string_view text, std::vector<InstructionLike> &found)
{
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::string_view line = text.substr(begin, end - begin);
        const std::size_t indent = std::min(line.find_first_not_of(" \t*#>"), line.size());
        const std::size_t marks = line.substr(0, indent).contains('#') ? line.find('#') : indent;
        line.remove_prefix(std::min(marks, line.size()));
        std::string lower;
        std::ranges::transform(line.substr(0, 32), std::back_inserter(lower),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        for (const std::string_view role : kRoles) {
            // "System: Windows 11" in a table of data is a label; a role speaks to somebody.
            const bool speaks = lower.starts_with(role) && lower.substr(role.size()).starts_with(':') &&
                                (lower.contains(" you ") || lower.contains("ignore") || line.size() > 60 ||
                                 role.starts_with("###") || role.starts_with('<'));
            if (speaks) {
                found.push_back({{begin + marks, begin + marks + role.size() + 1}, Role});
                break;
            }
        }
        begin = end + 1;
    }
}

/// Pictures and links in Markdown or HTML whose address has room for what is to be carried away.
void findAddresses(std::string_view text, std::vector<InstructionLike> &found)
{
    for (std::size_t at = text.find("]("); at != std::string_view::npos; at = text.find("](", at + 2)) {
        const std::size_t open = text.rfind('[', at);
        const std::size_t close = text.find_first_of(") \n", at + 2);
        if (open == std::string_view::npos || close == std::string_view::npos) {
            continue;
        }
        const std::string_view address = text.substr(at + 2, close - at - 2);
        const bool remote =
            address.starts_with("http://") || address.starts_with("https://") || address.starts_with("//");
        const bool picture = open > 0 && text[open - 1] == '!';
        const std::size_t query = address.find('?');
        const bool filledIn = address.find_first_of("{}<>[]$") != std::string_view::npos;
        if (remote && ((picture && query != std::string_view::npos) || filledIn)) {
            found.push_back({{picture ? open - 1 : open, close + 1}, Exfiltration});
        }
    }
}

/// Tag characters spell invisible words; four or more zero-width characters in a row spell something too.
void findHidden(std::string_view text, std::vector<InstructionLike> &found)
{
    constexpr std::size_t kRun = 4;
    std::size_t begin = 0;
    std::size_t count = 0;
    for (std::size_t at = 0; at <= text.size();) {
        const uni::Decoded decoded = uni::decodeAt(text, at);
        const char32_t code = decoded.length > 0 ? decoded.codePoint : 0;
        const bool tag = code >= 0xe0020 && code <= 0xe007f;
        const bool zero = (code >= 0x200b && code <= 0x200f) || (code >= 0x2060 && code <= 0x2064) || code == 0xfeff;
        if (tag || zero) {
            begin = count == 0 ? at : begin;
            ++count;
        } else {
            if (count >= kRun) {
                found.push_back({{begin, at}, HiddenText});
            }
            count = 0;
        }
        at += std::max<std::uint32_t>(decoded.length, 1);
    }
}

} // namespace

std::vector<InstructionLike> findInstructions(std::string_view text)
{
    const NormalText normal = normalized(text);
    std::vector<InstructionLike> found;
    const std::vector<PlainWord> words = plainWords(normal.text);
    for (std::size_t i = 0; i < words.size(); ++i) {
        for (const Pattern &pattern : kPatterns) {
            if (const std::size_t last = matchFrom(words, i, pattern); last != std::string::npos) {
                found.push_back({normal.source(words[i].begin, words[last].end), pattern.kind});
            }
        }
    }
    for (const Phrase &phrase : kPhrases) {
        for (std::size_t at = normal.text.find(phrase.text); at != std::string::npos;
             at = normal.text.find(phrase.text, at + 1)) {
            found.push_back({normal.source(at, at + phrase.text.size()), phrase.kind});
        }
    }
    findRoles(text, found);
    findAddresses(text, found);
    findHidden(text, found);
    std::ranges::sort(found, [](const InstructionLike &a, const InstructionLike &b) {
        return a.span.begin != b.span.begin ? a.span.begin < b.span.begin : a.span.end > b.span.end;
    });
    std::vector<InstructionLike> apart;
    for (const InstructionLike &one : found) {
        if (apart.empty() || one.span.begin >= apart.back().span.end) {
            apart.push_back(one);
        }
    }
    return apart;
}

} // namespace app::grounding
