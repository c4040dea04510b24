// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/backend.h"
#include "inference/backend/host_experts.h"

#include <memory>

namespace inference::backend {

/// The processor as a device. Always available.
std::unique_ptr<Backend> makeCpuBackend();

/// The same kernels for experts of a program on another device.
std::shared_ptr<HostExpertsMaker> makeCpuHostExperts();

} // namespace inference::backend
