// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/template/runtime.h"

#include <optional>
#include <string>
#include <string_view>

namespace inference::templates {

/// How tojson writes; the defaults are Python's json.dumps with ensure_ascii off.
struct JsonStyle {
    std::optional<std::string> indent; ///< text of one level
    std::string itemSeparator = ", ";
    std::string keySeparator = ": ";
    bool asciiOnly = false;
    bool sortsKeys = false;
};

/// Python's json.dumps. Text that came from a message makes the whole result a message's: it stays one piece for the
/// tokenizer.
Value writeJson(Runtime &runtime, const Value &value, const JsonStyle &style);

/// Parses JSON into values; strings have the origin given. Throws TemplateError.
Value readJson(Runtime &runtime, std::string_view json, Origin origin);

} // namespace inference::templates
