// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workers/extract/page_builder.h"
#include "app/workers/extract/readers/docx_headings.h"
#include "app/workers/extract/readers/fault.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace app::extraction {

/// A block before it stands on a page.
struct PendingBlock {
    BlockKind kind = BlockKind::Paragraph;
    std::string text = {};
    std::uint8_t level = 0;
    bool header = false;
    TextLook look = {}; ///< of a paragraph, where the format says it
};

/// Makes a reader's answer page by page and keeps to what Reader says of states.
class DocumentWriter {
public:
    DocumentWriter(const Context &context, Format format);

    void beginPage(std::string_view label = {}); ///< ends the page before
    void setLabel(std::string_view label);
    /// To the page that is open; opens one if none is.
    void add(BlockKind kind, std::string_view text, std::uint8_t level = 0, bool header = false);
    void add(const PendingBlock &block) { add(block.kind, block.text, block.level, block.header); }
    /// Of the page that is open, or the next; only the first of a kind and a text on a page is kept.
    void note(NoticeKind kind, std::string_view text = {});
    void sawPicture() { m_pictures = true; }
    /// A part of the document was not read: it will be Partial, or TooLarge. The first reason stands.
    void missed(const Fault &fault);

    /// No more text or pages fit: a reader may end.
    [[nodiscard]] bool isFull() const { return m_full; }
    /// Of the page that is open.
    [[nodiscard]] std::size_t blockCount() const { return m_page ? m_page->blockCount() : 0; }
    /// Bytes of text that still fit.
    [[nodiscard]] std::uint64_t textLeft() const { return m_context.budget->textLeft(); }
    [[nodiscard]] const Context &context() const { return m_context; }
    Document &document() { return m_extraction.document; }

    /// The answer; the writer must not be used again. With pages that have text, a fault makes it Partial or TooLarge.
    Extraction finish(const std::optional<Fault> &fault = {});

private:
    void endPage();

    const Context &m_context;
    Extraction m_extraction;
    std::optional<PageBuilder> m_page;
    std::optional<Fault> m_missed;
    std::uint32_t m_blocks = 0;
    bool m_full = false;
    bool m_pictures = false;
};

/// The answer of a reader that read nothing.
Extraction notRead(Format format, const Fault &fault);

/// How many bytes of a file of text are looked at: more could not fit into the budget in any encoding.
Bytes readablePart(Bytes file, const Context &context);

} // namespace app::extraction
