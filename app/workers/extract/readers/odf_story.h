// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workers/extract/readers/document_writer.h"
#include "app/workers/extract/readers/inline_text.h"
#include "app/workers/extract/readers/odf_styles.h"

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace app::extraction {

/// What all stories of a document share.
struct OdfDocument {
    explicit OdfDocument(DocumentWriter &to)
        : writer(to)
    {
    }
    DocumentWriter &writer;
    OdfStyles styles = {};
    OdfCounters outline = {};
    std::unordered_map<std::string, OdfCounters> lists = {};
};

/// Reads text content of OpenDocument in its order. Deleted and hidden text and comments stay out; notes and frames
/// come after the paragraph that they belong to; an index becomes running heads.
class OdfStory {
public:
    using Sink = std::function<void(PendingBlock)>;

    explicit OdfStory(OdfDocument &document)
        : m_document(document)
        , m_line(document.writer.textLeft())
    {
    }

    /// At the Start of an element that holds text content: reads to its End.
    void read(XmlReader &xml, const Sink &sink);
    /// At the Start of an element that stands in text content: reads it to its End, or leaves what it holds to come.
    void readElement(XmlReader &xml, const Sink &sink);

private:
    void paragraph(XmlReader &xml, const Sink &sink);
    void inlineElement(XmlReader &xml);
    void skipHidden(XmlReader &xml);
    void list(XmlReader &xml, const Sink &sink);
    void table(XmlReader &xml, const Sink &sink);
    void row(XmlReader &xml, const Sink &sink, bool header);
    void endTable(const Sink &sink);

    OdfDocument &m_document;
    InlineText m_line;
    std::vector<PendingBlock> m_after;
    std::string m_listStyle;
    std::string m_marker; ///< of the item that has begun and has no text yet
    std::size_t m_listDepth = 0;
    int m_tables = 0;
    int m_indexes = 0;
};

} // namespace app::extraction
