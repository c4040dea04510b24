// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/text_lines.h"

#include <charconv>
#include <cmath>

namespace app::cli {

std::expected<std::vector<std::string>, Failure> textsOrLines(const std::vector<std::string> &given)
{
    if (!given.empty())
        return given;
    const auto input = readInput();
    if (!input)
        return std::unexpected(input.error());
    std::vector<std::string> lines;
    QList<QByteArray> pieces = input->split('\n');
    if (pieces.constLast().isEmpty())
        pieces.removeLast();
    for (const QByteArray &piece : std::as_const(pieces))
        lines.push_back((piece.endsWith('\r') ? piece.chopped(1) : piece).toStdString());
    return lines;
}

QByteArray numberJson(float number)
{
    if (!std::isfinite(number))
        return "null";
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    return {digits, end - digits};
}

QByteArray arrayJson(std::span<const float> numbers)
{
    QByteArray json("[");
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (i > 0)
            json.append(',');
        json.append(numberJson(numbers[i]));
    }
    return json + ']';
}

void noteDropped(std::size_t text, std::uint32_t dropped, std::uint32_t context)
{
    fail(QStringLiteral("text %1 is longer than the %2 tokens that are read at once: its last %3 were left out. Cut it "
                        "into parts, or give a larger --ctx where the model allows it.")
             .arg(text)
             .arg(context)
             .arg(dropped));
}

} // namespace app::cli
