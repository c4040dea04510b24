// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/html_tree.h"

#include <gumbo.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <new>
#include <string>
#include <unordered_map>

namespace app::extraction {

namespace {

constexpr std::size_t kBlock = 1 << 20;
constexpr std::size_t kMostMemory = std::size_t{448} << 20U;
constexpr std::uint32_t kSoup = 16; // how much deeper than well-formed markup a page may seem

bool isLetter(char letter)
{
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

std::string tagName(std::string_view html, std::size_t at)
{
    std::string name;
    for (; at < html.size() && name.size() < 32 && (isLetter(html[at]) || (html[at] >= '0' && html[at] <= '9')); ++at)
        name += static_cast<char>(isLetter(html[at]) ? html[at] | 0x20 : html[at]);
    return name;
}

bool isAny(std::string_view name, std::initializer_list<std::string_view> names)
{
    return std::ranges::find(names, name) != names.end();
}

// Elements whose content is text to the parser: no tag in them counts.
bool isRawText(std::string_view name)
{
    return isAny(name, {"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"});
}

// Elements that never nest: they have no content, or the next of them ends the one before.
bool isFlat(std::string_view name)
{
    return isAny(name, {"area", "base",  "br",     "col",   "embed",    "hr",     "img",    "input",    "link",
                        "meta", "param", "source", "track", "wbr",      "p",      "li",     "dt",       "dd",
                        "td",   "th",    "tr",     "tbody", "thead",    "tfoot",  "option", "optgroup", "html",
                        "body", "head",  "rt",     "rp",    "colgroup", "caption"});
}

std::size_t closingTag(std::string_view html, std::size_t from, const std::string &name)
{
    for (std::size_t at = html.find("</", from); at != std::string_view::npos; at = html.find("</", at + 2))
        if (tagName(html, at + 2) == name)
            return at;
    return html.size();
}

// The parser looks through all open elements at most tags: a depth without bounds is time without bounds.
bool nestsDeeperThan(std::string_view html, std::uint32_t most)
{
    std::unordered_map<std::string, std::uint32_t> open;
    std::uint32_t depth = 0;
    for (std::size_t at = html.find('<'); at < html.size(); at = html.find('<', at)) {
        const std::string_view rest = html.substr(at);
        if (rest.starts_with("<!--")) {
            const std::size_t end = html.find("-->", at + 2);
            at = end == std::string_view::npos ? html.size() : end + 3;
            continue;
        }
        const bool closes = rest.starts_with("</");
        std::string name = tagName(html, at + (closes ? 2 : 1));
        ++at;
        if (name.empty() || isFlat(name))
            continue;
        if (!closes && isRawText(name)) {
            at = closingTag(html, at, name);
            continue;
        }
        std::uint32_t &count = open[std::move(name)];
        if (!closes) {
            ++count;
            if (++depth > most)
                return true;
        } else if (count > 0) {
            --count;
            --depth;
        }
        if (open.size() > 1000) // invented names
            open.clear();
    }
    return false;
}

} // namespace

void *HtmlTree::Arena::take(std::size_t bytes)
{
    constexpr std::size_t kAlign = alignof(std::max_align_t);
    if (bytes > kMostMemory)
        return nullptr;
    bytes = (std::max<std::size_t>(bytes, 1) + kAlign - 1) / kAlign * kAlign;
    if (bytes > left) {
        const std::size_t size = std::max(bytes, kBlock);
        if (total + size > kMostMemory)
            return nullptr;
        std::unique_ptr<char[]> block(new (std::nothrow) char[size]);
        if (!block)
            return nullptr;
        total += size;
        if (size > kBlock) { // large ones stand alone, so that the rest of the block before is not lost
            blocks.push_back(std::move(block));
            return blocks.back().get();
        }
        at = block.get();
        left = size;
        blocks.push_back(std::move(block));
    }
    void *taken = at;
    at += bytes;
    left -= bytes;
    return taken;
}

void *HtmlTree::allocate(void *arena, std::size_t bytes)
{
    auto *from = static_cast<Arena *>(arena);
    void *taken = nullptr;
    try {
        taken = from->take(bytes);
    } catch (const std::bad_alloc &) {
        taken = nullptr;
    }
    if (taken == nullptr)
        std::longjmp(*static_cast<std::jmp_buf *>(from->escape), 1); // NOLINT(*-err52-cpp): only frames of C between
    return taken;
}

// No object with a destructor may stand in this function: it is left by longjmp.
const GumboInternalNode *HtmlTree::parseInto(Arena &arena, std::string_view html)
{
    std::jmp_buf escape;
    arena.escape = &escape;
    if (setjmp(escape) != 0)
        return nullptr;
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = &HtmlTree::allocate;
    options.deallocator = [](void *, void *) {};
    options.userdata = &arena;
    options.max_errors = 0;
    const GumboOutput *output = gumbo_parse_with_options(&options, html.data(), html.size());
    return output == nullptr ? nullptr : output->document;
}

Result<HtmlTree> HtmlTree::parse(std::string_view html, const Limits &limits)
{
    const std::uint32_t deepest = limits.markupDepth * kSoup;
    if (nestsDeeperThan(html, deepest))
        return tooLarge("elements are nested deeper than " + std::to_string(deepest));
    HtmlTree tree;
    tree.m_arena = std::make_unique<Arena>();
    tree.m_document = parseInto(*tree.m_arena, html);
    if (tree.m_document == nullptr)
        return tooLarge("the elements of the page need more memory than the limit");
    return tree;
}

} // namespace app::extraction
