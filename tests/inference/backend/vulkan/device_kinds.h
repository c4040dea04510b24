// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Traits of devices that are not in this machine, for tests of what is decided before any device is opened.
#pragma once

#include "inference/backend/vulkan/instance.h"

#include <array>

namespace inference::backend::vulkan {

struct DeviceKindRow {
    const char *name;
    DeviceTraits traits;
};

/// Subgroups from 4 to 64 lanes, with and without integer dot products, generous limits and the least that Vulkan
/// grants.
inline std::array<DeviceKindRow, 6> deviceKinds()
{
    constexpr std::uint64_t gib = std::uint64_t{1} << 30U;
    DeviceTraits processor{.subgroup = 8, .software = true, .fastDot = true};
    processor.storageRange = 128ULL << 20U;
    processor.maxWorkgroup = 1024;
    DeviceTraits narrow = processor;
    narrow.subgroup = 4;
    DeviceTraits discrete{.subgroup = 32, .setsSubgroupSize = true, .fastDot = true};
    discrete.storageRange = 4 * gib - 1;
    discrete.maxWorkgroup = 1024;
    discrete.maxGroupsX = 0x7FFFFFFF;
    DeviceTraits wide = discrete;
    wide.subgroup = 64;
    DeviceTraits old = discrete;
    old.fastDot = false;
    old.storageRange = 128ULL << 20U;
    DeviceTraits least{.subgroup = 16, .fastDot = true};
    least.storageRange = 128ULL << 20U;
    return {{{"processor", processor},
             {"processor with four lanes", narrow},
             {"discrete", discrete},
             {"discrete with 64 lanes", wide},
             {"discrete without dot products", old},
             {"the least that Vulkan grants", least}}};
}

} // namespace inference::backend::vulkan
