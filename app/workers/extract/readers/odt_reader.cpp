// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers.h"
#include "app/workers/extract/readers/odf_package.h"
#include "app/workers/extract/readers/odf_story.h"

#include <set>

namespace app::extraction {

namespace {

// Styles, and the heads and feet of pages, which stand among them: each text once, heads before the document.
std::vector<PendingBlock> readStyles(XmlReader &xml, OdfDocument &document, std::vector<PendingBlock> &feet)
{
    std::vector<PendingBlock> heads;
    std::set<std::string> seen;
    while (xml.next()) {
        if (!xml.isStart() || document.styles.take(xml))
            continue;
        if (xml.is(Ns::Office, "body"))
            break;
        if (xml.ns() != Ns::Style || (!xml.name().starts_with("header") && !xml.name().starts_with("footer")) ||
            xml.name().ends_with("-style"))
            continue;
        auto &into = xml.name().starts_with("header") ? heads : feet;
        OdfStory story(document);
        story.read(xml, [&](PendingBlock block) {
            block.kind = BlockKind::RunningHead;
            block.level = 0;
            block.header = false;
            block.text = cellText(block.text);
            if (seen.insert(block.text).second)
                into.push_back(std::move(block));
        });
    }
    return heads;
}

} // namespace

Extraction readOdt(Bytes file, const Context &context)
{
    const auto package = OdfPackage::open(file, context);
    if (!package)
        return notRead(Format::Odt, package.error());
    auto content = package->xml("content.xml");
    if (!content)
        return notRead(Format::Odt, content.error());

    DocumentWriter writer(context, Format::Odt);
    OdfDocument document(writer);
    package->readProperties(writer.document());
    writer.beginPage();
    std::vector<PendingBlock> feet;
    if (auto styles = package->xml("styles.xml"))
        for (const PendingBlock &head : readStyles(**styles, document, feet))
            writer.add(head);
    if (writer.document().language.empty())
        writer.document().language = document.styles.language();
    XmlReader &xml = **content;
    bool found = false;
    while (xml.next()) {
        if (!xml.isStart() || document.styles.take(xml))
            continue;
        if (xml.is(Ns::Office, "master-styles")) { // of a flat file: read above
            xml.skip();
        } else if (xml.is(Ns::Office, "text")) {
            found = true;
            OdfStory story(document);
            story.read(xml, [&](const PendingBlock &block) { writer.add(block); });
        }
    }
    for (const PendingBlock &foot : feet)
        writer.add(foot);
    std::optional<Fault> fault = xml.fault();
    if (!fault && !found)
        fault = Fault{State::Malformed, "the content holds no text document"};
    return writer.finish(fault);
}

} // namespace app::extraction
