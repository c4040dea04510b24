// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/backend.h"
#include "inference/memory_needs.h"

#include <filesystem>

namespace tests {

/// Compiles every model of the folder at several contexts and checks that what the program says it holds is within 5 %
/// of what was computed from the header before.
void checkMemoryNeeds(inference::backend::Backend &backend, inference::MemoryNeeds inference::ModelNeeds::*device,
                      const std::filesystem::path &folder);

} // namespace tests
