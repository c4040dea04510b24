// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// XML as a stream of events that is asked for the next one. Elements are named by what their namespace means, so that
// the transitional and the strict form of a format read alike.
#pragma once

#include "app/workers/extract/readers/byte_source.h"

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct XML_ParserStruct;

namespace app::extraction {

enum class Ns : std::uint8_t {
    None,  ///< an attribute without a prefix, an element outside all namespaces
    Other, ///< one that no reader knows
    Xml,
    Word,
    Drawing,
    Slides,
    Sheet,
    Relation,        ///< r:id and the like
    PackageRelation, ///< _rels/*.rels
    ContentTypes,
    Compatibility, ///< mc:
    Math,
    Vml,
    Chart,
    WordDrawing,
    CoreProperties,
    DublinCore,
    Office,
    Text,
    Table,
    Draw,
    Style,
    Presentation,
    Meta,
    Manifest,
    Svg,
    FormatObjects,
    Container,
    Package,    ///< OPF of an e-book
    Navigation, ///< NCX of an e-book
    Encryption,
};

/// Budgets: depth (Limits::markupDepth), attributes of an element, bytes of one tag; expat limits what entities may
/// become. Nothing is ever fetched.
class XmlReader {
public:
    enum class Event : std::uint8_t { Start, End, Text, Finished };
    enum class Doctype : std::uint8_t {
        Refused,
        Allowed, ///< a name of a DTD alone: declaring an entity is refused all the same
    };

    XmlReader(std::unique_ptr<ByteSource> source, const Limits &limits, Doctype doctype = Doctype::Refused);
    XmlReader(const XmlReader &) = delete;
    XmlReader &operator=(const XmlReader &) = delete;
    ~XmlReader();

    /// Goes to the next event; false: there is none, see fault(). Of mc:AlternateContent one branch alone comes,
    /// without the elements that hold the branches.
    bool next();

    [[nodiscard]] Event event() const { return m_event; }
    /// Open elements: at a Start with the element, at its End without.
    [[nodiscard]] std::size_t depth() const { return m_depth; }
    [[nodiscard]] bool isStart() const { return m_event == Event::Start; }
    [[nodiscard]] bool isStart(Ns ns, std::string_view name) const { return isStart() && is(ns, name); }
    [[nodiscard]] bool isText() const { return m_event == Event::Text; }
    /// Of an element's Start or End.
    [[nodiscard]] bool is(Ns ns, std::string_view name) const;
    [[nodiscard]] Ns ns() const;
    [[nodiscard]] std::string_view name() const; ///< local; valid until next()
    [[nodiscard]] std::string_view text() const; ///< of a Text; an element's text may come in several
    /// Of a Start; valid until next().
    [[nodiscard]] std::optional<std::string_view> attribute(Ns ns, std::string_view name) const;
    [[nodiscard]] std::string_view attributeOr(Ns ns, std::string_view name, std::string_view otherwise) const
    {
        return attribute(ns, name).value_or(otherwise);
    }

    /// At a Start: goes on to its End.
    void skip();
    /// At a Start: goes on to its End; all text inside, at most `most` bytes.
    std::string textInside(std::size_t most = std::size_t{1} << 20U);

    /// Why the events ended before the document did.
    [[nodiscard]] const std::optional<Fault> &fault() const { return m_fault; }

private:
    struct Span {
        std::size_t begin = 0;
        std::size_t size = 0;
    };
    struct Attribute {
        Ns ns = Ns::None;
        Span name;
        Span value;
    };
    struct Item {
        Event event = Event::Finished;
        Ns ns = Ns::None;
        Span name; ///< of an element; of a Text the text
        std::size_t attributes = 0;
        std::size_t attributeCount = 0;
    };
    struct Alternative {
        std::size_t depth = 0; ///< of mc:AlternateContent among all elements
        bool taken = false;
    };
    struct Freer {
        void operator()(XML_ParserStruct *parser) const;
    };
    struct Handlers;

    void refill();
    void stop(Fault fault);
    void open(const char *name, const char **attributes);
    void close(const char *name);
    void characters(std::string_view text);
    Span keep(std::string_view text);
    [[nodiscard]] std::string_view at(Span span) const
    {
        return std::string_view(m_arena).substr(span.begin, span.size);
    }

    std::unique_ptr<ByteSource> m_source;
    std::unique_ptr<XML_ParserStruct, Freer> m_parser;
    Limits m_limits;
    std::vector<Item> m_items;
    std::vector<Attribute> m_attributes;
    std::string m_arena;
    std::vector<Alternative> m_alternatives;
    std::size_t m_open = 0;    ///< all elements, also those that are not handed out
    std::size_t m_leftOut = 0; ///< depth among all elements of one that is left out; 0: none
    std::size_t m_next = 0;    ///< into m_items
    std::size_t m_depth = 0;
    std::uint64_t m_fed = 0;
    std::optional<Fault> m_fault;
    std::exception_ptr m_thrown;
    Event m_event = Event::Finished;
    bool m_done = false;
    bool m_doctypeAllowed = false;
};

} // namespace app::extraction
