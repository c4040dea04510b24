// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workers/extract/reader.h"
#include "app/workers/extract/readers/fault.h"

#include <algorithm>
#include <cstring>
#include <span>

namespace app::extraction {

/// Bytes that come piece by piece.
class ByteSource {
public:
    ByteSource() = default;
    ByteSource(const ByteSource &) = delete;
    ByteSource &operator=(const ByteSource &) = delete;
    virtual ~ByteSource() = default;

    /// Fills the beginning of `into` and says how much of it; 0 at the end.
    virtual Result<std::size_t> read(std::span<char> into) = 0;
};

/// Bytes that are in memory, which must stay there.
class MemorySource final : public ByteSource {
public:
    explicit MemorySource(Bytes bytes)
        : m_rest(bytes)
    {
    }

    Result<std::size_t> read(std::span<char> into) override
    {
        const std::size_t count = std::min(into.size(), m_rest.size());
        if (count > 0)
            std::memcpy(into.data(), m_rest.data(), count);
        m_rest = m_rest.subspan(count);
        return count;
    }

private:
    Bytes m_rest;
};

} // namespace app::extraction
