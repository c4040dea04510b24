// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/output_parser.h"

#include <algorithm>
#include <array>
#include <utility>

namespace inference {

namespace {

constexpr std::size_t kMostSpace = 1024; // white space held back
constexpr std::size_t kMostHeader = 512;
constexpr std::size_t kMostRecipient = 128;
constexpr std::string_view kFunctions = "functions.";

constexpr auto headerMarks = std::to_array<std::string_view>(
    {harmony_marks::start, harmony_marks::channel, harmony_marks::constrain, harmony_marks::message});

bool isSpace(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/// The words of a header, each mark a word of its own.
std::vector<std::string_view> wordsOf(std::string_view header)
{
    std::vector<std::string_view> words;
    std::size_t start = 0;
    const auto endWord = [&](std::size_t end) {
        if (end > start)
            words.push_back(header.substr(start, end - start));
    };
    for (std::size_t i = 0; i < header.size();) {
        const auto mark = std::ranges::find_if(
            headerMarks, [&](std::string_view text) { return header.substr(i).starts_with(text); });
        if (mark != headerMarks.end()) {
            endWord(i);
            words.push_back(*mark);
            i += mark->size();
            start = i;
        } else if (isSpace(header[i])) {
            endWord(i);
            start = ++i;
        } else {
            ++i;
        }
    }
    endWord(header.size());
    return words;
}

/// Whether an output that begins like this goes on with the header that the prompt has begun.
bool mayContinueHeader(std::string_view text)
{
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    constexpr std::string_view recipient = "to=";
    if (text.starts_with(recipient))
        return text.size() <= kMostRecipient;
    return recipient.starts_with(text) ||
           std::ranges::any_of(headerMarks, [&](std::string_view mark) { return mark.starts_with(text); });
}

} // namespace

OutputParser::OutputParser(OutputFormat format, std::optional<std::size_t> opened)
    : m_format(std::move(format))
{
    if (opened && *opened < m_format.parts.size()) {
        m_kind = m_format.parts[*opened].kind;
        m_part = *opened;
        m_reopens = true;
        m_keepsLead = false;
    } else if (m_format.harmony) {
        m_mode = Mode::Header;
        m_implicitHeader = true;
    }
}

void OutputParser::push(std::string_view text, std::vector<OutputPiece> &out)
{
    for (const char byte : text)
        step(byte, out);
}

void OutputParser::step(char byte, std::vector<OutputPiece> &out)
{
    switch (m_mode) {
    case Mode::Header:
        headerByte(byte, out);
        return;
    case Mode::Shape:
        shapeByte(byte, out);
        return;
    case Mode::Json:
        emit(byte, out);
        if (m_json.push(byte)) {
            endPart();
            m_mode = Mode::Text;
            m_afterJson = true;
        }
        return;
    case Mode::Text:
        break;
    }
    if (m_held.empty() && mayBeginShape(byte)) {
        m_mode = Mode::Shape;
        m_shape.clear();
        shapeByte(byte, out);
        return;
    }
    text(byte, out);
}

void OutputParser::text(char byte, std::vector<OutputPiece> &out)
{
    m_held.push_back(byte);
    while (!m_held.empty()) {
        const auto match = markAt(m_held);
        if (match.whole) {
            const std::string mark = std::exchange(m_held, {});
            act(*match.whole, mark, out);
            return;
        }
        if (match.partly)
            return;
        const char first = m_held.front();
        m_held.erase(0, 1);
        emit(first, out);
    }
}

OutputParser::Match OutputParser::markAt(std::string_view held) const
{
    Match match;
    const auto consider = [&](std::string_view text, Action action, std::size_t part = kNoPart) {
        if (text.empty() || !text.starts_with(held))
            return;
        match.partly = true;
        if (text.size() == held.size())
            match.whole = Mark{action, part};
    };
    const bool endsWithMark = m_part != kNoPart && !m_format.parts[m_part].close.empty();
    if (m_part != kNoPart) {
        consider(m_format.parts[m_part].close, Action::Close);
        for (const std::string &separator : m_format.parts[m_part].separators)
            consider(separator, Action::Separate);
        if (m_reopens && !m_written)
            consider(m_format.parts[m_part].open, Action::Drop);
    }
    const bool mayOpen =
        m_kind == PartKind::Answer || (m_kind == PartKind::ToolCall && m_part != kNoPart && !endsWithMark);
    if (mayOpen) {
        for (std::size_t i = 0; i < m_format.parts.size(); ++i) {
            const PartMarkers &part = m_format.parts[i];
            const bool counts = part.place == PartPlace::Answer || (part.place == PartPlace::Beginning && m_first) ||
                                (part.place == PartPlace::AfterThinking && m_afterThinking);
            if (counts)
                consider(part.open, Action::Open, i);
        }
        for (const std::string &mark : m_format.dropped)
            consider(mark, Action::Drop);
    }
    if (m_format.harmony) {
        using namespace harmony_marks;
        consider(start, Action::Header);
        consider(channel, Action::Header);
        consider(message, Action::Drop);
        consider(constrain, Action::Drop);
        for (const std::string_view mark : {end, call, finished})
            consider(mark, Action::EndMessage);
    }
    return match;
}

void OutputParser::act(const Mark &mark, std::string_view text, std::vector<OutputPiece> &out)
{
    switch (mark.action) {
    case Action::Open:
        beginPart(m_format.parts[mark.part].kind, mark.part);
        break;
    case Action::Close:
    case Action::EndMessage:
        endPart();
        break;
    case Action::Separate:
        emit('\n', out);
        break;
    case Action::Header:
        beginPart(PartKind::Answer, kNoPart);
        m_mode = Mode::Header;
        m_header = text;
        break;
    case Action::Drop:
        break;
    }
}

void OutputParser::beginPart(PartKind kind, std::size_t part, std::string name)
{
    m_kind = kind;
    m_part = part;
    m_name = std::move(name);
    m_space.clear();
    m_begins = true;
    m_written = false;
    m_keepsLead = false;
    m_first = false;
    m_afterThinking = false;
    m_afterJson = false;
}

void OutputParser::endPart()
{
    const bool thought = m_kind == PartKind::Thinking;
    beginPart(PartKind::Answer, kNoPart);
    m_afterThinking = thought;
}

void OutputParser::emit(char byte, std::vector<OutputPiece> &out)
{
    const bool drops = !m_written && !m_keepsLead;
    if (isSpace(byte)) {
        if (drops)
            return;
        m_space.push_back(byte);
        // In an answer that no mark can end, space needs not wait.
        const bool certain = m_written && m_kind == PartKind::Answer && !mayEnd();
        if (certain || m_space.size() > kMostSpace)
            write(std::exchange(m_space, {}), out);
        return;
    }
    if (!m_space.empty())
        write(std::exchange(m_space, {}), out);
    write(std::string_view(&byte, 1), out);
}

bool OutputParser::mayEnd() const
{
    return m_part != kNoPart || m_format.harmony ||
           std::ranges::any_of(m_format.parts, [](const PartMarkers &part) { return part.place == PartPlace::Answer; });
}

void OutputParser::write(std::string_view bytes, std::vector<OutputPiece> &out)
{
    if (m_begins || out.empty() || out.back().kind != m_kind)
        out.push_back({.kind = m_kind, .text = {}, .name = std::exchange(m_name, {}), .begins = m_begins});
    out.back().text += bytes;
    m_begins = false;
    m_written = true;
    m_first = false;
    m_afterThinking = false;
    m_afterJson = false;
}

bool OutputParser::mayBeginShape(char byte) const
{
    if (m_kind != PartKind::Answer || m_part != kNoPart)
        return false;
    if (m_format.jsonCalls && (m_first || m_afterJson))
        return byte == '{' || (m_afterJson && byte == ';');
    // Answers of these models begin with a line end, calls do not.
    return m_format.namedCalls && m_first && m_space.empty() && namedCallShape(std::string_view(&byte, 1)) != Shape::No;
}

void OutputParser::shapeByte(char byte, std::vector<OutputPiece> &out)
{
    // Calls that follow each other are parted by a semicolon.
    if (m_shape.empty() && byte == ';') {
        m_mode = Mode::Text;
        return;
    }
    m_shape.push_back(byte);
    const bool json = m_shape.front() == '{';
    const Shape shape = json ? jsonCallShape(m_shape) : namedCallShape(m_shape);
    if (shape == Shape::Maybe)
        return;
    const std::string taken = std::exchange(m_shape, {});
    if (shape == Shape::No) {
        m_mode = Mode::Text;
        for (const char c : taken)
            text(c, out);
        return;
    }
    const std::size_t payload = json ? 0 : taken.size() - 1;
    beginPart(PartKind::ToolCall, kNoPart, json ? std::string() : taken.substr(0, payload - 1));
    m_mode = Mode::Json;
    m_json = {};
    for (const char c : std::string_view(taken).substr(payload)) {
        emit(c, out);
        m_json.push(c);
    }
}

void OutputParser::headerByte(char byte, std::vector<OutputPiece> &out)
{
    m_header.push_back(byte);
    using namespace harmony_marks;
    if (m_header.ends_with(message)) {
        openMessage();
        return;
    }
    if (m_header.ends_with(end) || m_header.ends_with(call) || m_header.ends_with(finished)) {
        m_header.clear();
        m_implicitHeader = false;
        m_mode = Mode::Text;
        return;
    }
    if (m_implicitHeader && m_header.ends_with(channel))
        m_implicitHeader = false;
    const bool isHeader = m_header.size() <= kMostHeader && (!m_implicitHeader || mayContinueHeader(m_header));
    if (!isHeader)
        abandonHeader(out);
}

void OutputParser::abandonHeader(std::vector<OutputPiece> &out)
{
    const std::string taken = std::exchange(m_header, {});
    m_mode = Mode::Text;
    if (std::exchange(m_implicitHeader, false)) {
        for (const char c : taken)
            step(c, out);
        return;
    }
    for (const std::string_view word : wordsOf(taken)) {
        if (std::ranges::contains(headerMarks, word))
            continue;
        for (const char c : word)
            emit(c, out);
        emit(' ', out);
    }
}

void OutputParser::openMessage()
{
    const std::string header = std::exchange(m_header, {});
    m_implicitHeader = false;
    m_mode = Mode::Text;
    std::string_view channel;
    std::string_view recipient;
    bool channelFollows = false;
    for (const std::string_view word : wordsOf(header)) {
        if (std::exchange(channelFollows, word == harmony_marks::channel))
            channel = word;
        if (word.starts_with("to="))
            recipient = word.substr(3);
    }
    if (recipient.starts_with(kFunctions))
        recipient.remove_prefix(kFunctions.size());
    if (!recipient.empty() && recipient != "user" && recipient != "all")
        beginPart(PartKind::ToolCall, kNoPart, std::string(recipient));
    else
        beginPart(channel == "analysis" ? PartKind::Thinking : PartKind::Answer, kNoPart);
}

void OutputParser::finish(std::vector<OutputPiece> &out)
{
    if (m_mode == Mode::Header && m_implicitHeader) {
        m_implicitHeader = false;
        m_mode = Mode::Text;
        m_held = std::exchange(m_header, {});
    } else if (m_mode == Mode::Shape) {
        m_held = std::exchange(m_shape, {});
    }
    m_mode = Mode::Text;
    m_header.clear();
    for (const char byte : std::exchange(m_held, {}))
        emit(byte, out);
    if (m_kind == PartKind::Answer && !m_space.empty())
        write(std::exchange(m_space, {}), out);
    m_space.clear();
}

} // namespace inference
