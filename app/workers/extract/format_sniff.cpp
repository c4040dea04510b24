// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/format_sniff.h"

#include "app/workers/extract/text_sniff.h"
#include "app/workers/extract/zip_directory.h"

#include <algorithm>
#include <array>
#include <utility>

namespace app::extraction {

namespace {

using namespace std::string_view_literals;

std::string_view asText(Bytes bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

Sniffed unsupported(std::string reason)
{
    return {.state = State::Unsupported, .reason = std::move(reason)};
}

std::string_view withoutTemplate(std::string_view type)
{
    constexpr std::string_view kTemplate = "-template";
    return type.ends_with(kTemplate) ? type.substr(0, type.size() - kTemplate.size()) : type;
}

Format formatOfMediaType(std::string_view type)
{
    constexpr std::pair<std::string_view, Format> kTypes[] = {
        {"application/epub+zip", Format::Epub},
        {"application/vnd.oasis.opendocument.text", Format::Odt},
        {"application/vnd.oasis.opendocument.text-master", Format::Odt},
        {"application/vnd.oasis.opendocument.presentation", Format::Odp},
        {"application/vnd.oasis.opendocument.spreadsheet", Format::Ods},
    };
    for (const auto &[name, format] : kTypes) {
        if (withoutTemplate(type) == name)
            return format;
    }
    return Format::Unknown;
}

Format formatOfExtension(std::string_view extension)
{
    constexpr std::pair<std::string_view, Format> kExtensions[] = {
        {"docx", Format::Docx}, {"docm", Format::Docx}, {"dotx", Format::Docx}, {"dotm", Format::Docx},
        {"odt", Format::Odt},   {"ott", Format::Odt},   {"pptx", Format::Pptx}, {"pptm", Format::Pptx},
        {"ppsx", Format::Pptx}, {"potx", Format::Pptx}, {"odp", Format::Odp},   {"xlsx", Format::Xlsx},
        {"xlsm", Format::Xlsx}, {"xltx", Format::Xlsx}, {"ods", Format::Ods},   {"epub", Format::Epub},
    };
    for (const auto &[name, format] : kExtensions) {
        if (extension == name)
            return format;
    }
    return Format::Unknown;
}

Sniffed sniffZip(Bytes file, std::string_view extension)
{
    const auto directory = readZipDirectory(file);
    if (!directory)
        return {.format = formatOfExtension(extension),
                .state = State::Malformed,
                .reason = "the archive's directory is missing or broken"};
    if (const Format format = formatOfMediaType(directory->mediaType); format != Format::Unknown)
        return {.format = format};
    const auto has = [&directory](std::string_view name) { return std::ranges::contains(directory->names, name); };
    if (has("[content_types].xml"sv)) {
        if (has("xl/workbook.bin"sv))
            return unsupported("a spreadsheet in the binary format of Excel");
        constexpr std::pair<std::string_view, Format> kFolders[] = {
            {"word/", Format::Docx}, {"ppt/", Format::Pptx}, {"xl/", Format::Xlsx}};
        for (const auto &[folder, format] : kFolders) {
            if (std::ranges::any_of(directory->names,
                                    [folder](std::string_view name) { return name.starts_with(folder); }))
                return {.format = format};
        }
        return unsupported("an Office package without a document, a presentation or a workbook");
    }
    if (has("meta-inf/container.xml"sv))
        return {.format = Format::Epub};
    if (has("content.xml"sv) && has("meta-inf/manifest.xml"sv)) {
        const Format format = formatOfExtension(extension);
        return {.format = format == Format::Odp || format == Format::Ods ? format : Format::Odt};
    }
    return unsupported("an archive");
}

// The compound files of Office before 2007. An encrypted newer document is one, too, and says so in a stream's name.
Sniffed sniffCompound(Bytes file, std::string_view extension)
{
    constexpr std::string_view kPackage = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"sv;
    // The directory stands anywhere; writers of encrypted files put it near the front or at the end.
    constexpr std::size_t kSearched = std::size_t{8} << 20U;
    const std::string_view text = asText(file);
    if (text.substr(0, kSearched).contains(kPackage) ||
        text.substr(text.size() - std::min(text.size(), kSearched)).contains(kPackage))
        return {.format = formatOfExtension(extension),
                .state = State::Encrypted,
                .reason = "an Office document encrypted as a whole, which is not decrypted here"};
    return unsupported(extension == "msg" ? "a message in the format of Outlook"
                                          : "a document in the binary format of Office before 2007");
}

struct Signature {
    std::string_view bytes;
    std::string_view what;
};

// What is often met and is no text; anything else of the kind is found by its bytes.
constexpr std::array kBinaries = {
    Signature{"\x89PNG\r\n"sv, "a picture"},
    Signature{"\xFF\xD8\xFF"sv, "a picture"},
    Signature{"GIF8"sv, "a picture"},
    Signature{"II*\0"sv, "a picture"},
    Signature{"MM\0*"sv, "a picture"},
    Signature{"RIFF"sv, "a picture, a sound or a film"},
    Signature{"\x1F\x8B"sv, "a compressed file"},
    Signature{"BZh"sv, "a compressed file"},
    Signature{"\xFD"
              "7zXZ\0"sv,
              "a compressed file"},
    Signature{"\x28\xB5\x2F\xFD"sv, "a compressed file"},
    Signature{"7z\xBC\xAF"sv, "an archive"},
    Signature{"Rar!"sv, "an archive"},
    Signature{"\x7F"
              "ELF"sv,
              "a program"},
    Signature{"GGUF"sv, "a model"},
    Signature{"SQLite format 3\0"sv, "a database"},
    Signature{"%!PS"sv, "a PostScript file"},
};

} // namespace

Sniffed sniffFormat(Bytes file, std::string_view extension)
{
    const std::string_view text = asText(file);
    if (text.empty())
        return {.state = State::Malformed, .reason = "the file is empty"};
    constexpr std::size_t kPdfWithin = 1024;
    if (text.substr(0, kPdfWithin).contains("%PDF-"))
        return {.format = Format::Pdf};
    if (text.starts_with("{\\rtf"))
        return {.format = Format::Rtf};
    if (text.starts_with("PK\x03\x04"sv) || text.starts_with("PK\x05\x06"sv))
        return sniffZip(file, extension);
    if (text.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv))
        return sniffCompound(file, extension);
    for (const Signature &signature : kBinaries) {
        if (text.starts_with(signature.bytes))
            return unsupported(std::string(signature.what));
    }
    if (!looksLikeText(file))
        return unsupported("no text and no format that is known here");
    return {.format = formatOfText(file, extension)};
}

} // namespace app::extraction
