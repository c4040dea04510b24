// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/odf_package.h"

namespace app::extraction {

Result<OdfPackage> OdfPackage::open(Bytes file, const Context &context)
{
    OdfPackage package(file, context);
    const std::string_view begin(reinterpret_cast<const char *>(file.data()), std::min<std::size_t>(file.size(), 8));
    if (begin.starts_with('<') || begin.starts_with("\xEF\xBB\xBF<"))
        return package;
    auto archive = ZipArchive::open(file, context);
    if (!archive)
        return std::unexpected(archive.error());
    package.m_archive.emplace(std::move(*archive));
    if (package.isEncrypted())
        return std::unexpected(Fault{State::Encrypted, "the parts of the document are encrypted"});
    return package;
}

bool OdfPackage::isEncrypted() const
{
    auto reader = xml("META-INF/manifest.xml");
    if (!reader)
        return false;
    XmlReader &xml = **reader;
    while (xml.next())
        if (xml.isStart(Ns::Manifest, "encryption-data"))
            return true;
    return m_archive->contains("encrypted-package");
}

Result<std::unique_ptr<XmlReader>> OdfPackage::xml(std::string_view part) const
{
    if (!m_archive)
        return std::make_unique<XmlReader>(std::make_unique<MemorySource>(m_file), m_context->limits);
    auto source = m_archive->stream(part);
    if (!source)
        return std::unexpected(source.error());
    // Old writers name the DTD of the manifest; nothing else has one.
    const auto doctype = part == "META-INF/manifest.xml" ? XmlReader::Doctype::Allowed : XmlReader::Doctype::Refused;
    return std::make_unique<XmlReader>(std::move(*source), m_context->limits, doctype);
}

void OdfPackage::readProperties(Document &document) const
{
    auto reader = xml("meta.xml");
    if (!reader)
        return;
    XmlReader &xml = **reader;
    constexpr std::size_t kLongest = 4096;
    std::string firstAuthor;
    while (xml.next()) {
        if (xml.isStart(Ns::DublinCore, "title")) {
            document.title = xml.textInside(kLongest);
        } else if (xml.isStart(Ns::DublinCore, "creator")) {
            document.author = xml.textInside(kLongest);
        } else if (xml.isStart(Ns::Meta, "initial-creator")) {
            firstAuthor = xml.textInside(kLongest);
        } else if (xml.isStart(Ns::DublinCore, "language")) {
            document.language = xml.textInside(kLongest);
        } else if (xml.isStart(Ns::Office, "body")) {
            break;
        }
    }
    if (!firstAuthor.empty())
        document.author = firstAuthor;
}

} // namespace app::extraction
