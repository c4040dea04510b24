// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workers/extract/readers/document_writer.h"
#include "app/workers/extract/readers/docx_styles.h"
#include "app/workers/extract/readers/inline_text.h"

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace app::extraction {

/// What all stories of a document share: the body, notes, heads, text boxes.
struct WordDocument {
    explicit WordDocument(DocumentWriter &to)
        : writer(to)
    {
    }
    DocumentWriter &writer;
    WordStyles styles = {};
    WordNumbering numbering = {};
    std::unordered_map<std::string, std::vector<PendingBlock>> footnotes = {};
    std::unordered_map<std::string, std::vector<PendingBlock>> endnotes = {};
};

/// Reads paragraphs and tables of WordprocessingML in their order. What was deleted, hidden or is an instruction stays
/// out; notes and text boxes come once, after the paragraph or table that they belong to.
class WordStory {
public:
    using Sink = std::function<void(PendingBlock)>;

    explicit WordStory(WordDocument &document)
        : m_document(document)
        , m_line(document.writer.textLeft())
    {
    }

    /// At the Start of an element that holds blocks: reads to its End.
    void read(XmlReader &xml, const Sink &sink);

private:
    struct Paragraph {
        std::string style;
        int outline = -1;
        int listId = -1;
        int listLevel = -1;
        bool markDeleted = false;
    };
    struct Cell {
        std::vector<PendingBlock> blocks;
        int columns = 1;
    };

    void paragraph(XmlReader &xml, const Sink &sink);
    void inParagraph(XmlReader &xml);
    void paragraphProperties(XmlReader &xml);
    void runProperties(XmlReader &xml);
    void beginRun();
    void fieldMark(std::string_view kind);
    void addText(std::string_view text);
    void addSymbol(std::string_view hex);
    void refer(const std::unordered_map<std::string, std::vector<PendingBlock>> &notes, std::string_view id);
    void endParagraph(const Sink &sink);
    void table(XmlReader &xml, const Sink &sink);
    void row(XmlReader &xml, const Sink &sink, bool singleColumn, bool headedByLook);
    Cell cell(XmlReader &xml);
    [[nodiscard]] bool isShown() const;

    WordDocument &m_document;
    InlineText m_line;
    Paragraph m_paragraph;
    std::vector<PendingBlock> m_after; ///< notes and text boxes of what is being read
    std::vector<bool> m_fields;        ///< open fields: whether their result has begun
    int m_tables = 0;
    TextLook m_runLook;    ///< of the run that is being read
    TextLook m_look;       ///< of the paragraph's text so far
    bool m_looked = false; ///< it has text
    bool m_runHidden = false;
    bool m_joined = false; ///< the mark of the paragraph before was deleted: this one goes on with it
};

} // namespace app::extraction
