// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Looks through the content streams of a PDF file for text that is drawn in white or not at all. Operators: ISO
// 32000-1, tables 57 (state), 74 (colour), 106 (rendering mode), 109 (showing text).
#include "app/workers/extract/readers/hidden_text.h"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

namespace app::extraction {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kLongestContent = std::size_t{4} << 20U;
constexpr std::size_t kGlance = std::size_t{64} << 10U;
constexpr std::size_t kDictionary = 512; // bytes in front of a stream in which its entries are looked for
constexpr std::size_t kDeepest = 64;

bool isBlank(char letter)
{
    return letter == ' ' || letter == '\n' || letter == '\r' || letter == '\t' || letter == '\f' || letter == '\0';
}

bool isDelimiter(char letter)
{
    return "()<>[]{}/%"sv.contains(letter);
}

struct Ink {
    bool white = false;
    bool invisible = false;
};

// One content stream. Strings are stepped over, so that what they say is no operator.
class ContentScan {
public:
    explicit ContentScan(std::string_view content)
        : m_left(content)
    {
    }

    bool hidesText()
    {
        while (!m_left.empty()) {
            const char letter = m_left.front();
            if (isBlank(letter))
                m_left.remove_prefix(1);
            else if (letter == '(')
                skipString();
            else if (letter == '%')
                m_left.remove_prefix(std::min(m_left.find_first_of("\r\n"), m_left.size()));
            else if (isDelimiter(letter))
                m_left.remove_prefix(1);
            else if (operatorHides(takeToken()))
                return true;
        }
        return false;
    }

private:
    std::string_view takeToken()
    {
        std::size_t end = 0;
        while (end < m_left.size() && !isBlank(m_left[end]) && !isDelimiter(m_left[end]))
            ++end;
        const std::string_view token = m_left.substr(0, end);
        m_left.remove_prefix(end);
        return token;
    }

    void skipString()
    {
        std::size_t depth = 0;
        std::size_t at = 0;
        for (; at < m_left.size(); ++at) {
            if (m_left[at] == '\\')
                ++at;
            else if (m_left[at] == '(')
                ++depth;
            else if (m_left[at] == ')' && --depth == 0)
                break;
        }
        m_left.remove_prefix(std::min(at + 1, m_left.size()));
    }

    [[nodiscard]] bool lastAre(std::size_t count, std::string_view digits) const
    {
        // "1", "1.0", "1.", "0", "0.00", ".0".
        const auto is = [digits](std::string_view token) {
            const std::size_t point = std::min(token.find('.'), token.size());
            const std::string_view whole = token.substr(0, point);
            const std::string_view rest = token.substr(std::min(point + 1, token.size()));
            return (whole == digits || (whole.empty() && digits == "0"sv && !rest.empty())) &&
                   rest.find_first_not_of('0') == std::string_view::npos;
        };
        if (m_operands.size() < count)
            return false;
        return std::all_of(m_operands.end() - static_cast<std::ptrdiff_t>(count), m_operands.end(), is);
    }

    bool operatorHides(std::string_view token)
    {
        const char first = token.front();
        if ((first >= '0' && first <= '9') || first == '.' || first == '-' || first == '+') {
            if (m_operands.size() < 16)
                m_operands.push_back(token);
            return false;
        }
        bool hides = false;
        if (token == "Tr"sv)
            m_ink.invisible = lastAre(1, "3") || lastAre(1, "7");
        else if (token == "g"sv)
            m_ink.white = lastAre(1, "1");
        else if (token == "rg"sv)
            m_ink.white = lastAre(3, "1");
        else if (token == "k"sv)
            m_ink.white = lastAre(4, "0");
        else if (token == "sc"sv || token == "scn"sv)
            m_ink.white = m_operands.empty() || (m_operands.size() == 4 ? lastAre(4, "0") : lastAre(1, "1"));
        else if (token == "cs"sv)
            m_ink.white = false;
        else if (token == "q"sv && m_saved.size() < kDeepest)
            m_saved.push_back(m_ink);
        else if (token == "Q"sv && !m_saved.empty())
            restore();
        else if (token == "Tj"sv || token == "TJ"sv || token == "'"sv || token == "\""sv)
            hides = m_ink.white || m_ink.invisible;
        m_operands.clear();
        return hides;
    }

    void restore()
    {
        m_ink = m_saved.back();
        m_saved.pop_back();
    }

    std::string_view m_left;
    std::vector<std::string_view> m_operands;
    std::vector<Ink> m_saved;
    Ink m_ink;
};

enum class Inflated { Whole, Cut, Broken };

// The beginning of a stream, into a buffer that is used again and again.
Inflated inflateStream(std::string_view packed, std::span<char> buffer, std::string_view &content)
{
    z_stream stream{};
    if (::inflateInit(&stream) != Z_OK)
        return Inflated::Broken;
    stream.next_in = const_cast<Bytef *>(reinterpret_cast<const Bytef *>(packed.data()));
    stream.avail_in = static_cast<uInt>(std::min<std::size_t>(packed.size(), UINT32_MAX));
    stream.next_out = reinterpret_cast<Bytef *>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    const int result = ::inflate(&stream, Z_FINISH);
    content = std::string_view(buffer.data(), buffer.size() - stream.avail_out);
    ::inflateEnd(&stream);
    if (result == Z_STREAM_END)
        return Inflated::Whole;
    return result == Z_BUF_ERROR && stream.avail_out == 0 ? Inflated::Cut : Inflated::Broken;
}

// Pictures are large and no text: their beginning shows whether what is called one is one.
bool isPicture(std::string_view dictionary)
{
    return dictionary.contains("/Image"sv) && dictionary.contains("/Width"sv);
}

bool isCompressedPicture(std::string_view dictionary)
{
    return dictionary.contains("/DCTDecode"sv) || dictionary.contains("/JPXDecode"sv) ||
           dictionary.contains("/JBIG2Decode"sv) || dictionary.contains("/CCITTFaxDecode"sv);
}

} // namespace

bool mayHideText(Bytes file, std::uint64_t budget)
{
    constexpr std::string_view kStream = "stream";
    const std::string_view all(reinterpret_cast<const char *>(file.data()), file.size());
    std::unique_ptr<char[]> buffer;
    for (std::size_t at = all.find(kStream); at != std::string_view::npos;
         at = all.find(kStream, at + kStream.size())) {
        if (at >= 3 && all.substr(at - 3, 3) == "end"sv)
            continue;
        std::size_t start = at + kStream.size();
        if (start < all.size() && all[start] == '\r')
            ++start;
        if (start < all.size() && all[start] == '\n')
            ++start;
        const std::size_t back = std::min(at, kDictionary);
        std::string_view dictionary = all.substr(at - back, back);
        if (const std::size_t object = dictionary.rfind(" obj"); object != std::string_view::npos)
            dictionary.remove_prefix(object);
        if (isCompressedPicture(dictionary))
            continue;
        if (!dictionary.contains("/Filter"sv)) {
            const std::size_t end = all.find("endstream", start);
            if (ContentScan(all.substr(start, std::min(end, all.size()) - start)).hidesText())
                return true;
            continue;
        }
        const bool onlyFlate = dictionary.contains("/FlateDecode"sv) && !dictionary.contains("/ASCII85Decode"sv) &&
                               !dictionary.contains("/ASCIIHexDecode"sv) && !dictionary.contains("/Crypt"sv);
        if (!onlyFlate)
            return true;
        const bool picture = isPicture(dictionary);
        std::string_view content;
        if (!buffer)
            buffer = std::make_unique_for_overwrite<char[]>(kLongestContent);
        const Inflated inflated =
            inflateStream(all.substr(start), std::span(buffer.get(), picture ? kGlance : kLongestContent), content);
        if (inflated == Inflated::Broken || (inflated == Inflated::Cut && !picture) || content.size() > budget ||
            ContentScan(content).hidesText())
            return true;
        budget -= content.size();
    }
    return false;
}

} // namespace app::extraction
