// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace app::cli {

/// An answer on standard output while it streams. Its thinking is shown dim on a terminal with colours and left out
/// anywhere else, so that a script reads the answer alone.
class AnswerPrinter {
public:
    /// More of both parts. False once standard output is gone.
    bool print(const QString &thinking, const QString &text);
    /// The end of the answer: a line break, and the terminal's own colours again.
    void end();

private:
    enum class Part { Nothing, Thinking, Answer };
    Part m_part = Part::Nothing;
};

} // namespace app::cli
