// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/vulkan/device.h"
#include "inference/backend/vulkan/plan.h"

#include <optional>

namespace inference::backend::vulkan {

/// Brings bytes into device buffers: straight through the mapping where there is one, else by a staging buffer.
class Uploader {
public:
    explicit Uploader(std::shared_ptr<Device> device)
        : m_device(std::move(device))
    {
    }

    Result<void> writeBytes(const Buffer &target, std::uint64_t offset, std::span<const std::byte> bytes);
    /// Repacks the slice's rows of the matrix to `offset` of the buffer.
    Result<void> writeSlice(const Buffer &target, std::uint64_t offset, const graph::Graph &graph, const Matrix &matrix,
                            const Slice &slice);

private:
    Result<Buffer *> staging();
    /// The bytes of a row of a matrix that may be made of several weights; valid until the next call.
    std::span<const std::byte> sourceRow(const graph::Graph &graph, const Matrix &matrix, std::uint64_t row);

    std::shared_ptr<Device> m_device;
    std::optional<Buffer> m_staging;
    std::vector<float> m_row; ///< of a matrix whose parts stand among zeros
};

/// The floats of a constant vector, dequantized, alternating like its matrix.
std::vector<float> constantFloats(const graph::Graph &graph, const ConstantVector &vector);

} // namespace inference::backend::vulkan
