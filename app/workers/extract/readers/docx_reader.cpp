// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers.h"
#include "app/workers/extract/readers/docx_story.h"
#include "app/workers/extract/readers/ooxml_package.h"

#include <optional>
#include <set>

namespace app::extraction {

namespace {

// The part of a relation of that type, if the package has it.
std::unique_ptr<XmlReader> openPart(const OoxmlPackage &package, const std::vector<OoxmlPackage::Relation> &relations,
                                    std::string_view type)
{
    const std::string part = partOfType(relations, type);
    if (part.empty() || !package.contains(part))
        return nullptr;
    auto xml = package.xml(part);
    return xml ? std::move(*xml) : nullptr;
}

void readNotes(XmlReader &xml, std::string_view element, WordDocument &document,
               std::unordered_map<std::string, std::vector<PendingBlock>> &notes)
{
    while (xml.next()) {
        if (!xml.isStart(Ns::Word, element))
            continue;
        const std::string_view type = xml.attributeOr(Ns::Word, "type", "normal");
        if (type != "normal") { // lines between text and notes
            xml.skip();
            continue;
        }
        auto &blocks = notes[std::string(xml.attributeOr(Ns::Word, "id", ""))];
        WordStory story(document);
        story.read(xml, [&](PendingBlock block) { blocks.push_back(std::move(block)); });
    }
    if (xml.fault())
        document.writer.missed(*xml.fault());
}

// Heads and feet of pages come once, not with every section that has the same.
void writeRunning(const OoxmlPackage &package, const std::vector<OoxmlPackage::Relation> &relations,
                  std::string_view type, WordDocument &document)
{
    std::set<std::string> seen;
    for (const OoxmlPackage::Relation &relation : relations) {
        if (relation.type != type || relation.part.empty())
            continue;
        auto xml = package.xml(relation.part);
        if (!xml || !(*xml)->next())
            continue;
        WordStory story(document);
        story.read(**xml, [&](const PendingBlock &block) {
            if (seen.insert(block.text).second)
                document.writer.add(BlockKind::RunningHead, cellText(block.text));
        });
    }
}

} // namespace

Extraction readDocx(Bytes file, const Context &context)
{
    const auto package = OoxmlPackage::open(file, context, "word/document.xml");
    if (!package)
        return notRead(Format::Docx, package.error());
    auto body = package->xml(package->mainPart());
    if (!body)
        return notRead(Format::Docx, body.error());

    DocumentWriter writer(context, Format::Docx);
    WordDocument document(writer);
    package->readProperties(writer.document());
    const auto relations = package->relations(package->mainPart());
    if (const auto xml = openPart(*package, relations, "styles"))
        document.styles.read(*xml);
    if (const auto xml = openPart(*package, relations, "numbering"))
        document.numbering.read(*xml);
    if (const auto xml = openPart(*package, relations, "footnotes"))
        readNotes(*xml, "footnote", document, document.footnotes);
    if (const auto xml = openPart(*package, relations, "endnotes"))
        readNotes(*xml, "endnote", document, document.endnotes);
    if (writer.document().language.empty())
        writer.document().language = document.styles.language();

    writer.beginPage();
    writeRunning(*package, relations, "header", document);
    XmlReader &xml = **body;
    bool found = false;
    LookedHeadings looked;
    while (xml.next()) {
        if (!xml.isStart(Ns::Word, "body"))
            continue;
        found = true;
        WordStory story(document);
        story.read(xml, [&](const PendingBlock &block) {
            const std::size_t before = writer.blockCount();
            writer.add(block);
            if (block.kind == BlockKind::Paragraph && writer.blockCount() > before)
                looked.add(before, block.look);
        });
    }
    writeRunning(*package, relations, "footer", document);
    std::optional<Fault> fault = xml.fault();
    if (!fault && !found)
        fault = Fault{State::Malformed, "the main part holds no document"};
    Extraction read = writer.finish(fault);
    if (!read.document.pages.empty())
        looked.apply(read.document.pages.front());
    return read;
}

} // namespace app::extraction
