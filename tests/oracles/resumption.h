// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/backend.h"

#include <filesystem>

namespace tests {

/// Whether a prompt in pieces gives the bits of one batch, or only nearly so.
enum class Pieces { SameBits, Near };

/// Runs every model of the folder whose layers carry a state: a prompt in pieces and token by token against one batch,
/// and an edited prompt, which starts from a snapshot, against a fresh run.
void checkResumption(inference::backend::Backend &backend, const std::filesystem::path &folder, Pieces pieces);

} // namespace tests
