// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/stream_decoder.h"

#include "inference/unicode/unicode.h"

#include <algorithm>

namespace inference {

StreamDecoder::StreamDecoder(const std::vector<std::string> &stopStrings, LeadingSpace leadingSpace)
    : m_dropsSpace(leadingSpace == LeadingSpace::Drop)
{
    for (const std::string &given : stopStrings) {
        if (given.empty())
            continue;
        Stop stop{.text = unicode::sanitized(given), .fallback = {}, .matched = 0};
        stop.fallback.assign(stop.text.size() + 1, 0);
        std::size_t prefix = 0;
        for (std::size_t i = 1; i < stop.text.size(); ++i) {
            while (prefix > 0 && stop.text[i] != stop.text[prefix])
                prefix = stop.fallback[prefix];
            if (stop.text[i] == stop.text[prefix])
                ++prefix;
            stop.fallback[i + 1] = prefix;
        }
        m_stops.push_back(std::move(stop));
    }
}

bool StreamDecoder::push(std::string_view bytes, std::string &out)
{
    if (m_stopped)
        return true;
    if (m_dropsSpace && !bytes.empty()) {
        m_dropsSpace = false;
        if (bytes.front() == ' ')
            bytes.remove_prefix(1);
    }
    m_bytes.append(bytes);
    takeCharacters(out);
    return m_stopped;
}

void StreamDecoder::takeCharacters(std::string &out)
{
    std::size_t taken = 0;
    std::string character;
    while (taken < m_bytes.size() && !m_stopped) {
        const std::string_view rest = std::string_view(m_bytes).substr(taken);
        if (unicode::isIncompletePrefix(rest))
            break;
        const unicode::Decoded decoded = unicode::decodeAt(rest, 0);
        character.clear();
        unicode::append(character, decoded.codePoint);
        takeText(character, out);
        taken += decoded.length;
    }
    m_bytes.erase(0, taken);
}

void StreamDecoder::takeText(std::string_view text, std::string &out)
{
    for (const char byte : text) {
        m_held.push_back(byte);
        std::size_t complete = 0;
        for (Stop &stop : m_stops) {
            while (stop.matched > 0 && stop.text[stop.matched] != byte)
                stop.matched = stop.fallback[stop.matched];
            if (stop.text[stop.matched] == byte)
                ++stop.matched;
            if (stop.matched == stop.text.size())
                complete = std::max(complete, stop.matched);
        }
        if (complete > 0) {
            out.append(m_held, 0, m_held.size() - complete);
            m_held.clear();
            m_bytes.clear();
            m_stopped = true;
            return;
        }
    }
    // Matches begin and end at characters: both sides are valid UTF-8.
    const std::size_t certain = m_held.size() - longestMatch();
    out.append(m_held, 0, certain);
    m_held.erase(0, certain);
}

std::size_t StreamDecoder::longestMatch() const
{
    std::size_t longest = 0;
    for (const Stop &stop : m_stops)
        longest = std::max(longest, stop.matched);
    return longest;
}

void StreamDecoder::finish(std::string &out)
{
    if (!m_stopped && !m_bytes.empty()) {
        m_bytes.clear();
        std::string replacement;
        unicode::append(replacement, unicode::Decoded::replacement);
        takeText(replacement, out);
    }
    if (!m_stopped)
        out.append(m_held);
    m_held.clear();
    m_stopped = true;
}

std::size_t StreamDecoder::heldBytes() const
{
    return m_bytes.size() + m_held.size();
}

} // namespace inference
