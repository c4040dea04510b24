// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/extraction/document.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace app::extraction {

/// How a paragraph looks, where its text is the same throughout.
struct TextLook {
    int halfPoints = 0; ///< the smallest size of its letters; 0: not said
    bool bold = false;  ///< all of it
};

/// Finds headings of a document whose writer made them large or bold instead of giving them a heading's style.
class LookedHeadings {
public:
    /// A paragraph that became a block of the page.
    void add(std::size_t block, const TextLook &look) { m_paragraphs.push_back({block, look}); }

    /// Makes short lines that stand out from the text headings, unless headings are marked as such. Larger ones are
    /// higher; at equal size bold ones.
    void apply(Page &page) const;

private:
    struct Paragraph {
        std::size_t block = 0;
        TextLook look;
    };
    [[nodiscard]] int bodySize(const Page &page) const;

    std::vector<Paragraph> m_paragraphs;
};

} // namespace app::extraction
