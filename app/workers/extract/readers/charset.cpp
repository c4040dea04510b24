// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/charset.h"

#include <uchardet/uchardet.h>
#include <unicode/ucnv.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

namespace app::extraction {

namespace {

constexpr std::size_t kLookedAt = 1 << 16;

std::string_view view(Bytes bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

bool isValidUtf8(std::string_view text)
{
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x80) {
            ++i;
            continue;
        }
        const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4 || i + length > text.size())
            return false;
        for (std::size_t k = 1; k < length; ++k)
            if ((static_cast<unsigned char>(text[i + k]) & 0xC0U) != 0x80U)
                return false;
        const auto second = static_cast<unsigned char>(text[i + 1]);
        if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) || (lead == 0xF0 && second < 0x90) ||
            (lead == 0xF4 && second > 0x8F))
            return false;
        i += length;
    }
    return true;
}

// A cut in the middle of a character makes no other encoding of it.
std::string_view withoutCutEnd(std::string_view text)
{
    for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
        const auto letter = static_cast<unsigned char>(text[text.size() - back]);
        if (letter >= 0xC0) {
            const std::size_t length = letter >= 0xF0 ? 4 : letter >= 0xE0 ? 3 : 2;
            return length > back ? text.substr(0, text.size() - back) : text;
        }
        if (letter < 0x80)
            return text;
    }
    return text;
}

std::string lower(std::string_view label)
{
    while (!label.empty() && (label.front() == ' ' || label.front() == '"' || label.front() == '\''))
        label.remove_prefix(1);
    while (!label.empty() && (label.back() == ' ' || label.back() == '"' || label.back() == '\''))
        label.remove_suffix(1);
    std::string name(label);
    std::ranges::transform(name, name.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return name;
}

// What a label means in the wild: the encoding that holds it and what its users took for it.
std::string meant(std::string_view label)
{
    constexpr auto kMeant = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"ascii", "windows-1252"},
        {"us-ascii", "windows-1252"},
        {"latin1", "windows-1252"},
        {"iso-8859-1", "windows-1252"},
        {"iso8859-1", "windows-1252"},
        {"iso_8859-1", "windows-1252"},
        {"l1", "windows-1252"},
        {"cp1252", "windows-1252"},
        {"iso-8859-9", "windows-1254"},
        {"iso-8859-11", "windows-874"},
        {"tis-620", "windows-874"},
        {"gb2312", "gb18030"},
        {"gb_2312-80", "gb18030"},
        {"gbk", "gb18030"},
        {"x-gbk", "gb18030"},
        {"cp936", "gb18030"},
        {"euc-kr", "windows-949"},
        {"ks_c_5601-1987", "windows-949"},
        {"ksc5601", "windows-949"},
        {"uhc", "windows-949"},
        {"shift_jis", "windows-932"},
        {"shift-jis", "windows-932"},
        {"sjis", "windows-932"},
        {"x-sjis", "windows-932"},
        {"cp932", "windows-932"},
        {"big5", "windows-950"},
        {"mac-cyrillic", "x-mac-cyrillic"},
        {"utf8", "utf-8"},
        {"unicode-1-1-utf-8", "utf-8"},
        {"x-mac-roman", "macintosh"},
        {"unicode", "utf-16"},
        {"iso-8859-8-i", "iso-8859-8"},
        {"mac", "macintosh"},
    });
    std::string name = lower(label);
    const auto known = std::ranges::find(kMeant, name, &std::pair<std::string_view, std::string_view>::first);
    if (known != kMeant.end())
        name = known->second;
    return name;
}

bool isSevenBit(std::string_view name)
{
    return name.starts_with("iso-2022-") || name.starts_with("hz") || name == "utf-7" || name == "csiso2022jp";
}

struct ConverterCloser {
    void operator()(UConverter *converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, ConverterCloser>;

Converter converterFor(const std::string &name)
{
    UErrorCode status = U_ZERO_ERROR;
    // Compressions of Unicode are no encodings of files, and hide what is in them.
    if (name.empty() || name.starts_with("scsu") || name.starts_with("bocu") || name.starts_with("cesu") ||
        name.starts_with("imap"))
        return nullptr;
    Converter converter(ucnv_open(name.c_str(), &status));
    return U_SUCCESS(status) ? std::move(converter) : nullptr;
}

std::string convert(std::string_view bytes, UConverter *from)
{
    UErrorCode status = U_ZERO_ERROR;
    const Converter to(ucnv_open("UTF-8", &status));
    std::string text;
    if (U_FAILURE(status))
        return text;
    text.reserve(bytes.size() + bytes.size() / 2);
    std::array<char, 1 << 14> out{};
    std::array<UChar, 1 << 12> pivot{};
    UChar *pivotSource = pivot.data();
    UChar *pivotTarget = pivot.data();
    const char *source = bytes.data();
    UBool reset = 1;
    do {
        status = U_ZERO_ERROR;
        char *target = out.data();
        ucnv_convertEx(to.get(), from, &target, out.data() + out.size(), &source, bytes.data() + bytes.size(),
                       pivot.data(), &pivotSource, &pivotTarget, pivot.data() + pivot.size(), reset, 1, &status);
        text.append(out.data(), target);
        reset = 0;
    } while (status == U_BUFFER_OVERFLOW_ERROR);
    return text;
}

std::optional<std::string> markOf(std::string_view text)
{
    using namespace std::string_view_literals;
    if (text.starts_with("\xEF\xBB\xBF"sv))
        return "utf-8";
    if (text.starts_with("\xFF\xFE\0\0"sv))
        return "utf-32le";
    if (text.starts_with("\0\0\xFE\xFF"sv))
        return "utf-32be";
    if (text.starts_with("\xFF\xFE"sv))
        return "utf-16le";
    if (text.starts_with("\xFE\xFF"sv))
        return "utf-16be";
    return std::nullopt;
}

// UTF-16 and UTF-32 of languages in Latin letters are known by where their zero bytes stand.
std::optional<std::string> wideByZeros(std::string_view text)
{
    const std::string_view part = text.substr(0, std::min(text.size(), kLookedAt) / 4 * 4);
    if (part.size() < 8)
        return std::nullopt;
    std::array<std::size_t, 4> zeros{};
    for (std::size_t i = 0; i < part.size(); ++i)
        if (part[i] == 0)
            ++zeros[i % 4];
    // A character of which all bytes but one are zero is none of control.
    const auto isLetter = [&](std::size_t at) {
        const auto value = static_cast<unsigned char>(part[at]);
        return value >= 0x20 || (value >= '\t' && value <= '\r');
    };
    std::size_t controls = 0;
    for (std::size_t i = 0; i + 1 < part.size(); i += 2)
        controls += (part[i] == 0) != (part[i + 1] == 0) && !isLetter(part[i] == 0 ? i + 1 : i) ? 1 : 0;
    if (controls * 10 > part.size() / 2)
        return std::nullopt;
    const std::size_t groups = part.size() / 4;
    const auto mostly = [&](std::size_t place) { return zeros[place] * 10 > groups * 6; };
    const auto hardly = [&](std::size_t place) { return zeros[place] * 20 <= groups; };
    if (mostly(3) && mostly(2) && hardly(0))
        return "utf-32le";
    if (mostly(0) && mostly(1) && hardly(3))
        return "utf-32be";
    const auto some = [&](std::size_t place) { return zeros[place] * 10 > groups * 3; };
    if (some(1) && some(3) && hardly(0) && hardly(2))
        return "utf-16le";
    if (some(0) && some(2) && hardly(1) && hardly(3))
        return "utf-16be";
    return std::nullopt;
}

// uchardet mistakes short texts in Latin letters for one another and is right about other scripts much earlier.
std::string guess(std::string_view text)
{
    const auto high = static_cast<std::size_t>(
        std::ranges::count_if(text, [](char letter) { return static_cast<unsigned char>(letter) >= 0x80; }));
    const auto letters = static_cast<std::size_t>(std::ranges::count_if(text, [](char letter) {
        const auto low = static_cast<unsigned char>(static_cast<unsigned char>(letter) | 0x20U);
        return static_cast<unsigned char>(letter) >= 0x80 || (low >= 'a' && low <= 'z');
    }));
    const std::unique_ptr<uchardet, decltype(&uchardet_delete)> detector(uchardet_new(), &uchardet_delete);
    if (!detector || uchardet_handle_data(detector.get(), text.data(), text.size()) != 0)
        return "windows-1252";
    uchardet_data_end(detector.get());
    std::string name = meant(uchardet_get_charset(detector.get()));
    constexpr auto kLatin = std::to_array<std::string_view>(
        {"windows-1250", "windows-1252", "windows-1254", "windows-1257", "iso-8859-2", "iso-8859-3", "iso-8859-4",
         "iso-8859-10", "iso-8859-13", "iso-8859-15", "iso-8859-16"});
    constexpr auto kOthers = std::to_array<std::string_view>(
        {"windows-1251", "koi8-r",      "iso-8859-5",   "x-mac-cyrillic", "maccyrillic",  "ibm855",     "ibm866",
         "windows-1253", "iso-8859-7",  "windows-1255", "iso-8859-8",     "windows-1256", "iso-8859-6", "windows-932",
         "euc-jp",       "gb18030",     "windows-950",  "euc-tw",         "windows-949",  "johab",      "windows-874",
         "iso-2022-jp",  "iso-2022-kr", "iso-2022-cn",  "hz-gb-2312"});
    if (std::ranges::find(kLatin, name) != kLatin.end() && high >= 100)
        return name;
    if (std::ranges::find(kOthers, name) != kOthers.end() && high >= 20 && high * 2 > letters)
        return name;
    return "windows-1252";
}

} // namespace

std::string decodeAs(std::string_view bytes, std::string_view encoding)
{
    const std::string name = meant(encoding);
    Converter converter = converterFor(name);
    if (!converter)
        converter = converterFor("windows-1252");
    return converter ? convert(bytes, converter.get()) : std::string();
}

std::string codePageName(int codePage)
{
    switch (codePage) {
    case 10000:
        return "macintosh";
    case 10007:
        return "x-mac-cyrillic";
    case 932:
    case 949:
    case 950:
    case 874:
        return "windows-" + std::to_string(codePage);
    case 936:
        return "gb18030";
    case 65001:
        return "utf-8";
    default:
        return codePage >= 1250 && codePage <= 1258 ? "windows-" + std::to_string(codePage)
               : codePage >= 437 && codePage < 1250 ? "ibm-" + std::to_string(codePage)
                                                    : std::string("windows-1252");
    }
}

DecodedText decodeText(Bytes bytes, std::string_view declared)
{
    const std::string_view text = view(bytes);
    if (const auto mark = markOf(text)) {
        const std::size_t length = *mark == "utf-8" ? 3 : mark->starts_with("utf-32") ? 4 : 2;
        const std::string_view rest = text.substr(length);
        if (*mark == "utf-8")
            return {.text = std::string(rest), .encoding = *mark};
        return {.text = decodeAs(rest, *mark), .encoding = *mark};
    }
    if (const auto wide = wideByZeros(text))
        return {.text = decodeAs(text, *wide), .encoding = *wide};
    const std::string label = meant(declared);
    const bool known = !label.empty() && converterFor(label) != nullptr;
    if (known && isSevenBit(label))
        return {.text = decodeAs(text, label), .encoding = label};
    if (isValidUtf8(withoutCutEnd(text)))
        return {.text = std::string(text), .encoding = "utf-8"};
    if (known && label != "utf-8" && !label.starts_with("utf-16") && !label.starts_with("utf-32"))
        return {.text = decodeAs(text, label), .encoding = label};
    std::string guessed = guess(text.substr(0, 16 * kLookedAt));
    std::string decoded = decodeAs(text, guessed);
    return {.text = std::move(decoded), .encoding = std::move(guessed), .guessed = true};
}

bool looksBinary(Bytes bytes)
{
    const std::string_view text = view(bytes).substr(0, kLookedAt);
    if (markOf(text) || wideByZeros(text))
        return false;
    const auto controls = static_cast<std::size_t>(std::ranges::count_if(text, [](char letter) {
        const auto value = static_cast<unsigned char>(letter);
        return value < 0x20 && (value < '\t' || value > '\r') && value != 0x1B;
    }));
    return text.find('\0') != std::string_view::npos || controls * 10 > text.size();
}

} // namespace app::extraction
