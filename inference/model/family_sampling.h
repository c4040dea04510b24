// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/types.h"

#include <string_view>

namespace inference {

/// What the makers of a family of models recommend, for files that say nothing themselves (most do not). `name` is what
/// the file calls itself (general.name); an unknown one gets the neutral chain.
SamplingParams familySampling(std::string_view name);

} // namespace inference
