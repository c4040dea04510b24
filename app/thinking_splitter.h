// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string>
#include <string_view>

namespace app {

/// Splits what a model writes into its thinking and its answer by the marks that reasoning models use
/// (`<think>…</think>`, `[THINK]…[/THINK]`). Only a mark at the very beginning of the text opens the thinking part, so
/// that an answer may speak of marks. The result is the same for any split of the input.
class ThinkingSplitter {
public:
    /// `opened`: the chat template has already opened the thinking part.
    explicit ThinkingSplitter(bool opened = false);

    /// Takes more text (whole UTF-8) and appends what is certain. Line breaks around the thinking are left out.
    void push(std::string_view text, std::string &thinking, std::string &answer);
    /// The end of the text: gives out what was held back.
    void finish(std::string &thinking, std::string &answer);
    /// The thinking part has been closed, or there is none.
    [[nodiscard]] bool isAnswering() const { return m_part == Part::Answer; }

private:
    enum class Part { Undecided, Thinking, Gap, Answer };
    void drain(std::string &thinking, std::string &answer, bool atEnd);

    Part m_part;
    std::string m_held;
    std::string_view m_closing; ///< one of the known marks; empty: any of them
    bool m_thinkingBegun = false;
};

} // namespace app
