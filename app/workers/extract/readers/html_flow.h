// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// From HTML to blocks: for HTML files, chapters of e-books and mails.
#pragma once

#include "app/workers/extract/readers/document_writer.h"

#include <optional>
#include <string>
#include <string_view>

namespace app::extraction {

/// What stands about a page in its head.
struct HtmlHead {
    std::string title;
    std::string author;
    std::string language;
};

/// Appends the page's blocks to the page that the writer has open. Scripts, styles, form controls and what is hidden
/// are left out; hidden text gets a notice; navigation becomes running heads. `html` is UTF-8.
std::optional<Fault> writeHtml(std::string_view html, DocumentWriter &writer, HtmlHead *head = nullptr);

/// The text of a line of HTML: its character references decoded, its tags dropped.
std::string textOfHtml(std::string_view html);

/// The encoding that a page declares within its first bytes; empty: none.
std::string declaredCharset(Bytes html);

/// XHTML as HTML: elements that close themselves are closed by a tag of their own, as HTML knows only the latter.
std::string asHtml(std::string_view xhtml);

} // namespace app::extraction
