// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// One function for each format; each stands in readers/. See Reader for what they keep to.
#pragma once

#include "app/workers/extract/reader.h"

namespace app::extraction {

Extraction readCsv(Bytes file, const Context &context);
Extraction readDocx(Bytes file, const Context &context);
Extraction readEpub(Bytes file, const Context &context);
Extraction readHtml(Bytes file, const Context &context);
Extraction readMail(Bytes file, const Context &context);
Extraction readMailbox(Bytes file, const Context &context);
Extraction readMarkdown(Bytes file, const Context &context);
Extraction readOdp(Bytes file, const Context &context);
Extraction readOds(Bytes file, const Context &context);
Extraction readOdt(Bytes file, const Context &context);
Extraction readPdf(Bytes file, const Context &context);
Extraction readPlainText(Bytes file, const Context &context);
Extraction readPptx(Bytes file, const Context &context);
Extraction readRtf(Bytes file, const Context &context);
Extraction readSourceCode(Bytes file, const Context &context);
Extraction readXlsx(Bytes file, const Context &context);

} // namespace app::extraction
