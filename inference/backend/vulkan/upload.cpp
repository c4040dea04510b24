// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/vulkan/upload.h"

#include "inference/quant/dequantize.h"

#include <algorithm>
#include <cstring>

namespace inference::backend::vulkan {

namespace {

constexpr std::uint64_t kStagingBytes = 32ULL << 20U;

} // namespace

Result<Buffer *> Uploader::staging()
{
    if (!m_staging) {
        auto buffer = m_device->allocate(kStagingBytes, BufferDomain::Upload);
        if (!buffer) {
            return std::unexpected(buffer.error());
        }
        m_staging = std::move(*buffer);
    }
    return &*m_staging;
}

std::span<const std::byte> Uploader::sourceRow(const graph::Graph &graph, const Matrix &matrix, std::uint64_t row)
{
    const bool blocks = !matrix.partRows.empty();
    const auto rowsOf = [&](std::size_t part) {
        return blocks ? matrix.partRows[part] : graph.weights[matrix.parts[part].index].rows();
    };
    std::size_t part = 0;
    if (matrix.alternating) {
        part = row % 2;
        row /= 2;
    } else {
        while (row >= rowsOf(part)) {
            row -= rowsOf(part);
            ++part;
        }
    }
    if (!blocks) {
        const TypeTraits type = traits(matrix.type);
        const std::uint64_t bytes = std::uint64_t{matrix.columns} / type.blockWeights * type.blockBytes;
        return graph.weights[matrix.parts[part].index].data.subspan(row * bytes, bytes);
    }
    m_row.assign(matrix.columns, 0.0F);
    if (!(matrix.parts[part] == graph::kNoWeight)) {
        const graph::Weight &weight = graph.weights[matrix.parts[part].index];
        const std::uint64_t bytes = weight.shape[0] * sizeof(float);
        std::memcpy(m_row.data() + matrix.partColumns[part], weight.data.data() + row * bytes, bytes);
    }
    return std::as_bytes(std::span(m_row));
}

Result<void> Uploader::writeBytes(const Buffer &target, std::uint64_t offset, std::span<const std::byte> bytes)
{
    if (!target.mapped().empty()) {
        std::ranges::copy(bytes, target.mapped().begin() + static_cast<std::ptrdiff_t>(offset));
        return {};
    }
    const auto stage = staging();
    if (!stage) {
        return std::unexpected(stage.error());
    }
    for (std::uint64_t at = 0; at < bytes.size(); at += kStagingBytes) {
        const std::uint64_t count = std::min(kStagingBytes, bytes.size() - at);
        std::ranges::copy(bytes.subspan(at, count), (*stage)->mapped().begin());
        const VkBufferCopy region{0, offset + at, count};
        auto done = m_device->runOnce([&](VkCommandBuffer commands) {
            vkCmdCopyBuffer(commands, (*stage)->handle(), target.handle(), 1, &region);
        });
        if (!done) {
            return done;
        }
    }
    return {};
}

Result<void> Uploader::writeSlice(const Buffer &target, std::uint64_t offset, const graph::Graph &graph,
                                  const Matrix &matrix, const Slice &slice)
{
    const SliceLayout &layout = slice.layout;
    if (const auto codebook = codebookOf(layout.type); !codebook.empty()) {
        if (auto written = writeBytes(target, offset + layout.tablePlane, codebook); !written) {
            return written;
        }
    }
    if (!target.mapped().empty()) {
        std::byte *const base = target.mapped().data() + offset;
        for (std::uint64_t row = 0; row < layout.rows; ++row) {
            repackRow(layout, sourceRow(graph, matrix, slice.rowFirst + row), row, base);
        }
        return {};
    }
    const auto stage = staging();
    if (!stage) {
        return std::unexpected(stage.error());
    }
    // Chunks of whole 32-row groups start on 16 bytes in every plane.
    const std::uint64_t most = rowsWithin(layout.type, layout.columns, kStagingBytes);
    if (most == 0) {
        return failure(ErrorCode::OutOfMemory, "a weight's rows are too long for the staging buffer");
    }
    for (std::uint64_t first = 0; first < layout.rows; first += most) {
        const SliceLayout chunk = sliceLayout(layout.type, layout.columns, std::min(most, layout.rows - first));
        const SliceLayout before = sliceLayout(layout.type, layout.columns, first);
        for (std::uint64_t row = 0; row < chunk.rows; ++row) {
            repackRow(chunk, sourceRow(graph, matrix, slice.rowFirst + first + row), row, (*stage)->mapped().data());
        }
        const auto plane = [](const SliceLayout &l, std::size_t i) {
            return std::array{std::uint64_t{0}, l.highPlane, l.scalePlane, l.extraPlane, l.tablePlane}[i];
        };
        std::vector<VkBufferCopy> regions;
        for (std::size_t i = 0; i < 4; ++i) {
            const std::uint64_t bytes = plane(chunk, i + 1) - plane(chunk, i);
            const std::uint64_t done = plane(before, i + 1) - plane(before, i);
            if (bytes > 0) {
                regions.push_back({plane(chunk, i), offset + plane(layout, i) + done, bytes});
            }
        }
        auto copied = m_device->runOnce([&](VkCommandBuffer commands) {
            vkCmdCopyBuffer(commands, (*stage)->handle(), target.handle(), static_cast<std::uint32_t>(regions.size()),
                            regions.data());
        });
        if (!copied) {
            return copied;
        }
    }
    return {};
}

std::vector<float> constantFloats(const graph::Graph &graph, const ConstantVector &vector)
{
    std::vector<std::vector<float>> parts;
    for (std::size_t p = 0; p < vector.parts.size(); ++p) {
        std::vector<float> &part = parts.emplace_back(vector.counts[p], 0.0F);
        if (vector.parts[p] != graph::kNoWeight) {
            const graph::Weight &weight = graph.weights[vector.parts[p].index];
            dequantize(weight.type, weight.data, part);
        }
    }
    std::vector<float> floats;
    if (vector.alternating) {
        for (std::size_t i = 0; i < parts[0].size(); ++i) {
            floats.push_back(parts[0][i]);
            floats.push_back(parts[1][i]);
        }
        return floats;
    }
    for (const std::vector<float> &part : parts) {
        floats.insert(floats.end(), part.begin(), part.end());
    }
    return floats;
}

} // namespace inference::backend::vulkan
