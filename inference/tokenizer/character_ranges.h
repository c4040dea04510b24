// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sets of characters that patterns name and the general categories do not give.
#pragma once

namespace inference {

/// Script=Han of Unicode 15.1.
bool isHanScript(char32_t codePoint);

/// Numbers and symbols that the Oniguruma library's `\w` takes for parts of words: those with the property Alphabetic,
/// which are Nl and letters in circles and squares, and the superscripts and fractions of Latin-1.
bool isWordSign(char32_t codePoint);

/// Letters with cases as the tokenizer files of DeepSeek's first models list them; younger ones are not in it.
bool isListedCasedLetter(char32_t codePoint);

} // namespace inference
