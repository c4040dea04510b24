// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace inference::families {

/// What an embedder was trained to have in front of its texts.
struct TextPrefixes {
    std::string_view query;
    std::string_view passage;
};

/// By what the file calls the model, as the model's own page says it; empty where nothing is known or needed.
TextPrefixes prefixesFor(std::string_view architecture, std::string_view name);

} // namespace inference::families
