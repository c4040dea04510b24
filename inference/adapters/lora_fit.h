// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/adapters/lora_file.h"

namespace inference::adapters {

/// Whether the adapter was made for models like this one: the same architecture, and every tensor that it changes there
/// with the same shape. Reads headers alone. AdapterUnfit names the first difference.
Result<void> checkFit(const LoraFile &lora, const GgufFile &model);

} // namespace inference::adapters
