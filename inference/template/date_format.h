// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inference::templates {

/// strftime in the C locale and UTC for the conversions that templates use (%a %A %b %B %d %e %F %H %I %j %m %M %p %S
/// %T %y %Y %Z %%, and "-" for no padding). Nothing for any other conversion. `seconds` since 1970, years 1 to 9999.
std::optional<std::string> formatDate(std::string_view format, std::int64_t seconds);

} // namespace inference::templates
