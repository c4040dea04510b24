// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The package of DOCX, PPTX and XLSX: parts that refer to each other by relationships.
#pragma once

#include "app/workers/extract/readers/document_writer.h"
#include "app/workers/extract/readers/xml_reader.h"
#include "app/workers/extract/readers/zip_archive.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace app::extraction {

class OoxmlPackage {
public:
    struct Relation {
        std::string id;
        std::string type; ///< the last part of its URI: "slide", "footnotes"
        std::string part; ///< its name in the package; empty: outside of it
    };

    /// Context and bytes must outlive the package. `usualMain`: the main part where no relation names it
    /// ("word/document.xml").
    static Result<OoxmlPackage> open(Bytes file, const Context &context, std::string_view usualMain);

    [[nodiscard]] const std::string &mainPart() const { return m_main; }
    /// A part's XML. Malformed: there is no such part.
    [[nodiscard]] Result<std::unique_ptr<XmlReader>> xml(std::string_view part) const;
    [[nodiscard]] bool contains(std::string_view part) const { return m_archive.contains(part); }
    /// Empty where a part has none or they are broken.
    [[nodiscard]] std::vector<Relation> relations(std::string_view part) const;
    /// Title, author and language of docProps/core.xml.
    void readProperties(Document &document) const;

private:
    explicit OoxmlPackage(ZipArchive archive, const Context &context)
        : m_archive(std::move(archive))
        , m_context(&context)
    {
    }

    ZipArchive m_archive;
    const Context *m_context;
    std::string m_main;
};

/// The part of a relation with that id; empty where there is none.
std::string partOf(const std::vector<OoxmlPackage::Relation> &relations, std::string_view id);
/// The first part of a relation of that type; empty where there is none.
std::string partOfType(const std::vector<OoxmlPackage::Relation> &relations, std::string_view type);

/// A target relative to the part (or file) that names it, as a name in the archive; "" for what lies outside.
std::string resolvePart(std::string_view from, std::string_view target);

/// Whether an attribute switches something on: absent counts as `whenAbsent`.
bool isOn(std::optional<std::string_view> value, bool whenAbsent = true);

/// A whole decimal number, or `otherwise`.
int toInt(std::string_view digits, int otherwise = 0);

} // namespace app::extraction
