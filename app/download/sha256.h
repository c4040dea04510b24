// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace app::download {

using Digest = std::array<std::byte, 32>;

/// A SHA-256 that is being computed, at the speed of the processor's own instructions. A copy goes on by itself, so
/// that the hash of all bytes so far can be had without an end. Any thread, one at a time.
class Sha256 {
public:
    Sha256();
    Sha256(const Sha256 &other);
    Sha256 &operator=(const Sha256 &other);
    Sha256(Sha256 &&) noexcept = default;
    Sha256 &operator=(Sha256 &&) noexcept = default;
    ~Sha256() = default;

    void add(std::span<const std::byte> bytes);
    /// Of all bytes so far; more may be added afterwards.
    [[nodiscard]] Digest digest() const;

private:
    struct Free {
        void operator()(void *context) const;
    };
    std::unique_ptr<void, Free> m_context;
};

/// 64 lower-case hexadecimal digits.
std::string hexOf(const Digest &digest);
/// Nothing unless the text is 64 hexadecimal digits, of either case.
std::optional<Digest> digestFrom(std::string_view hex);

} // namespace app::download
