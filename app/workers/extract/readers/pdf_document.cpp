// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/pdf_document.h"

#include "app/workers/extract/page_builder.h"
#include "inference/unicode/unicode.h"

#include <poppler-document.h>
#include <poppler-embedded-file.h>
#include <poppler-image.h>
#include <poppler-page-renderer.h>
#include <poppler-page.h>
#include <poppler-toc.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cmath>

namespace app::extraction {

namespace {

using namespace std::string_view_literals;
namespace unicode = inference::unicode;

constexpr double kPointsPerInch = 72;
constexpr std::uint32_t kMostGray = 30'000'000; // pixels

// Presentation forms that are two letters and no character of their own: U+FB00 to U+FB06.
constexpr std::array kLigatures = {"ff"sv, "fi"sv, "fl"sv, "ffi"sv, "ffl"sv, "st"sv, "st"sv};
constexpr char32_t kFirstLigature = 0xFB00;

char32_t pointAt(const std::u16string &text, std::size_t &at)
{
    const char16_t unit = text[at++];
    if (unit < 0xD800 || unit > 0xDFFF)
        return unit;
    if (unit <= 0xDBFF && at < text.size() && text[at] >= 0xDC00 && text[at] <= 0xDFFF)
        return 0x10000U + ((static_cast<char32_t>(unit) - 0xD800U) << 10U) + (text[at++] - 0xDC00U);
    return unicode::Decoded::replacement;
}

bool isSpace(char32_t point)
{
    return point == U' ' || point == 0xA0 || (point >= 0x2000 && point <= 0x200A) || point == 0x202F || point == 0x3000;
}

void appendPoint(std::string &out, char32_t point)
{
    if (point >= kFirstLigature && point < kFirstLigature + kLigatures.size())
        out += kLigatures[point - kFirstLigature];
    else if (isSpace(point))
        out += ' ';
    else if (point < 0x80)
        out += point < 0x20 || point == 0x7F ? ' ' : static_cast<char>(point);
    else
        unicode::append(out, point);
}

std::string cleanLine(const poppler::ustring &text)
{
    constexpr std::size_t kLongest = 4096;
    std::string line;
    for (std::size_t at = 0; at < text.size() && line.size() < kLongest - 8;)
        appendPoint(line, pointAt(text, at));
    return cleanText(line);
}

// Written without spaces: each character is a word of its own.
bool standsAlone(char32_t point)
{
    return (point >= 0x2E80 && point <= 0x9FFF) || (point >= 0xF900 && point <= 0xFAFF) ||
           (point >= 0xFF00 && point <= 0xFFEF) || (point >= 0x20000 && point <= 0x3FFFF);
}

bool isBoldName(const std::string &name)
{
    constexpr std::array kNames = {"Bold"sv, "bold"sv, "BOLD"sv, "Black"sv, "Heavy"sv, "Semibold"sv, "Demi"sv};
    return std::ranges::any_of(kNames, [&name](std::string_view part) { return name.contains(part); });
}

Box boxFrom(const poppler::rectf &rect)
{
    const auto bounded = [](double value) {
        return std::isfinite(value) ? static_cast<float>(std::clamp<double>(value, -kMaxExtent, kMaxExtent)) : 0.0F;
    };
    Box box{.left = bounded(rect.left()),
            .top = bounded(rect.top()),
            .right = bounded(rect.right()),
            .bottom = bounded(rect.bottom())};
    if (box.left > box.right)
        std::swap(box.left, box.right);
    if (box.top > box.bottom)
        std::swap(box.top, box.bottom);
    return box;
}

// Appends what Poppler calls a word: one, or one for each character of a script without spaces.
void addWords(PlacedPage &page, const poppler::text_box &found)
{
    const poppler::ustring text = found.text();
    PlacedWord word{.box = boxFrom(found.bbox()),
                    .rotation = static_cast<std::uint8_t>(static_cast<unsigned>(found.rotation()) & 3U)};
    if (found.has_font_info()) {
        const double size = found.get_font_size();
        word.fontSize = std::isfinite(size) ? static_cast<float>(std::clamp<double>(size, 0, kMaxExtent)) : 0.0F;
        const std::string font = found.get_font_name(0);
        word.bold = isBoldName(font);
        word.overlay = font.contains("GlyphLess"sv) || font.contains("HiddenHorzOCR"sv);
    }
    std::string bytes;
    bool plain = true;
    const auto flush = [&](const Box &box, bool last) {
        // Nothing below U+0300 combines.
        const std::string clean = plain ? bytes : cleanText(bytes);
        const std::size_t first = clean.find_first_not_of(' ');
        bytes.clear();
        if (first == std::string::npos)
            return;
        const std::size_t end = clean.find_last_not_of(' ') + 1;
        word.begin = static_cast<std::uint32_t>(page.bytes.size());
        page.bytes.append(clean, first, end - first);
        word.end = static_cast<std::uint32_t>(page.bytes.size());
        PlacedWord placed = word;
        placed.box = box;
        placed.spaceAfter = last && found.has_space_after();
        page.words.push_back(placed);
    };
    Box run;
    bool split = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t start = at;
        const char32_t point = pointAt(text, at);
        if (standsAlone(point) && text.size() > 1) {
            if (!bytes.empty())
                flush(run, false);
            split = true;
            plain = false;
            appendPoint(bytes, point);
            flush(boxFrom(found.char_bbox(start)), at >= text.size());
            continue;
        }
        if (bytes.empty())
            run = split || start > 0 ? boxFrom(found.char_bbox(start)) : word.box;
        if (split)
            run.right = std::max(run.right, boxFrom(found.char_bbox(start)).right);
        // A soft hyphen is kept: it tells where the line broke.
        plain = plain && point < 0x300;
        appendPoint(bytes, point);
    }
    if (!bytes.empty())
        flush(split ? run : word.box, true);
}

void addOutline(const poppler::toc_item &item, std::uint8_t level, std::vector<OutlineEntry> &entries)
{
    constexpr std::size_t kMost = 10'000;
    constexpr std::uint8_t kDeepest = 6;
    for (const poppler::toc_item *child : item.children()) {
        if (entries.size() >= kMost)
            return;
        entries.push_back({.title = cleanLine(child->title()), .level = level});
        if (level < kDeepest)
            addOutline(*child, static_cast<std::uint8_t>(level + 1), entries);
    }
}

bool turnsSides(const poppler::page &page)
{
    return page.orientation() == poppler::page::landscape || page.orientation() == poppler::page::seascape;
}

// The scale at which a page has at most that many pixels; 0 when it has no size that can be drawn.
float fittingScale(const poppler::page &page, float scale, std::uint32_t maxPixels)
{
    const poppler::rectf rect = page.page_rect();
    const double area = rect.width() * rect.height();
    if (!std::isfinite(area) || area <= 0 || rect.width() > kMaxExtent || rect.height() > kMaxExtent)
        return 0;
    // A pixel more on each side for rounding.
    const double most = std::sqrt(maxPixels * 0.98 / area);
    return static_cast<float>(std::min<double>(scale, most));
}

} // namespace

struct PdfDocument::Parts {
    std::unique_ptr<poppler::document> document;

    [[nodiscard]] std::unique_ptr<poppler::page> page(std::uint32_t index) const
    {
        return std::unique_ptr<poppler::page>(index <= INT_MAX ? document->create_page(static_cast<int>(index))
                                                               : nullptr);
    }

    [[nodiscard]] poppler::image draw(const poppler::page &page, float scale, poppler::image::format_enum format,
                                      Drawing drawing) const
    {
        poppler::page_renderer renderer;
        renderer.set_image_format(format);
        renderer.set_render_hint(poppler::page_renderer::antialiasing, drawing == Drawing::Smooth);
        renderer.set_render_hint(poppler::page_renderer::text_antialiasing, drawing == Drawing::Smooth);
        renderer.set_paper_color(0xFFFFFFFF);
        return renderer.render_page(&page, kPointsPerInch * scale, kPointsPerInch * scale);
    }
};

PdfDocument::PdfDocument(std::unique_ptr<Parts> parts)
    : m_parts(std::move(parts))
{
}
PdfDocument::~PdfDocument() = default;
PdfDocument::PdfDocument(PdfDocument &&) noexcept = default;
PdfDocument &PdfDocument::operator=(PdfDocument &&) noexcept = default;

void silencePoppler()
{
    poppler::set_debug_error_function([](const std::string &, void *) {}, nullptr);
}

std::expected<PdfDocument, PdfFailure> PdfDocument::open(Bytes file, const std::optional<std::string> &password)
{
    if (file.size() > INT_MAX)
        return std::unexpected(PdfFailure{State::TooLarge, "a PDF file of more than 2 GiB"});
    auto parts = std::make_unique<Parts>();
    // The owner's password works in its own place alone, so a typed one is tried in both.
    const std::string given = password.value_or(std::string());
    parts->document.reset(poppler::document::load_from_raw_data(reinterpret_cast<const char *>(file.data()),
                                                                static_cast<int>(file.size()), given, given));
    if (!parts->document)
        return std::unexpected(PdfFailure{State::Malformed, "its structure is broken beyond repair"});
    // A locked document must not be asked anything else: Poppler would crash.
    if (parts->document->is_locked()) {
        if (password)
            return std::unexpected(PdfFailure{State::WrongPassword, "the password does not open it"});
        return std::unexpected(PdfFailure{State::Encrypted, "it is encrypted and needs a password"});
    }
    return PdfDocument(std::move(parts));
}

std::uint32_t PdfDocument::pageCount() const
{
    return static_cast<std::uint32_t>(std::max(m_parts->document->pages(), 0));
}

bool PdfDocument::isEncrypted() const
{
    return m_parts->document->is_encrypted();
}

std::string PdfDocument::title() const
{
    return cleanLine(m_parts->document->get_title());
}

std::string PdfDocument::author() const
{
    return cleanLine(m_parts->document->get_author());
}

std::vector<OutlineEntry> PdfDocument::outline() const
{
    std::vector<OutlineEntry> entries;
    const std::unique_ptr<poppler::toc> toc(m_parts->document->create_toc());
    if (toc && toc->root() != nullptr)
        addOutline(*toc->root(), 1, entries);
    return entries;
}

std::optional<PlacedPage> PdfDocument::page(std::uint32_t index) const
{
    const auto page = m_parts->page(index);
    if (!page)
        return {};
    PlacedPage placed;
    placed.label = cleanLine(page->label());
    if (placed.label == std::to_string(index + 1))
        placed.label.clear();
    const Box box = boxFrom(page->page_rect());
    placed.width = box.right - box.left;
    placed.height = box.bottom - box.top;
    if (turnsSides(*page))
        std::swap(placed.width, placed.height);
    for (const poppler::text_box &word : page->text_list(poppler::page::text_list_include_font))
        addWords(placed, word);
    placed.source = placed.words.empty() ? TextSource::None : TextSource::File;
    return placed;
}

std::optional<GrayPicture> PdfDocument::grayPicture(std::uint32_t index, float &scale, Drawing drawing) const
{
    const auto page = m_parts->page(index);
    if (!page)
        return {};
    scale = fittingScale(*page, scale, kMostGray);
    const poppler::image image =
        scale > 0 ? m_parts->draw(*page, scale, poppler::image::format_gray8, drawing) : poppler::image();
    if (!image.is_valid() || image.width() <= 0 || image.height() <= 0)
        return {};
    GrayPicture picture{.width = static_cast<std::uint32_t>(image.width()),
                        .height = static_cast<std::uint32_t>(image.height()),
                        .stride = static_cast<std::uint32_t>(image.bytes_per_row())};
    const auto *data = reinterpret_cast<const std::uint8_t *>(image.const_data());
    picture.pixels.assign(data, data + std::size_t{picture.stride} * picture.height);
    return picture;
}

Picture PdfDocument::picture(std::uint32_t index, float scale, std::uint32_t maxPixels) const
{
    const auto page = m_parts->page(index);
    if (!page)
        return {.reason = "there is no such page"};
    const float used = fittingScale(*page, scale, std::min(maxPixels, kMaxPixels));
    const poppler::image image =
        used > 0 ? m_parts->draw(*page, used, poppler::image::format_argb32, Drawing::Smooth) : poppler::image();
    if (!image.is_valid() || image.width() <= 0 || image.height() <= 0)
        return {.reason = "the page cannot be drawn"};
    Picture picture{.state = State::Read,
                    .width = static_cast<std::uint32_t>(image.width()),
                    .height = static_cast<std::uint32_t>(image.height())};
    if (std::uint64_t{picture.width} * picture.height > maxPixels)
        return {.reason = "the page was drawn larger than asked"};
    constexpr std::size_t kPixelBytes = 4;
    const std::size_t row = picture.width * kPixelBytes;
    picture.pixels.reserve(row * picture.height);
    const auto *data = reinterpret_cast<const std::byte *>(image.const_data());
    for (std::uint32_t y = 0; y < picture.height; ++y) {
        const std::byte *start = data + static_cast<std::size_t>(image.bytes_per_row()) * y;
        picture.pixels.insert(picture.pixels.end(), start, start + row);
    }
    return picture;
}

void PdfDocument::forEachAttachment(const Context &context) const
{
    if (!m_parts->document->has_embedded_files())
        return;
    // Owned by the document.
    for (const poppler::embedded_file *file : m_parts->document->embedded_files()) {
        if (!file->is_valid())
            continue;
        const std::string name = file->name();
        const auto declared = static_cast<std::uint64_t>(std::max(file->size(), 0));
        if (declared > context.budget->unpackedLeft()) {
            context.skip(name, State::TooLarge, "it is over the limit of what is unpacked");
            continue;
        }
        const poppler::byte_array data = file->data();
        if (!context.budget->takeUnpacked(data.size())) {
            context.skip(name, State::TooLarge, "it is over the limit of what is unpacked");
            continue;
        }
        context.attach({.name = name, .mediaType = file->mime_type(), .bytes = std::as_bytes(std::span(data))});
    }
}

} // namespace app::extraction
