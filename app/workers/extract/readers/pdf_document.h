// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A PDF file through poppler-cpp, whose types stay in pdf_document.cpp.
#pragma once

#include "app/extraction/extraction_protocol.h"
#include "app/workers/extract/reader.h"
#include "app/workers/extract/readers/pdf_layout.h"

#include <expected>
#include <memory>
#include <vector>

namespace app::extraction {

/// Rows from the top, one byte a pixel: 0 is black.
struct GrayPicture {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint32_t stride = 0; ///< bytes from row to row
    std::vector<std::uint8_t> pixels = {};
};

/// How a picture is drawn: to be looked at and read, or to see quickly whether there is ink.
enum class Drawing : std::uint8_t { Smooth, Rough };

/// Why a file or a page did not open.
struct PdfFailure {
    State state = State::Malformed;
    std::string reason;
};

/// A document that is open and not locked. Views the bytes: they must outlive it. One thread at a time.
class PdfDocument {
public:
    static std::expected<PdfDocument, PdfFailure> open(Bytes file, const std::optional<std::string> &password);
    ~PdfDocument();
    PdfDocument(PdfDocument &&) noexcept;
    PdfDocument &operator=(PdfDocument &&) noexcept;

    [[nodiscard]] std::uint32_t pageCount() const; ///< as the file says, which may be anything
    [[nodiscard]] bool isEncrypted() const;        ///< and opened without a password, or with the right one
    [[nodiscard]] std::string title() const;
    [[nodiscard]] std::string author() const;
    [[nodiscard]] std::vector<OutlineEntry> outline() const;

    /// Words in reading order, without lines; nothing when the page cannot be read. `label` is empty where it is the
    /// page's number.
    [[nodiscard]] std::optional<PlacedPage> page(std::uint32_t index) const;
    /// The page in shades of gray at a scale in pixels per point, made smaller where that were more than some
    /// thirty million; `scale` becomes what was used.
    [[nodiscard]] std::optional<GrayPicture> grayPicture(std::uint32_t index, float &scale, Drawing drawing) const;
    /// The same in colour.
    [[nodiscard]] Picture picture(std::uint32_t index, float scale, std::uint32_t maxPixels) const;

    /// Hands every embedded file to `context.attach`; what is over the budget goes to `context.skip`.
    void forEachAttachment(const Context &context) const;

private:
    struct Parts;
    explicit PdfDocument(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> m_parts;
};

/// Keeps Poppler's messages, which may hold the file's text, from being printed. Call once.
void silencePoppler();

} // namespace app::extraction
