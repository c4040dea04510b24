// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/call_shapes.h"
#include "inference/output_format.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inference {

/// A piece of one part of an output.
struct OutputPiece {
    PartKind kind = PartKind::Answer;
    std::string text;
    std::string name;    ///< of the called tool, with the first piece of a call whose header names it
    bool begins = false; ///< the first piece of its part
    bool operator==(const OutputPiece &) const = default;
};

/// Splits an output that arrives in pieces into thinking, answer and calls of tools. Marks are not given out (one that
/// the output's end cuts is text); white space around parts belongs to none of them, but an answer that begins the
/// output keeps its own.
/// The parts are the same for any split of the input; the pieces are whole characters where the input's are. Holds back
/// no more than a few hundred bytes. A value type for one thread.
class OutputParser {
public:
    /// `opened`: the index of the thinking part that the prompt has opened (openedThinking()).
    OutputParser(OutputFormat format, std::optional<std::size_t> opened);

    /// Appends what is certain now. Pieces of one part that follow each other are one piece.
    void push(std::string_view text, std::vector<OutputPiece> &out);
    /// The end of the output: gives out what was held back.
    void finish(std::vector<OutputPiece> &out);
    /// The text so far ends inside a thinking part.
    [[nodiscard]] bool isThinking() const { return m_kind == PartKind::Thinking; }
    /// The part that text which comes now belongs to; nothing inside a header.
    [[nodiscard]] std::optional<PartKind> writing() const
    {
        return m_mode == Mode::Header ? std::nullopt : std::optional(m_kind);
    }

private:
    enum class Action : std::uint8_t { Open, Close, Separate, Drop, Header, EndMessage };
    enum class Mode : std::uint8_t { Text, Shape, Json, Header };
    static constexpr std::size_t kNoPart = ~std::size_t{0};
    struct Mark {
        Action action = Action::Drop;
        std::size_t part = kNoPart; ///< that an Open opens
    };
    struct Match {
        std::optional<Mark> whole;
        bool partly = false;
    };

    void step(char byte, std::vector<OutputPiece> &out);
    void text(char byte, std::vector<OutputPiece> &out);
    /// Of the marks that count now: the one that `held` is, and whether it may become one.
    [[nodiscard]] Match markAt(std::string_view held) const;
    void act(const Mark &mark, std::string_view text, std::vector<OutputPiece> &out);
    void beginPart(PartKind kind, std::size_t part, std::string name = {});
    void endPart();
    void emit(char byte, std::vector<OutputPiece> &out);
    void write(std::string_view bytes, std::vector<OutputPiece> &out);
    /// Whether something else than the end of the output may end the answer that is being written.
    [[nodiscard]] bool mayEnd() const;
    [[nodiscard]] bool mayBeginShape(char byte) const;
    void shapeByte(char byte, std::vector<OutputPiece> &out);
    void headerByte(char byte, std::vector<OutputPiece> &out);
    void abandonHeader(std::vector<OutputPiece> &out);
    void openMessage();

    OutputFormat m_format;
    Mode m_mode = Mode::Text;
    PartKind m_kind = PartKind::Answer;
    std::size_t m_part = kNoPart;  // of the format; messages with headers and calls without marks have none
    std::string m_name;            // waits for the part's first piece
    bool m_first = true;           // nothing but white space has come
    bool m_afterThinking = false;  // nothing but white space has come since a thinking part ended
    bool m_afterJson = false;      // the same since a call without marks ended
    bool m_reopens = false;        // the prompt's opening mark may be repeated
    bool m_begins = true;          // the next piece is its part's first
    bool m_written = false;        // the part has more than white space
    bool m_keepsLead = true;       // white space at the part's beginning belongs to it
    std::string m_space;           // white space whose part is not decided yet
    std::string m_held;            // may become a mark
    std::string m_header;          // harmony: between messages
    bool m_implicitHeader = false; // the prompt has begun it
    std::string m_shape;           // may become a call without marks
    JsonDepth m_json;
};

} // namespace inference
