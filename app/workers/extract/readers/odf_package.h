// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workers/extract/readers/document_writer.h"
#include "app/workers/extract/readers/xml_reader.h"
#include "app/workers/extract/readers/zip_archive.h"

#include <memory>
#include <optional>
#include <string_view>

namespace app::extraction {

/// A document of OpenDocument: a package, or all of it in one XML file.
class OdfPackage {
public:
    /// Encrypted: its parts are. Context and bytes must outlive the package.
    static Result<OdfPackage> open(Bytes file, const Context &context);

    /// "content.xml", "styles.xml", "meta.xml"; where all is one file, that file.
    [[nodiscard]] Result<std::unique_ptr<XmlReader>> xml(std::string_view part) const;
    [[nodiscard]] bool isFlat() const { return !m_archive; }
    void readProperties(Document &document) const;

private:
    OdfPackage(Bytes file, const Context &context)
        : m_file(file)
        , m_context(&context)
    {
    }
    [[nodiscard]] bool isEncrypted() const;

    Bytes m_file;
    const Context *m_context;
    std::optional<ZipArchive> m_archive;
};

} // namespace app::extraction
