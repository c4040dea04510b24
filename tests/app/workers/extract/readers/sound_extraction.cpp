// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/workers/extract/readers/sound_extraction.h"

#include "app/extraction/document_rules.h"
#include "app/workers/extract/page_builder.h"

#include <algorithm>

using namespace app::extraction;

namespace fixtures {

std::string unsound(const Extraction &extraction)
{
    if (extraction.state > State::TooLarge)
        return "a state that has no name";
    if (extraction.state != State::Read && extraction.reason.empty())
        return "no reason for a state that needs one";
    if (extraction.state == State::Read && extraction.document.pages.empty())
        return "read, and no page";
    if (const std::string_view broken = brokenRuleOfHead(extraction); !broken.empty())
        return std::string(broken);
    for (const Page &page : extraction.document.pages) {
        if (const std::string_view broken = brokenRuleOfPage(page); !broken.empty())
            return std::string(broken);
        if (cleanText(page.text) != page.text)
            return "text that is not in its normal form";
    }
    for (const Notice &notice : extraction.document.notices)
        if (notice.page >= std::max<std::size_t>(extraction.document.pages.size(), 1))
            return "a notice about a page that is not there";
    return {};
}

} // namespace fixtures
