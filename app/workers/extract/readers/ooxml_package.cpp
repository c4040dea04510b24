// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/ooxml_package.h"

#include <algorithm>
#include <charconv>

namespace app::extraction {

namespace {

constexpr std::size_t kMostRelations = 100'000;

std::string percentDecoded(std::string_view text)
{
    const auto digit = [](char letter) {
        return letter >= '0' && letter <= '9'   ? letter - '0'
               : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10
               : letter >= 'A' && letter <= 'F' ? letter - 'A' + 10
                                                : -1;
    };
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
            plain += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
            i += 2;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

} // namespace

std::string resolvePart(std::string_view from, std::string_view target)
{
    target = target.substr(0, target.find('#'));
    if (target.empty() || target.contains("://"))
        return {};
    std::string joined;
    if (!target.starts_with('/') && from.contains('/'))
        joined = std::string(from.substr(0, from.rfind('/') + 1));
    joined += percentDecoded(target);

    std::vector<std::string_view> steps;
    std::string_view rest = joined;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('/'), rest.size());
        const std::string_view step = rest.substr(0, end);
        if (step == ".." && !steps.empty()) {
            steps.pop_back();
        } else if (!step.empty() && step != "." && step != "..") {
            steps.push_back(step);
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    std::string name;
    for (const std::string_view step : steps) {
        if (!name.empty())
            name += '/';
        name += step;
    }
    return name;
}

std::string partOf(const std::vector<OoxmlPackage::Relation> &relations, std::string_view id)
{
    const auto found = std::ranges::find(relations, id, &OoxmlPackage::Relation::id);
    return found == relations.end() ? std::string() : found->part;
}

std::string partOfType(const std::vector<OoxmlPackage::Relation> &relations, std::string_view type)
{
    const auto found = std::ranges::find(relations, type, &OoxmlPackage::Relation::type);
    return found == relations.end() ? std::string() : found->part;
}

bool isOn(std::optional<std::string_view> value, bool whenAbsent)
{
    if (!value)
        return whenAbsent;
    return *value == "1" || *value == "true" || *value == "on" || *value == "t";
}

int toInt(std::string_view digits, int otherwise)
{
    int value = otherwise;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

Result<OoxmlPackage> OoxmlPackage::open(Bytes file, const Context &context, std::string_view usualMain)
{
    auto archive = ZipArchive::open(file, context);
    if (!archive)
        return std::unexpected(archive.error());
    OoxmlPackage package(std::move(*archive), context);
    package.m_main = partOfType(package.relations(""), "officeDocument");
    if (!package.contains(package.m_main))
        package.m_main = usualMain;
    if (!package.contains(package.m_main))
        return malformed("the package has no main part");
    return package;
}

Result<std::unique_ptr<XmlReader>> OoxmlPackage::xml(std::string_view part) const
{
    auto source = m_archive.stream(part);
    if (!source)
        return std::unexpected(source.error());
    return std::make_unique<XmlReader>(std::move(*source), m_context->limits);
}

std::vector<OoxmlPackage::Relation> OoxmlPackage::relations(std::string_view part) const
{
    const std::size_t slash = part.rfind('/');
    const std::string folder(slash == std::string_view::npos ? std::string_view() : part.substr(0, slash + 1));
    const std::string_view file = slash == std::string_view::npos ? part : part.substr(slash + 1);
    std::vector<Relation> relations;
    auto reader = xml(folder + "_rels/" + std::string(file) + ".rels");
    if (!reader)
        return relations;
    XmlReader &xml = **reader;
    while (xml.next() && relations.size() < kMostRelations) {
        if (!xml.isStart(Ns::PackageRelation, "Relationship"))
            continue;
        const std::string_view type = xml.attributeOr(Ns::None, "Type", "");
        Relation relation{.id = std::string(xml.attributeOr(Ns::None, "Id", "")),
                          .type = std::string(type.substr(type.rfind('/') + 1)),
                          .part = {}};
        if (xml.attributeOr(Ns::None, "TargetMode", "Internal") != "External")
            relation.part = resolvePart(part, xml.attributeOr(Ns::None, "Target", ""));
        relations.push_back(std::move(relation));
    }
    return relations;
}

void OoxmlPackage::readProperties(Document &document) const
{
    const std::string part = partOfType(relations(""), "core-properties");
    auto reader = xml(part.empty() ? "docProps/core.xml" : part);
    if (!reader)
        return;
    XmlReader &xml = **reader;
    constexpr std::size_t kLongest = 4096;
    while (xml.next()) {
        if (xml.isStart(Ns::DublinCore, "title")) {
            document.title = xml.textInside(kLongest);
        } else if (xml.isStart(Ns::DublinCore, "creator")) {
            document.author = xml.textInside(kLongest);
        } else if (xml.isStart(Ns::DublinCore, "language")) {
            document.language = xml.textInside(kLongest);
        }
    }
}

} // namespace app::extraction
