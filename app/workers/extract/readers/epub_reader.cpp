// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A page for each chapter in the order of reading, labelled as the table of contents calls it.
#include "app/workers/extract/readers.h"
#include "app/workers/extract/readers/charset.h"
#include "app/workers/extract/readers/html_flow.h"
#include "app/workers/extract/readers/inline_text.h"
#include "app/workers/extract/readers/ooxml_package.h"
#include "app/workers/extract/readers/xml_reader.h"
#include "app/workers/extract/readers/zip_archive.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace app::extraction {

namespace {

constexpr std::size_t kLargestChapter = std::size_t{64} << 20U;
constexpr std::size_t kLongestText = 4096;

struct Item {
    std::string path;
    std::string mediaType;
    std::string properties;
};

struct Book {
    std::unordered_map<std::string, Item> items;
    std::vector<std::string> spine; ///< ids; those out of line last
    std::string contents;           ///< id of the NCX
};

std::unique_ptr<XmlReader> openXml(const ZipArchive &archive, std::string_view part, const Limits &limits)
{
    auto source = archive.stream(part);
    return source ? std::make_unique<XmlReader>(std::move(*source), limits, XmlReader::Doctype::Allowed) : nullptr;
}

std::string packagePath(const ZipArchive &archive, const Limits &limits)
{
    if (const auto xml = openXml(archive, "META-INF/container.xml", limits)) {
        while (xml->next()) {
            if (xml->isStart(Ns::Container, "rootfile")) {
                std::string path(xml->attributeOr(Ns::None, "full-path", ""));
                if (archive.contains(path))
                    return path;
            }
        }
    }
    const auto found =
        std::ranges::find_if(archive.names(), [](std::string_view name) { return name.ends_with(".opf"); });
    return found == archive.names().end() ? std::string() : *found;
}

// Fonts may be scrambled; anything else that is encrypted is under rights management.
bool isProtected(const ZipArchive &archive, const Limits &limits)
{
    if (archive.contains("META-INF/license.lcpl") || archive.contains("META-INF/sinf.xml"))
        return true;
    const auto xml = openXml(archive, "META-INF/encryption.xml", limits);
    while (xml && xml->next()) {
        if (!xml->isStart(Ns::Encryption, "EncryptionMethod"))
            continue;
        const std::string_view algorithm = xml->attributeOr(Ns::None, "Algorithm", "");
        if (algorithm != "http://www.idpf.org/2008/embedding" && algorithm != "http://ns.adobe.com/pdf/enc#RC")
            return true;
    }
    return false;
}

Book readPackage(XmlReader &xml, std::string_view path, Document &document)
{
    Book book;
    std::vector<std::string> apart;
    while (xml.next()) {
        if (!xml.isStart())
            continue;
        if (xml.is(Ns::DublinCore, "title")) {
            const std::string title = xml.textInside(kLongestText);
            document.title = document.title.empty() ? title : document.title;
        } else if (xml.is(Ns::DublinCore, "creator")) {
            document.author += (document.author.empty() ? "" : ", ") + xml.textInside(kLongestText);
        } else if (xml.is(Ns::DublinCore, "language")) {
            document.language = document.language.empty() ? xml.textInside(kLongestText) : document.language;
        } else if (xml.is(Ns::Package, "item")) {
            book.items[std::string(xml.attributeOr(Ns::None, "id", ""))] = {
                .path = resolvePart(path, xml.attributeOr(Ns::None, "href", "")),
                .mediaType = std::string(xml.attributeOr(Ns::None, "media-type", "")),
                .properties = std::string(xml.attributeOr(Ns::None, "properties", ""))};
        } else if (xml.is(Ns::Package, "spine")) {
            book.contents = xml.attributeOr(Ns::None, "toc", "");
        } else if (xml.is(Ns::Package, "itemref")) {
            auto &line = xml.attributeOr(Ns::None, "linear", "yes") == "no" ? apart : book.spine;
            line.emplace_back(xml.attributeOr(Ns::None, "idref", ""));
        }
    }
    book.spine.insert(book.spine.end(), apart.begin(), apart.end());
    return book;
}

using Labels = std::unordered_map<std::string, std::string>; // the first title of each file

void readNcx(XmlReader &xml, std::string_view path, Labels &labels)
{
    std::string title;
    while (xml.next()) {
        if (xml.isStart(Ns::Navigation, "navLabel")) {
            title = cellText(xml.textInside(kLongestText));
        } else if (xml.isStart(Ns::Navigation, "content")) {
            labels.try_emplace(resolvePart(path, xml.attributeOr(Ns::None, "src", "")), title);
        }
    }
}

void readNavigation(XmlReader &xml, std::string_view path, Labels &labels)
{
    std::size_t inContents = 0;
    while (xml.next()) {
        if (xml.isStart() && xml.name() == "nav") {
            const std::string_view kind = xml.attributeOr(Ns::Other, "type", "toc");
            inContents = kind.contains("toc") ? xml.depth() : 0;
        } else if (inContents > 0 && xml.isStart() && xml.name() == "a") {
            const std::string target = resolvePart(path, xml.attributeOr(Ns::None, "href", ""));
            labels.try_emplace(target, cellText(xml.textInside(kLongestText)));
        } else if (inContents > 0 && xml.depth() < inContents) {
            inContents = 0;
        }
    }
}

Labels readLabels(const ZipArchive &archive, const Book &book, const Limits &limits)
{
    Labels labels;
    for (const auto &[id, item] : book.items)
        if (item.properties.contains("nav"))
            if (const auto xml = openXml(archive, item.path, limits))
                readNavigation(*xml, item.path, labels);
    if (const auto contents = book.items.find(book.contents); contents != book.items.end())
        if (const auto xml = openXml(archive, contents->second.path, limits))
            readNcx(*xml, contents->second.path, labels);
    return labels;
}

std::optional<Fault> writeChapter(const ZipArchive &archive, const Item &item, DocumentWriter &writer)
{
    if (item.mediaType.starts_with("image/")) {
        writer.sawPicture();
        return std::nullopt;
    }
    const auto bytes = archive.read(item.path, kLargestChapter);
    if (!bytes)
        return bytes.error();
    const Bytes view = std::as_bytes(std::span(*bytes));
    const DecodedText decoded = decodeText(view, declaredCharset(view));
    return writeHtml(asHtml(decoded.text), writer);
}

} // namespace

Extraction readEpub(Bytes file, const Context &context)
{
    const auto archive = ZipArchive::open(file, context);
    if (!archive)
        return notRead(Format::Epub, archive.error());
    if (isProtected(*archive, context.limits))
        return notRead(Format::Epub, {State::Encrypted, "the book is under rights management"});
    const std::string path = packagePath(*archive, context.limits);
    const auto xml = path.empty() ? nullptr : openXml(*archive, path, context.limits);
    if (!xml)
        return notRead(Format::Epub, {State::Malformed, "the book has no package document"});

    DocumentWriter writer(context, Format::Epub);
    const Book book = readPackage(*xml, path, writer.document());
    const Labels labels = readLabels(*archive, book, context.limits);
    // A chapter that is named again is not there again: a small book could be endless.
    std::unordered_set<std::string_view> written;
    for (const std::string &id : book.spine) {
        if (writer.isFull())
            break;
        const auto item = book.items.find(id);
        if (item == book.items.end() || !written.insert(item->second.path).second)
            continue;
        const auto label = labels.find(item->second.path);
        writer.beginPage(label == labels.end() ? std::string_view() : label->second);
        if (const auto fault = writeChapter(*archive, item->second, writer)) {
            writer.note(NoticeKind::UnreadablePage);
            writer.missed(*fault);
        }
    }
    std::optional<Fault> fault = xml->fault();
    if (!fault && book.spine.empty())
        fault = Fault{State::Malformed, "the book has no chapters"};
    return writer.finish(fault);
}

} // namespace app::extraction
