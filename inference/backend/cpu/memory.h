// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace inference::backend::cpu {

/// Zeroed memory straight from the system, on page borders and in huge pages where the system has them. Pages are taken
/// when they are first written. Owns its bytes; move-only.
class Memory {
public:
    Memory() = default;
    Memory(Memory &&other) noexcept
        : m_data(std::exchange(other.m_data, nullptr))
        , m_size(std::exchange(other.m_size, 0))
    {
    }
    Memory &operator=(Memory &&other) noexcept
    {
        std::swap(m_data, other.m_data);
        std::swap(m_size, other.m_size);
        return *this;
    }
    ~Memory();

    /// OutOfMemory when the system refuses. Zero bytes give an empty Memory.
    static Result<Memory> allocate(std::uint64_t bytes);

    [[nodiscard]] std::byte *data() const { return m_data; }
    [[nodiscard]] std::uint64_t size() const { return m_size; }
    template <class T>
    [[nodiscard]] T *as() const
    {
        return reinterpret_cast<T *>(m_data);
    }

private:
    std::byte *m_data = nullptr;
    std::uint64_t m_size = 0;
};

} // namespace inference::backend::cpu
