// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/answer_printer.h"

#include "app/cli/command.h"

#include <utility>

namespace app::cli {

namespace {

constexpr const char *kDim = "\033[2m";
constexpr const char *kPlain = "\033[22m";

} // namespace

bool AnswerPrinter::print(const QString &thinking, const QString &text)
{
    if (!thinking.isEmpty() && showsColours()) {
        if (std::exchange(m_part, Part::Thinking) != Part::Thinking)
            cli::print(QString::fromLatin1(kDim));
        if (!printForeign(thinking))
            return false;
    }
    if (text.isEmpty())
        return true;
    if (std::exchange(m_part, Part::Answer) == Part::Thinking)
        cli::print(QLatin1StringView(kPlain) + QStringLiteral("\n\n"));
    return printForeign(text);
}

void AnswerPrinter::end()
{
    if (std::exchange(m_part, Part::Nothing) == Part::Thinking)
        cli::print(QString::fromLatin1(kPlain));
    cli::print(QStringLiteral("\n"));
}

} // namespace app::cli
