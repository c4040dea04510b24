// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/backend.h"

#include <string>

namespace inference::backend {

/// The processor as a device. Always available.
std::unique_ptr<Backend> makeCpuBackend();

/// The instruction set that the kernels use on this processor, for the record of an answer: "AVX3_DL", "AVX2".
std::string cpuInstructionSet();

} // namespace inference::backend
