// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/template/lexer.h"
#include "inference/template/syntax.h"

#include <string_view>

namespace inference::templates {

/// Parses a template. Throws TemplateError with line and construct: on wrong syntax, on statements, filters and tests
/// that Carrel does not know, and where nesting goes beyond a fixed depth.
Body parseTemplate(std::string_view source);

} // namespace inference::templates
