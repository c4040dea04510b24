// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/token_roles.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace inference {

namespace {

constexpr auto endTexts = std::to_array<std::string_view>({
    "<|eot_id|>",    "<|im_end|>",
    "<|end|>",       "<|return|>",
    "<|call|>",      "<|flush|>",
    "<|calls|>",     "<end_of_turn>",
    "<turn|>",       "<|tool_response>",
    "<|endoftext|>", "<|end_of_text|>",
    "</s>",          "<eos>",
    "<|eom_id|>",    "<EOT>",
    "_<EOT>",        "[EOT]",
    "[EOS]",         "<end_of_utterance>",
    "[e~[",          "<\uFF5Cend\u2581of\u2581sentence\uFF5C>",
});

using EndTextFlags = std::array<bool, endTexts.size()>;

std::optional<std::size_t> endTextIndex(std::string_view text)
{
    const auto found = std::ranges::find(endTexts, text);
    if (found == endTexts.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - endTexts.begin());
}

EndTextFlags spelledByMerges(const Vocabulary &vocabulary)
{
    EndTextFlags spelled{};
    std::string joined;
    for (const auto &[left, right] : vocabulary.merges) {
        joined.assign(left).append(right);
        if (const auto index = endTextIndex(joined))
            spelled[*index] = true;
    }
    return spelled;
}

bool isTextKind(TokenKind kind)
{
    return kind == TokenKind::Normal || kind == TokenKind::UserDefined || kind == TokenKind::Byte;
}

} // namespace

TokenRoles tokenRoles(const Vocabulary &vocabulary)
{
    const std::size_t size = vocabulary.tokens.size();
    TokenRoles roles{.kinds = vocabulary.kinds, .isText = {}, .endsGeneration = std::vector<bool>(size)};
    const EndTextFlags spelled = spelledByMerges(vocabulary);
    EndTextFlags present{};
    std::optional<std::size_t> harmonyEnd;
    std::optional<std::size_t> htmlEnd;
    for (std::size_t id = 0; id < size; ++id) {
        const auto index = endTextIndex(vocabulary.tokens[id]);
        if (!index || (roles.kinds[id] == TokenKind::Normal && spelled[*index]))
            continue;
        if (roles.kinds[id] == TokenKind::Normal)
            roles.kinds[id] = TokenKind::Control;
        roles.endsGeneration[id] = true;
        present[*index] = true;
        if (endTexts[*index] == "<|end|>")
            harmonyEnd = id;
        if (endTexts[*index] == "</s>")
            htmlEnd = id;
    }
    const auto has = [&present](std::string_view text) { return present[*endTextIndex(text)]; };
    if (htmlEnd && has("<|tool_response>")) { // vocabularies where "</s>" is the tag of HTML
        roles.endsGeneration[*htmlEnd] = false;
        roles.kinds[*htmlEnd] = vocabulary.kinds[*htmlEnd];
    }

    const auto mark = [&roles](TokenId id) { roles.endsGeneration[static_cast<std::size_t>(id)] = true; };
    for (const auto &id : {vocabulary.eos, vocabulary.eot, vocabulary.eom}) {
        if (id)
            mark(*id);
    }
    for (const TokenId id : vocabulary.fimPadRepSep)
        mark(id);
    const bool calls = has("<|call|>") || has("<|calls|>");
    if (harmonyEnd && calls && (has("<|return|>") || has("<|flush|>")))
        roles.endsGeneration[*harmonyEnd] = false;

    roles.isText.resize(size);
    for (std::size_t id = 0; id < size; ++id)
        roles.isText[id] = isTextKind(roles.kinds[id]);
    return roles;
}

} // namespace inference
