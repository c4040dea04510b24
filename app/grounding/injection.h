// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/sentences.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace app::grounding {

/// What makes a text look like an attempt to steer whoever answers from it.
enum class InstructionKind : std::uint8_t {
    Override,     ///< "ignore all previous instructions"
    Role,         ///< "you are now …", "SYSTEM:", "as an AI assistant, you must"
    ControlToken, ///< "<|im_start|>", "[INST]"
    Secrecy,      ///< "do not tell the user"
    Exfiltration, ///< a picture or link whose address would carry text away
    HiddenText,   ///< runs of characters that nobody sees
};

/// A run of a text that reads like an instruction to the model.
struct InstructionLike {
    storage::TextSpan span; ///< in bytes
    InstructionKind kind = InstructionKind::Override;
    bool operator==(const InstructionLike &) const = default;
};

/// The suspicious runs of a text, in order, none inside another. They are shown to the user; the text itself stays. A
/// list of phrases in English, German, French, Spanish and Chinese, not a proof: what it does not find may still be
/// there. Imperatives to readers ("do not open the cover") are not instructions to a model.
std::vector<InstructionLike> findInstructions(std::string_view text);

} // namespace app::grounding
