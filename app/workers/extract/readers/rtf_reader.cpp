// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers.h"
#include "app/workers/extract/readers/rtf_parser.h"
#include "app/workers/extract/readers/rtf_text.h"

namespace app::extraction {

Extraction readRtf(Bytes file, const Context &context)
{
    const std::string_view text(reinterpret_cast<const char *>(file.data()), file.size());
    if (!text.starts_with("{\\rtf"))
        return notRead(Format::Rtf, {State::Malformed, "the file does not begin as RTF does"});
    DocumentWriter writer(context, Format::Rtf);
    writer.beginPage();
    RtfText target(writer);
    const auto fault = parseRtf(text, context.limits, target);
    target.finish();
    return writer.finish(fault);
}

} // namespace app::extraction
