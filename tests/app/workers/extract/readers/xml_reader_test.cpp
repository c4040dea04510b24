// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/xml_reader.h"

#include <catch2/catch_test_macros.hpp>

using namespace app::extraction;

namespace {

// Hands out one byte at a time: nothing may depend on where pieces end.
class Dripping final : public ByteSource {
public:
    explicit Dripping(std::string_view text)
        : m_text(text)
    {
    }
    Result<std::size_t> read(std::span<char> into) override
    {
        if (m_text.empty())
            return std::size_t{0};
        into.front() = m_text.front();
        m_text.remove_prefix(1);
        return std::size_t{1};
    }

private:
    std::string_view m_text;
};

std::string events(std::unique_ptr<ByteSource> source, const Limits &limits = {})
{
    XmlReader xml(std::move(source), limits);
    std::string all;
    bool inText = false;
    while (xml.next()) {
        if (xml.isText()) {
            all += inText ? "" : "'";
            all += xml.text();
        } else {
            all += inText ? "'" : "";
            all += (xml.isStart() ? "<" : "/") + std::string(xml.name()) + std::to_string(xml.depth());
            if (const auto value = xml.attribute(Ns::None, "a"))
                all += "=" + std::string(*value);
        }
        inText = xml.isText();
    }
    return all + (xml.fault() ? "!" + xml.fault()->reason : "");
}

std::string events(std::string_view text, const Limits &limits = {})
{
    const std::string whole = events(std::make_unique<MemorySource>(std::as_bytes(std::span(text))), limits);
    CHECK(whole == events(std::make_unique<Dripping>(text), limits));
    return whole;
}

constexpr std::string_view kMc = R"(<x xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">)";

} // namespace

TEST_CASE("events come in order with their depth")
{
    CHECK(events("<a a='1'>b<c/>d&amp;e</a>") == "<a1=1'b'<c2/c1'd&e'/a0");
}

TEST_CASE("of alternatives the first that is known comes, without what holds it")
{
    const std::string begin(kMc);
    CHECK(events(begin +
                 "<mc:AlternateContent><mc:Choice Requires='wps'><one/></mc:Choice><mc:Choice Requires='wps'><two/>"
                 "</mc:Choice><mc:Fallback><three/></mc:Fallback></mc:AlternateContent><end/></x>") ==
          "<x1<one2/one1<end2/end1/x0");
    CHECK(events(begin + "<mc:AlternateContent><mc:Choice Requires='future'><one/></mc:Choice>"
                         "<mc:Fallback><three/></mc:Fallback></mc:AlternateContent></x>") == "<x1<three2/three1/x0");
    CHECK(events(begin +
                 "<mc:AlternateContent><mc:Fallback><a><mc:AlternateContent><mc:Choice Requires='w14'><b/></mc:Choice>"
                 "</mc:AlternateContent></a></mc:Fallback></mc:AlternateContent></x>") == "<x1<a2<b3/b2/a1/x0");
}

TEST_CASE("what XML may not do here ends it with a reason")
{
    CHECK(events("<a><b><c/></b></a>", {.markupDepth = 2}).contains("nested deeper than 2"));
    CHECK(events("<!DOCTYPE a><a/>").contains("document type"));
    CHECK(events("<a>&unknown;</a>").contains("XML breaks off"));
    CHECK(events("<a><b></a>").contains("XML breaks off"));
    std::string many = "<a";
    for (int i = 0; i < 1100; ++i)
        many += " b" + std::to_string(i) + "=''";
    CHECK(events(many + "/>").contains("attributes"));
    const std::string tag = "<a b='" + std::string(20'000'000, 'x');
    XmlReader endless(std::make_unique<MemorySource>(std::as_bytes(std::span(tag))), {});
    while (endless.next()) {
    }
    REQUIRE(endless.fault());
    CHECK(endless.fault()->state == State::TooLarge);
}

TEST_CASE("entities are refused where a document type is allowed")
{
    constexpr std::string_view kText =
        "<!DOCTYPE a PUBLIC 'x' 'http://example.org/x.dtd' [<!ENTITY e 'boom'>]><a>&e;</a>";
    XmlReader xml(std::make_unique<MemorySource>(std::as_bytes(std::span(kText))), {}, XmlReader::Doctype::Allowed);
    while (xml.next())
        CHECK_FALSE(xml.text().contains("boom"));
    REQUIRE(xml.fault());
    CHECK(xml.fault()->reason.contains("entity"));
}

TEST_CASE("an element can be skipped or taken as text")
{
    constexpr std::string_view kText = "<a><b>in<c>ner</c></b><d>end</d></a>";
    XmlReader xml(std::make_unique<MemorySource>(std::as_bytes(std::span(kText))), {});
    REQUIRE(xml.next());
    REQUIRE(xml.next());
    CHECK(xml.textInside() == "inner");
    CHECK(xml.depth() == 1);
    REQUIRE(xml.next());
    CHECK(xml.isStart(Ns::None, "d"));
    xml.skip();
    REQUIRE(xml.next());
    CHECK(xml.name() == "a");
    CHECK_FALSE(xml.next());
    CHECK_FALSE(xml.fault());
}
