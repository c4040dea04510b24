// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/xml_reader.h"

#include <expat.h>

#include <algorithm>
#include <array>
#include <utility>

namespace app::extraction {

namespace {

constexpr char kSeparator = '\x1F'; // between namespace and name in what expat says
constexpr int kPiece = 1 << 16;
constexpr std::uint64_t kLongestTag = 16ULL << 20U;
constexpr std::size_t kMostAttributes = 1000;

constexpr auto kNamespaces = std::to_array<std::pair<std::string_view, Ns>>({
    {"http://schemas.openxmlformats.org/wordprocessingml/2006/main", Ns::Word},
    {"http://purl.oclc.org/ooxml/wordprocessingml/main", Ns::Word},
    {"http://schemas.openxmlformats.org/spreadsheetml/2006/main", Ns::Sheet},
    {"http://purl.oclc.org/ooxml/spreadsheetml/main", Ns::Sheet},
    {"http://schemas.openxmlformats.org/presentationml/2006/main", Ns::Slides},
    {"http://purl.oclc.org/ooxml/presentationml/main", Ns::Slides},
    {"http://schemas.openxmlformats.org/drawingml/2006/main", Ns::Drawing},
    {"http://purl.oclc.org/ooxml/drawingml/main", Ns::Drawing},
    {"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing", Ns::WordDrawing},
    {"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing", Ns::WordDrawing},
    {"http://schemas.openxmlformats.org/drawingml/2006/chart", Ns::Chart},
    {"http://purl.oclc.org/ooxml/drawingml/chart", Ns::Chart},
    {"http://schemas.openxmlformats.org/officeDocument/2006/relationships", Ns::Relation},
    {"http://purl.oclc.org/ooxml/officeDocument/relationships", Ns::Relation},
    {"http://schemas.openxmlformats.org/officeDocument/2006/math", Ns::Math},
    {"http://purl.oclc.org/ooxml/officeDocument/math", Ns::Math},
    {"http://schemas.openxmlformats.org/package/2006/relationships", Ns::PackageRelation},
    {"http://schemas.openxmlformats.org/package/2006/content-types", Ns::ContentTypes},
    {"http://schemas.openxmlformats.org/package/2006/metadata/core-properties", Ns::CoreProperties},
    {"http://schemas.openxmlformats.org/markup-compatibility/2006", Ns::Compatibility},
    {"urn:schemas-microsoft-com:vml", Ns::Vml},
    {"http://purl.org/dc/elements/1.1/", Ns::DublinCore},
    {"urn:oasis:names:tc:opendocument:xmlns:office:1.0", Ns::Office},
    {"urn:oasis:names:tc:opendocument:xmlns:text:1.0", Ns::Text},
    {"urn:oasis:names:tc:opendocument:xmlns:table:1.0", Ns::Table},
    {"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0", Ns::Draw},
    {"urn:oasis:names:tc:opendocument:xmlns:style:1.0", Ns::Style},
    {"urn:oasis:names:tc:opendocument:xmlns:presentation:1.0", Ns::Presentation},
    {"urn:oasis:names:tc:opendocument:xmlns:meta:1.0", Ns::Meta},
    {"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0", Ns::Manifest},
    {"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0", Ns::Svg},
    {"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0", Ns::FormatObjects},
    {"urn:oasis:names:tc:opendocument:xmlns:container", Ns::Container},
    {"http://www.idpf.org/2007/opf", Ns::Package},
    {"http://www.daisy.org/z3986/2005/ncx/", Ns::Navigation},
    {"http://www.w3.org/2001/04/xmlenc#", Ns::Encryption},
    {"http://www.w3.org/XML/1998/namespace", Ns::Xml},
});

// What w:, a: and others require that a reader of text knows enough of.
bool knowsAll(std::string_view prefixes)
{
    constexpr auto kKnown = std::to_array<std::string_view>(
        {"wps",    "wpg", "wpc", "wpi", "wp14", "w14",  "w15", "w16",   "w16se", "w16cid",
         "w16cex", "a14", "a16", "p14", "p15",  "p16",  "x14", "x14ac", "x15",   "x16",
         "xr",     "v2",  "c14", "c16", "am3d", "aink", "cx",  "cx1",   "dsp",   "m"});
    while (!prefixes.empty()) {
        const std::size_t end = std::min(prefixes.find(' '), prefixes.size());
        const std::string_view one = prefixes.substr(0, end);
        if (!one.empty() && std::ranges::find(kKnown, one) == kKnown.end())
            return false;
        prefixes.remove_prefix(std::min(end + 1, prefixes.size()));
    }
    return true;
}

std::pair<Ns, std::string_view> named(const char *whole)
{
    const std::string_view name(whole);
    const std::size_t split = name.rfind(kSeparator);
    if (split == std::string_view::npos)
        return {Ns::None, name};
    const auto known = std::ranges::find(kNamespaces, name.substr(0, split), &std::pair<std::string_view, Ns>::first);
    return {known == kNamespaces.end() ? Ns::Other : known->second, name.substr(split + 1)};
}

} // namespace

// Called by expat, which is C: what is thrown waits until it has returned.
struct XmlReader::Handlers {
    template <class Function>
    static void guarded(void *data, Function function)
    {
        auto *reader = static_cast<XmlReader *>(data);
        if (reader->m_fault || reader->m_thrown)
            return;
        try {
            function(*reader);
        } catch (...) {
            reader->m_thrown = std::current_exception();
            XML_StopParser(reader->m_parser.get(), XML_FALSE);
        }
    }
    static void start(void *data, const char *name, const char **attributes)
    {
        guarded(data, [&](XmlReader &reader) { reader.open(name, attributes); });
    }
    static void end(void *data, const char *name)
    {
        guarded(data, [&](XmlReader &reader) { reader.close(name); });
    }
    static void text(void *data, const char *text, int size)
    {
        guarded(data, [&](XmlReader &reader) { reader.characters({text, static_cast<std::size_t>(size)}); });
    }
    static void doctype(void *data, const char *, const char *, const char *, int)
    {
        guarded(data, [&](XmlReader &reader) {
            if (!reader.m_doctypeAllowed)
                reader.stop({State::Malformed, "a document type declaration, which the format forbids"});
        });
    }
    static void entity(void *data, const char *, int, const char *, int, const char *, const char *, const char *,
                       const char *)
    {
        guarded(data, [&](XmlReader &reader) {
            reader.stop({State::Malformed, "an entity is declared, which the format forbids"});
        });
    }
};

void XmlReader::Freer::operator()(XML_ParserStruct *parser) const
{
    XML_ParserFree(parser);
}

XmlReader::XmlReader(std::unique_ptr<ByteSource> source, const Limits &limits, Doctype doctype)
    : m_source(std::move(source))
    , m_parser(XML_ParserCreateNS(nullptr, kSeparator))
    , m_limits(limits)
    , m_doctypeAllowed(doctype == Doctype::Allowed)
{
    if (m_parser == nullptr)
        throw std::bad_alloc();
    XML_SetUserData(m_parser.get(), this);
    XML_SetElementHandler(m_parser.get(), Handlers::start, Handlers::end);
    XML_SetCharacterDataHandler(m_parser.get(), Handlers::text);
    XML_SetStartDoctypeDeclHandler(m_parser.get(), Handlers::doctype);
    XML_SetEntityDeclHandler(m_parser.get(), Handlers::entity);
}

XmlReader::~XmlReader() = default;

void XmlReader::stop(Fault fault)
{
    m_fault = std::move(fault);
    XML_StopParser(m_parser.get(), XML_FALSE);
}

XmlReader::Span XmlReader::keep(std::string_view text)
{
    const Span span{.begin = m_arena.size(), .size = text.size()};
    m_arena += text;
    return span;
}

void XmlReader::open(const char *name, const char **attributes)
{
    if (++m_open > m_limits.markupDepth) {
        stop({State::TooLarge, "elements are nested deeper than " + std::to_string(m_limits.markupDepth)});
        return;
    }
    if (m_leftOut != 0)
        return;
    const auto [ns, local] = named(name);
    if (ns == Ns::Compatibility) {
        if (local == "AlternateContent") {
            m_alternatives.push_back({.depth = m_open});
            return;
        }
        if (!m_alternatives.empty() && m_alternatives.back().depth + 1 == m_open) {
            std::string_view required;
            for (const char **pair = attributes; *pair != nullptr; pair += 2)
                if (std::string_view(pair[0]) == "Requires")
                    required = pair[1];
            Alternative &alternative = m_alternatives.back();
            if (!alternative.taken && (local == "Fallback" || knowsAll(required))) {
                alternative.taken = true;
            } else {
                m_leftOut = m_open;
            }
            return;
        }
    }

    Item item{.event = Event::Start, .ns = ns, .name = keep(local), .attributes = m_attributes.size()};
    for (const char **pair = attributes; *pair != nullptr; pair += 2) {
        if (++item.attributeCount > kMostAttributes) {
            stop({State::TooLarge, "an element has more than " + std::to_string(kMostAttributes) + " attributes"});
            return;
        }
        const auto [attributeNs, attributeName] = named(pair[0]);
        m_attributes.push_back({.ns = attributeNs, .name = keep(attributeName), .value = keep(pair[1])});
    }
    m_items.push_back(item);
}

void XmlReader::close(const char *name)
{
    const std::size_t depth = m_open--;
    if (m_leftOut != 0) {
        if (m_leftOut == depth)
            m_leftOut = 0;
        return;
    }
    if (!m_alternatives.empty()) {
        if (m_alternatives.back().depth == depth) {
            m_alternatives.pop_back();
            return;
        }
        if (m_alternatives.back().depth + 1 == depth && named(name).first == Ns::Compatibility)
            return;
    }
    const auto [ns, local] = named(name);
    m_items.push_back({.event = Event::End, .ns = ns, .name = keep(local)});
}

void XmlReader::characters(std::string_view text)
{
    if (m_leftOut != 0)
        return;
    if (!m_items.empty() && m_items.back().event == Event::Text) {
        m_arena += text;
        m_items.back().name.size += text.size();
    } else {
        m_items.push_back({.event = Event::Text, .name = keep(text)});
    }
}

void XmlReader::refill()
{
    m_items.clear();
    m_attributes.clear();
    m_arena.clear();
    m_next = 0;
    void *buffer = XML_GetBuffer(m_parser.get(), kPiece);
    if (buffer == nullptr)
        throw std::bad_alloc();
    const auto count = m_source->read({static_cast<char *>(buffer), kPiece});
    if (!count) {
        m_fault = count.error();
        m_done = true;
        return;
    }
    m_fed += *count;
    const XML_Status status = XML_ParseBuffer(m_parser.get(), static_cast<int>(*count), *count == 0 ? 1 : 0);
    if (m_thrown)
        std::rethrow_exception(std::exchange(m_thrown, nullptr));
    m_done = *count == 0 || status == XML_STATUS_ERROR;
    if (m_fault || status != XML_STATUS_ERROR) {
        const auto parsed = static_cast<std::uint64_t>(std::max<XML_Index>(XML_GetCurrentByteIndex(m_parser.get()), 0));
        if (!m_fault && !m_done && m_fed - std::min(parsed, m_fed) > kLongestTag) {
            m_fault = Fault{State::TooLarge, "a tag is longer than " + std::to_string(kLongestTag) + " bytes"};
            m_done = true;
        }
        return;
    }
    const XML_Error error = XML_GetErrorCode(m_parser.get());
    if (error == XML_ERROR_NO_MEMORY)
        throw std::bad_alloc();
    if (error == XML_ERROR_AMPLIFICATION_LIMIT_BREACH) {
        m_fault = Fault{State::TooLarge, "entities grow beyond the limit"};
    } else {
        m_fault = Fault{State::Malformed, "XML breaks off in line " +
                                              std::to_string(XML_GetCurrentLineNumber(m_parser.get())) + ": " +
                                              XML_ErrorString(error)};
    }
}

bool XmlReader::next()
{
    if (m_event != Event::Finished || m_next > 0)
        ++m_next;
    while (m_next >= m_items.size()) {
        if (m_done) {
            m_next = m_items.size();
            m_event = Event::Finished;
            return false;
        }
        refill();
    }
    m_event = m_items[m_next].event;
    if (m_event == Event::Start) {
        ++m_depth;
    } else if (m_event == Event::End) {
        --m_depth;
    }
    return true;
}

bool XmlReader::is(Ns ns, std::string_view name) const
{
    return this->ns() == ns && this->name() == name;
}

Ns XmlReader::ns() const
{
    return m_event == Event::Finished || m_event == Event::Text ? Ns::None : m_items[m_next].ns;
}

std::string_view XmlReader::name() const
{
    return m_event == Event::Finished || m_event == Event::Text ? std::string_view() : at(m_items[m_next].name);
}

std::string_view XmlReader::text() const
{
    return m_event == Event::Text ? at(m_items[m_next].name) : std::string_view();
}

std::optional<std::string_view> XmlReader::attribute(Ns ns, std::string_view name) const
{
    if (m_event != Event::Start)
        return std::nullopt;
    const Item &item = m_items[m_next];
    for (std::size_t i = item.attributes; i < item.attributes + item.attributeCount; ++i)
        if (m_attributes[i].ns == ns && at(m_attributes[i].name) == name)
            return at(m_attributes[i].value);
    return std::nullopt;
}

void XmlReader::skip()
{
    const std::size_t home = m_depth;
    while (next() && m_depth >= home) {
    }
}

std::string XmlReader::textInside(std::size_t most)
{
    std::string inside;
    const std::size_t home = m_depth;
    while (next() && m_depth >= home)
        if (isText())
            inside += text().substr(0, most - std::min(most, inside.size()));
    return inside;
}

} // namespace app::extraction
