// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/html_flow.h"

#include "app/workers/extract/readers/html_table.h"
#include "app/workers/extract/readers/html_tree.h"
#include "app/workers/extract/readers/inline_text.h"

#include <gumbo.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace app::extraction {

namespace {

std::string_view attribute(const GumboNode &node, const char *name)
{
    const GumboAttribute *found = gumbo_get_attribute(&node.v.element.attributes, name);
    return found == nullptr ? std::string_view() : std::string_view(found->value);
}

bool has(const GumboNode &node, const char *name)
{
    return gumbo_get_attribute(&node.v.element.attributes, name) != nullptr;
}

bool isElement(const GumboNode &node)
{
    return node.type == GUMBO_NODE_ELEMENT || node.type == GUMBO_NODE_TEMPLATE;
}

bool isTextNode(const GumboNode &node)
{
    return node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE || node.type == GUMBO_NODE_CDATA;
}

const GumboVector *children(const GumboNode &node)
{
    if (isElement(node))
        return &node.v.element.children;
    return node.type == GUMBO_NODE_DOCUMENT ? &node.v.document.children : nullptr;
}

// Visits a tree without recursion: `enter` says whether to go on to the children; `leave` follows where it did.
template <class Enter, class Leave>
void traverse(const GumboNode *root, Enter enter, Leave leave)
{
    struct Step {
        const GumboNode *node;
        unsigned next;
    };
    if (!enter(*root))
        return;
    std::vector<Step> path{{root, 0}};
    while (!path.empty()) {
        Step &step = path.back();
        const GumboVector *inside = children(*step.node);
        if (inside == nullptr || step.next >= inside->length) {
            leave(*step.node);
            path.pop_back();
            continue;
        }
        const auto *child = static_cast<const GumboNode *>(inside->data[step.next++]);
        if (enter(*child))
            path.push_back({child, 0});
    }
}

bool hasText(const GumboNode &root)
{
    bool found = false;
    traverse(
        &root,
        [&](const GumboNode &node) {
            found = found || (isTextNode(node) && !isBlankText(node.v.text.text));
            return !found && isElement(node) && node.v.element.tag != GUMBO_TAG_SCRIPT &&
                   node.v.element.tag != GUMBO_TAG_STYLE;
        },
        [](const GumboNode &) {});
    return found;
}

bool saysInvisible(std::string_view style)
{
    std::string plain;
    for (const char letter : style.substr(0, 4096))
        if (letter != ' ' && letter != '\t' && letter != '\n' && letter != '\r')
            plain += static_cast<char>(letter >= 'A' && letter <= 'Z' ? letter | 0x20 : letter);
    const auto isZero = [&](std::string_view property) {
        for (std::size_t at = plain.find(property); at != std::string::npos; at = plain.find(property, at + 1)) {
            const std::size_t after = at + property.size();
            if ((at == 0 || plain[at - 1] == ';') &&
                (after >= plain.size() || (plain[after] != '.' && (plain[after] < '0' || plain[after] > '9'))))
                return true;
        }
        return false;
    };
    return plain.contains("display:none") || plain.contains("visibility:hidden") || plain.contains("mso-hide:all") ||
           isZero("font-size:0") || isZero("opacity:0");
}

int headingLevel(GumboTag tag)
{
    switch (tag) {
    case GUMBO_TAG_H1:
        return 1;
    case GUMBO_TAG_H2:
        return 2;
    case GUMBO_TAG_H3:
        return 3;
    case GUMBO_TAG_H4:
        return 4;
    case GUMBO_TAG_H5:
        return 5;
    case GUMBO_TAG_H6:
        return 6;
    default:
        return 0;
    }
}

template <std::size_t N>
bool isAny(GumboTag tag, const std::array<GumboTag, N> &tags)
{
    return std::ranges::find(tags, tag) != tags.end();
}

bool isLeftOut(GumboTag tag)
{
    static constexpr auto kLeftOut = std::to_array<GumboTag>(
        {GUMBO_TAG_SCRIPT,   GUMBO_TAG_STYLE,    GUMBO_TAG_NOSCRIPT, GUMBO_TAG_TEMPLATE, GUMBO_TAG_SVG,
         GUMBO_TAG_IFRAME,   GUMBO_TAG_OBJECT,   GUMBO_TAG_EMBED,    GUMBO_TAG_SELECT,   GUMBO_TAG_BUTTON,
         GUMBO_TAG_TEXTAREA, GUMBO_TAG_INPUT,    GUMBO_TAG_DATALIST, GUMBO_TAG_CANVAS,   GUMBO_TAG_AUDIO,
         GUMBO_TAG_VIDEO,    GUMBO_TAG_MAP,      GUMBO_TAG_HEAD,     GUMBO_TAG_RT,       GUMBO_TAG_RP,
         GUMBO_TAG_NOEMBED,  GUMBO_TAG_NOFRAMES, GUMBO_TAG_APPLET});
    return isAny(tag, kLeftOut);
}

bool breaksLines(GumboTag tag)
{
    static constexpr auto kBlocks = std::to_array<GumboTag>(
        {GUMBO_TAG_P,        GUMBO_TAG_DIV,        GUMBO_TAG_SECTION,  GUMBO_TAG_ARTICLE,    GUMBO_TAG_ASIDE,
         GUMBO_TAG_HEADER,   GUMBO_TAG_FOOTER,     GUMBO_TAG_MAIN,     GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_ADDRESS,
         GUMBO_TAG_FIGURE,   GUMBO_TAG_FIGCAPTION, GUMBO_TAG_DL,       GUMBO_TAG_DT,         GUMBO_TAG_DD,
         GUMBO_TAG_CENTER,   GUMBO_TAG_FORM,       GUMBO_TAG_FIELDSET, GUMBO_TAG_LEGEND,     GUMBO_TAG_DETAILS,
         GUMBO_TAG_SUMMARY,  GUMBO_TAG_BODY,       GUMBO_TAG_HR,       GUMBO_TAG_CAPTION,    GUMBO_TAG_HGROUP,
         GUMBO_TAG_UL,       GUMBO_TAG_OL,         GUMBO_TAG_MENU,     GUMBO_TAG_DIR,        GUMBO_TAG_LI,
         GUMBO_TAG_NAV,      GUMBO_TAG_PRE,        GUMBO_TAG_TABLE,    GUMBO_TAG_LISTING,    GUMBO_TAG_XMP,
         GUMBO_TAG_PLAINTEXT});
    return isAny(tag, kBlocks) || headingLevel(tag) > 0;
}

bool isPreformatted(GumboTag tag)
{
    return tag == GUMBO_TAG_PRE || tag == GUMBO_TAG_LISTING || tag == GUMBO_TAG_XMP || tag == GUMBO_TAG_PLAINTEXT;
}

bool isList(GumboTag tag)
{
    return tag == GUMBO_TAG_UL || tag == GUMBO_TAG_OL || tag == GUMBO_TAG_MENU || tag == GUMBO_TAG_DIR;
}

int number(std::string_view digits, int otherwise)
{
    int value = otherwise;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

// A table that arranges the page rather than data: it holds tables, headings or lists, or has rows of one cell.
bool arrangesPage(const GumboNode &table)
{
    if (attribute(table, "role") == "presentation" || attribute(table, "role") == "none")
        return true;
    bool layout = false;
    bool severalCells = false;
    unsigned cells = 0;
    traverse(
        &table,
        [&](const GumboNode &node) {
            if (layout || !isElement(node))
                return false;
            const GumboTag tag = node.v.element.tag;
            if (tag == GUMBO_TAG_TR)
                cells = 0;
            if (tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH)
                severalCells = ++cells > 1 || severalCells;
            layout = (&node != &table && tag == GUMBO_TAG_TABLE) || headingLevel(tag) > 0;
            return !layout;
        },
        [](const GumboNode &) {});
    return layout || !severalCells;
}

class Flow {
public:
    explicit Flow(DocumentWriter &writer)
        : m_writer(writer)
        , m_line(writer.textLeft())
    {
    }

    bool enter(const GumboNode &node)
    {
        if (m_writer.isFull())
            return false;
        if (isTextNode(node)) {
            addText(node.v.text.text);
            return false;
        }
        if (!isElement(node))
            return node.type == GUMBO_NODE_DOCUMENT;
        const GumboTag tag = node.v.element.tag;
        if (isLeftOut(tag) || attribute(node, "aria-hidden") == "true")
            return false;
        if (has(node, "hidden") || saysInvisible(attribute(node, "style"))) {
            if (hasText(node))
                m_writer.note(NoticeKind::HiddenText, "text that the page does not show");
            return false;
        }
        enterVisible(node, tag);
        return true;
    }

    void leave(const GumboNode &node)
    {
        if (!isElement(node))
            return;
        const GumboTag tag = node.v.element.tag;
        if (HtmlTable *table = m_tables.empty() ? nullptr : &m_tables.back(); table != nullptr && !table->layout()) {
            if (tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH)
                table->endCell(m_line.take());
            if (tag == GUMBO_TAG_TR)
                endRow(*table);
        }
        if (breaksLines(tag) || ((tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH) && !inCell()))
            flush();
        if (headingLevel(tag) > 0)
            m_heading = 0;
        if (isPreformatted(tag) && m_preformatted > 0)
            --m_preformatted;
        if (tag == GUMBO_TAG_NAV && m_navigation > 0)
            --m_navigation;
        if (tag == GUMBO_TAG_LI && !m_items.empty())
            m_items.pop_back();
        if (isList(tag) && !m_lists.empty())
            m_lists.pop_back();
        if (tag == GUMBO_TAG_TABLE && !m_tables.empty())
            m_tables.pop_back();
    }

    void flush()
    {
        if (inCell()) {
            m_line.add(" ");
            return;
        }
        const std::string text = m_line.take();
        if (isBlankText(text))
            return;
        if (m_navigation > 0) {
            m_writer.add(BlockKind::RunningHead, text);
        } else if (m_heading > 0) {
            m_writer.add(BlockKind::Heading, text, static_cast<std::uint8_t>(m_heading));
        } else if (m_preformatted > 0) {
            m_writer.add(BlockKind::Code, text);
        } else if (!m_items.empty()) {
            Item &item = m_items.back();
            m_writer.add(
                BlockKind::ListItem, item.marker + text,
                static_cast<std::uint8_t>(std::min<std::size_t>(std::max<std::size_t>(m_lists.size(), 1), 255)));
            item.marker.clear();
        } else {
            m_writer.add(BlockKind::Paragraph, text);
        }
    }

private:
    struct List {
        bool ordered = false;
        int next = 1;
    };
    struct Item {
        std::string marker;
    };

    [[nodiscard]] bool inCell() const { return !m_tables.empty() && m_tables.back().inCell(); }

    void addText(std::string_view text)
    {
        if (m_preformatted > 0 && !inCell()) {
            m_line.addVerbatim(text);
        } else {
            m_line.add(text);
        }
    }

    void endRow(HtmlTable &table)
    {
        const HtmlTable::Row row = table.endRow();
        m_writer.add(m_navigation > 0 ? BlockKind::RunningHead : BlockKind::TableRow, row.text, 0, row.header);
    }

    void enterVisible(const GumboNode &node, GumboTag tag)
    {
        // A table that stands in a cell is read as a part of that cell.
        if (tag == GUMBO_TAG_TABLE) {
            flush();
            const bool nested = inCell();
            m_tables.emplace_back(nested || arrangesPage(node));
            m_tables.back().standsInCell(nested);
            return;
        }
        if (!m_tables.empty() && !m_tables.back().layout()) {
            if (tag == GUMBO_TAG_TR)
                m_tables.back().beginRow();
            if (tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH) {
                m_line.take();
                m_tables.back().beginCell(tag == GUMBO_TAG_TH, number(attribute(node, "colspan"), 1),
                                          number(attribute(node, "rowspan"), 1));
            }
        } else if (tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH) {
            flush();
        }
        if (breaksLines(tag))
            flush();
        if (const int level = headingLevel(tag); level > 0)
            m_heading = level;
        if (isPreformatted(tag))
            ++m_preformatted;
        if (tag == GUMBO_TAG_NAV)
            ++m_navigation;
        if (isList(tag))
            m_lists.push_back({.ordered = tag == GUMBO_TAG_OL, .next = number(attribute(node, "start"), 1)});
        if (tag == GUMBO_TAG_LI)
            enterItem(node);
        if (tag == GUMBO_TAG_BR)
            inCell() ? m_line.add(" ") : m_line.addLineBreak();
        if (tag == GUMBO_TAG_IMG) {
            m_writer.sawPicture();
            m_line.add(attribute(node, "alt"));
        }
    }

    void enterItem(const GumboNode &node)
    {
        Item item;
        if (!m_lists.empty() && m_lists.back().ordered) {
            List &list = m_lists.back();
            list.next = number(attribute(node, "value"), list.next);
            item.marker = std::to_string(list.next) + ". ";
            if (list.next < 1'000'000'000)
                ++list.next;
        }
        m_items.push_back(std::move(item));
    }

    DocumentWriter &m_writer;
    InlineText m_line;
    std::vector<List> m_lists;
    std::vector<Item> m_items;
    std::vector<HtmlTable> m_tables;
    int m_heading = 0;
    int m_preformatted = 0;
    int m_navigation = 0;
};

void readHead(const GumboNode &document, HtmlHead &head)
{
    bool inSvg = false;
    traverse(
        &document,
        [&](const GumboNode &node) {
            if (!isElement(node))
                return node.type == GUMBO_NODE_DOCUMENT;
            const GumboTag tag = node.v.element.tag;
            if (tag == GUMBO_TAG_HTML) {
                const std::string_view language = attribute(node, "lang");
                head.language = language.empty() ? attribute(node, "xml:lang") : language;
            }
            if (tag == GUMBO_TAG_META && attribute(node, "name") == "author")
                head.author = attribute(node, "content");
            if (tag == GUMBO_TAG_TITLE && head.title.empty() && node.v.element.children.length > 0) {
                const auto *text = static_cast<const GumboNode *>(node.v.element.children.data[0]);
                if (isTextNode(*text))
                    head.title = text->v.text.text;
            }
            inSvg = tag == GUMBO_TAG_SVG;
            return !inSvg && tag != GUMBO_TAG_BODY;
        },
        [](const GumboNode &) {});
}

} // namespace

std::optional<Fault> writeHtml(std::string_view html, DocumentWriter &writer, HtmlHead *head)
{
    const auto tree = HtmlTree::parse(html, writer.context().limits);
    if (!tree)
        return tree.error();
    if (head != nullptr)
        readHead(*tree->document(), *head);
    Flow flow(writer);
    traverse(
        tree->document(), [&](const GumboNode &node) { return flow.enter(node); },
        [&](const GumboNode &node) { flow.leave(node); });
    flow.flush();
    return std::nullopt;
}

std::string textOfHtml(std::string_view html)
{
    const auto tree = HtmlTree::parse(html, {});
    if (!tree)
        return {};
    InlineText line(html.size() * 4);
    traverse(
        tree->document(),
        [&](const GumboNode &node) {
            if (isTextNode(node))
                line.add(node.v.text.text);
            return !isElement(node) ||
                   (node.v.element.tag != GUMBO_TAG_SCRIPT && node.v.element.tag != GUMBO_TAG_STYLE);
        },
        [](const GumboNode &) {});
    return line.take();
}

} // namespace app::extraction
