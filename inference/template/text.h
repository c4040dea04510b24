// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace inference::templates {

/// Whether text was written by the template's author or came in with a message.
enum class Origin : bool { Message, Template };

/// A UTF-8 string that remembers for every byte where it came from. A value type; every operation keeps the origins.
class Text {
public:
    struct Run {
        std::size_t end = 0; ///< first byte behind the run
        Origin origin = Origin::Message;
        bool operator==(const Run &) const = default;
    };

    Text() = default;
    Text(std::string bytes, Origin origin);

    [[nodiscard]] const std::string &bytes() const { return m_bytes; }
    [[nodiscard]] std::size_t size() const { return m_bytes.size(); }
    [[nodiscard]] bool empty() const { return m_bytes.empty(); }
    /// Runs of equal origin in order; the last ends at size().
    [[nodiscard]] const std::vector<Run> &runs() const { return m_runs; }
    /// Template only when every byte is. Empty text is the template's.
    [[nodiscard]] Origin origin() const;
    /// The origin of the byte at `position`, below size().
    [[nodiscard]] Origin originAt(std::size_t position) const;

    void append(const Text &text);
    void append(std::string_view bytes, Origin origin);
    /// Bytes [from, to), both at character boundaries.
    [[nodiscard]] Text slice(std::size_t from, std::size_t to) const;
    void reserve(std::size_t size) { m_bytes.reserve(size); }

private:
    std::string m_bytes;
    std::vector<Run> m_runs;
};

} // namespace inference::templates
