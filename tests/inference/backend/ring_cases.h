// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What layers that slide must do on every backend: the same numbers as with room for all positions, in less memory.
#pragma once

#include "inference/backend/backend.h"

namespace inference::backend {

/// Fails the test at the first thing that is wrong. Results are compared bit by bit between programs of the backend.
void checkRings(Backend &backend, KvType kv);
/// The same of a model whose last layer reads the ring of a layer before it, and its numbers against the reference.
void checkSharedRings(Backend &backend);

} // namespace inference::backend
