// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The rules of document.h, as checks. Each names the rule that is broken, or is empty.
#pragma once

#include "app/extraction/extraction_protocol.h"

namespace app::extraction {

std::string_view brokenRuleOfHead(const Extraction &extraction);
std::string_view brokenRuleOfPage(const Page &page);
/// Parts and notices against the pages; the pages themselves are not looked at.
std::string_view brokenRuleOfParts(const Document &document);

} // namespace app::extraction
