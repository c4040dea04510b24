// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace inference::templates {

/// Thrown inside the template library only: ChatTemplate turns it into Result. The message holds no message text.
class TemplateError : public std::runtime_error {
public:
    TemplateError(std::uint32_t line, const std::string &what)
        : std::runtime_error("line " + std::to_string(line) + ": " + what)
    {
    }
};

} // namespace inference::templates
