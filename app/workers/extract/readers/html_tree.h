// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workers/extract/readers/fault.h"

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

struct GumboInternalNode;

namespace app::extraction {

/// A parsed page of HTML. All of its memory is in one arena of bounded size, freed at once: a small file can ask for a
/// tree without end.
class HtmlTree {
public:
    /// `html` is UTF-8 and must outlive the tree. TooLarge: nested deeper than 16 times Limits::markupDepth (unclosed
    /// elements nest, and honest pages have many), or a tree beyond the arena.
    static Result<HtmlTree> parse(std::string_view html, const Limits &limits);

    [[nodiscard]] const GumboInternalNode *document() const { return m_document; }

private:
    struct Arena {
        std::vector<std::unique_ptr<char[]>> blocks;
        std::size_t left = 0;
        char *at = nullptr;
        std::size_t total = 0;
        void *escape = nullptr; ///< jmp_buf: the parser has no way to say that memory is out
        void *take(std::size_t bytes);
    };

    HtmlTree() = default;
    static const GumboInternalNode *parseInto(Arena &arena, std::string_view html);
    static void *allocate(void *arena, std::size_t bytes);

    std::unique_ptr<Arena> m_arena;
    const GumboInternalNode *m_document = nullptr;
};

} // namespace app::extraction
