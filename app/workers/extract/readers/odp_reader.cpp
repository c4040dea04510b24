// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A page for each slide: the title, then frames from top to bottom, then the notes.
#include "app/workers/extract/readers.h"
#include "app/workers/extract/readers/odf_package.h"
#include "app/workers/extract/readers/odf_story.h"

#include <algorithm>
#include <charconv>

namespace app::extraction {

namespace {

struct Frame {
    bool title = false;
    bool notes = false;
    double top = 0;
    double left = 0;
    std::vector<PendingBlock> blocks;
};

double length(std::string_view text)
{
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

Frame readFrame(XmlReader &xml, OdfDocument &document)
{
    Frame frame;
    const std::string_view kind = xml.attributeOr(Ns::Presentation, "class", "");
    frame.title = kind == "title";
    frame.top = length(xml.attributeOr(Ns::Svg, "y", "0"));
    frame.left = length(xml.attributeOr(Ns::Svg, "x", "0"));
    OdfStory story(document);
    story.read(xml, [&](PendingBlock block) {
        if (frame.title && block.kind != BlockKind::TableRow) {
            block.kind = BlockKind::Heading;
            block.level = 1;
        }
        frame.blocks.push_back(std::move(block));
    });
    return frame;
}

void readNotes(XmlReader &xml, OdfDocument &document, std::vector<Frame> &frames)
{
    const std::size_t home = xml.depth();
    while (xml.next() && xml.depth() >= home) {
        if (!xml.isStart(Ns::Draw, "frame"))
            continue;
        const bool notes = xml.attributeOr(Ns::Presentation, "class", "") == "notes";
        Frame frame = readFrame(xml, document);
        frame.title = false;
        frame.notes = true;
        if (notes)
            frames.push_back(std::move(frame));
    }
}

void readSlide(XmlReader &xml, OdfDocument &document)
{
    DocumentWriter &writer = document.writer;
    writer.beginPage(xml.attributeOr(Ns::Draw, "name", ""));
    std::vector<Frame> frames;
    const std::size_t home = xml.depth();
    while (xml.next() && xml.depth() >= home) {
        if (!xml.isStart())
            continue;
        if (xml.is(Ns::Presentation, "notes")) {
            readNotes(xml, document, frames);
        } else if (xml.ns() == Ns::Draw && xml.name() != "g" && xml.name() != "a") {
            frames.push_back(readFrame(xml, document));
        } else if (xml.ns() == Ns::Office) { // forms and comments
            xml.skip();
        }
    }
    std::ranges::stable_sort(frames, [](const Frame &a, const Frame &b) {
        if (a.notes != b.notes)
            return b.notes;
        if (a.title != b.title)
            return a.title;
        return a.top != b.top ? a.top < b.top : a.left < b.left;
    });
    for (const Frame &frame : frames)
        for (const PendingBlock &block : frame.blocks)
            writer.add(block);
}

} // namespace

Extraction readOdp(Bytes file, const Context &context)
{
    const auto package = OdfPackage::open(file, context);
    if (!package)
        return notRead(Format::Odp, package.error());
    auto content = package->xml("content.xml");
    if (!content)
        return notRead(Format::Odp, content.error());

    DocumentWriter writer(context, Format::Odp);
    writer.document().numbered = true;
    OdfDocument document(writer);
    package->readProperties(writer.document());
    if (auto styles = package->xml("styles.xml"); styles && !package->isFlat())
        document.styles.read(**styles);
    XmlReader &xml = **content;
    bool presentation = false;
    while (xml.next() && !writer.isFull()) {
        if (!xml.isStart() || document.styles.take(xml))
            continue;
        if (xml.is(Ns::Office, "presentation")) {
            presentation = true;
        } else if (xml.is(Ns::Office, "master-styles")) {
            xml.skip();
        } else if (presentation && xml.is(Ns::Draw, "page")) {
            readSlide(xml, document);
        }
    }
    std::optional<Fault> fault = xml.fault();
    if (!fault && !presentation)
        fault = Fault{State::Malformed, "the content holds no presentation"};
    return writer.finish(fault);
}

} // namespace app::extraction
