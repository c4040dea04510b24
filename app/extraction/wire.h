// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Fields of frames: see extraction_protocol.h.
#pragma once

#include "app/extraction/extraction_protocol.h"

#include <cstring>
#include <type_traits>

namespace app::extraction {

enum class FrameKind : std::uint8_t {
    Request = 1,
    Hello = 2,
    Progress = 3,
    Head = 4,
    Page = 5,
    Part = 6,
    Notice = 7,
    End = 8,
    Picture = 9,
};

inline constexpr std::size_t kFrameHeader = sizeof(std::uint32_t) + sizeof(FrameKind);

/// Makes one frame.
class FrameWriter {
public:
    explicit FrameWriter(FrameKind kind)
    {
        add(std::uint32_t{0});
        add(kind);
    }

    template <class Value>
    void add(Value value)
    {
        static_assert(std::is_trivially_copyable_v<Value>);
        addBytes(std::as_bytes(std::span(&value, 1)));
    }
    void add(bool value) { add(static_cast<std::uint8_t>(value ? 1 : 0)); }
    void addText(std::string_view text)
    {
        add(static_cast<std::uint32_t>(text.size()));
        addBytes(std::as_bytes(std::span(text)));
    }
    void addBytes(std::span<const std::byte> bytes) { m_frame.insert(m_frame.end(), bytes.begin(), bytes.end()); }
    void reserve(std::size_t bytes) { m_frame.reserve(m_frame.size() + bytes); }

    /// The length is what follows the header.
    Frame finish()
    {
        const auto length = static_cast<std::uint32_t>(m_frame.size() - kFrameHeader);
        std::memcpy(m_frame.data(), &length, sizeof length);
        return std::move(m_frame);
    }

private:
    Frame m_frame;
};

/// Reads the fields of one frame. After the first that is not there everything is zero and good() false.
class FrameReader {
public:
    explicit FrameReader(std::span<const std::byte> body)
        : m_left(body)
    {
    }

    template <class Value>
    Value get()
    {
        static_assert(std::is_trivially_copyable_v<Value> && !std::is_same_v<Value, bool>);
        Value value{};
        const auto bytes = getBytes(sizeof value);
        if (m_good)
            std::memcpy(&value, bytes.data(), sizeof value);
        return value;
    }
    /// Of an enumeration whose last value is known.
    template <class Enum>
    Enum getEnum(Enum last)
    {
        const auto value = get<std::uint8_t>();
        m_good = m_good && value <= static_cast<std::uint8_t>(last);
        return m_good ? static_cast<Enum>(value) : Enum{};
    }
    bool getBool()
    {
        const auto value = get<std::uint8_t>();
        m_good = m_good && value <= 1;
        return m_good && value == 1;
    }
    std::string getText(std::size_t longest)
    {
        const auto size = get<std::uint32_t>();
        m_good = m_good && size <= longest;
        const auto bytes = getBytes(m_good ? size : 0);
        return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
    }
    std::span<const std::byte> getBytes(std::size_t size)
    {
        m_good = m_good && size <= m_left.size();
        if (!m_good)
            return {};
        const auto bytes = m_left.first(size);
        m_left = m_left.subspan(size);
        return bytes;
    }
    [[nodiscard]] bool good() const { return m_good; }
    [[nodiscard]] bool atEnd() const { return m_good && m_left.empty(); }
    [[nodiscard]] std::size_t left() const { return m_left.size(); }

private:
    std::span<const std::byte> m_left;
    bool m_good = true;
};

} // namespace app::extraction
