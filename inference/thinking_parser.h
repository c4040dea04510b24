// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inference {

/// The texts between which a model thinks.
struct ThinkingMarkers {
    std::string open;
    std::string close;
    bool operator==(const ThinkingMarkers &) const = default;
};

/// `<think>…</think>` and `[THINK]…[/THINK]`.
std::vector<ThinkingMarkers> commonThinkingMarkers();

/// Which of `markers` the rendered prompt has already opened: the prompt ends with it but for white space.
std::optional<std::size_t> openedThinking(std::string_view prompt, const std::vector<ThinkingMarkers> &markers);

/// Splits an answer that arrives in pieces into thinking and answer. Thinking can only stand at the very beginning;
/// markers later in the answer are text. White space around the thinking part belongs to neither part. The parts are
/// the same for any split of the input into pieces of whole characters.
class ThinkingParser {
public:
    /// New text of both parts; push() and finish() append.
    struct Parts {
        std::string thinking;
        std::string answer;
        bool operator==(const Parts &) const = default;
    };

    /// Markers must not be empty. `opened`: the index of the markers that the prompt has opened.
    ThinkingParser(std::vector<ThinkingMarkers> markers, std::optional<std::size_t> opened);

    void push(std::string_view text, Parts &out);
    /// The end of the answer: gives out what was held back.
    void finish(Parts &out);
    /// The text so far ends inside the thinking part.
    [[nodiscard]] bool isThinking() const { return m_state == State::Thinking; }

private:
    enum class State : std::uint8_t { Beginning, Thinking, AfterThinking, Answer };

    void pushBeginning(std::string_view text, Parts &out);
    void pushThinking(std::string_view text, Parts &out);
    void pushAfterThinking(std::string_view text, Parts &out);
    void emitThinking(char byte, Parts &out);

    std::vector<ThinkingMarkers> m_markers;
    std::optional<std::size_t> m_opened;
    State m_state = State::Beginning;
    std::string m_space; // white space whose part is not decided yet
    std::string m_held;  // may become a marker
    bool m_anyThinking = false;
};

} // namespace inference
