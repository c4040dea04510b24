// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/pdf_layout.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace app::extraction {

namespace {

constexpr float kMargin = 0.12F;     // of the page's height, where running heads stand
constexpr float kSamePlace = 3.0F;   // points
constexpr std::size_t kMinPages = 3; // that a running head is on

// A box turned so that its text reads from left to right.
Box upright(const Box &box, std::uint8_t rotation)
{
    switch (rotation) {
    case 1:
        return {.left = box.top, .top = -box.right, .right = box.bottom, .bottom = -box.left};
    case 2:
        return {.left = -box.right, .top = -box.bottom, .right = -box.left, .bottom = -box.top};
    case 3:
        return {.left = -box.bottom, .top = box.left, .right = -box.top, .bottom = box.right};
    default:
        return box;
    }
}

Box united(const Box &one, const Box &other)
{
    return {.left = std::min(one.left, other.left),
            .top = std::min(one.top, other.top),
            .right = std::max(one.right, other.right),
            .bottom = std::max(one.bottom, other.bottom)};
}

bool continues(const Box &line, const PlacedWord &last, const PlacedWord &next)
{
    if (last.rotation != next.rotation)
        return false;
    const Box before = upright(last.box, last.rotation);
    const Box after = upright(next.box, next.rotation);
    const float height = std::min(line.bottom - line.top, after.bottom - after.top);
    const float shared = std::min(line.bottom, after.bottom) - std::max(line.top, after.top);
    const float size = std::max({last.fontSize, next.fontSize, 1.0F});
    // Raised and lowered letters share half their height with the line; a jump back is a new line or column, and so is
    // one over a gutter.
    constexpr float kFarthest = 4.0F;
    return shared >= 0.4F * height && after.left >= before.left - 0.1F * size && after.left >= before.right - size &&
           after.left - before.right <= kFarthest * size;
}

void finish(const PlacedPage &page, PlacedLine &line)
{
    std::map<float, std::uint32_t> sizes;
    std::uint32_t bold = 0;
    std::uint32_t all = 0;
    for (std::uint32_t i = 0; i < line.wordCount; ++i) {
        const PlacedWord &word = page.words[line.firstWord + i];
        const std::uint32_t letters = word.end - word.begin;
        sizes[std::round(word.fontSize * 2) / 2] += letters;
        bold += word.bold ? letters : 0;
        all += letters;
    }
    const auto most = std::ranges::max_element(sizes, {}, [](const auto &entry) { return entry.second; });
    line.fontSize = most == sizes.end() ? 0 : most->first;
    line.bold = all > 0 && bold == all;
}

// Digits and Roman numerals as '#', so that numbers that count pages are alike.
std::string pattern(const PlacedPage &page, const PlacedLine &line)
{
    std::string result;
    for (std::uint32_t i = 0; i < line.wordCount; ++i) {
        const std::string_view word = page.text(page.words[line.firstWord + i]);
        const bool roman = word.find_first_not_of("ivxlcIVXLC") == std::string_view::npos;
        if (i > 0)
            result += ' ';
        if (roman) {
            result += '#';
            continue;
        }
        bool digits = false;
        for (const char letter : word) {
            const bool digit = letter >= '0' && letter <= '9';
            if (!digit || !digits)
                result += digit ? '#' : letter;
            digits = digit;
        }
    }
    return result;
}

// How far down the first rows of a page start, and how far up its last rows end.
struct Edges {
    float top = 0;
    float bottom = 0;
};

// Numbers in a table that goes on over pages repeat as well, but not as the outermost rows alone.
Edges outermostRows(const PlacedPage &page)
{
    constexpr std::size_t kRows = 3;
    std::vector<float> tops;
    std::vector<float> bottoms;
    for (const PlacedLine &line : page.lines) {
        tops.push_back(line.box.top);
        bottoms.push_back(-line.box.bottom);
    }
    const auto row = [](std::vector<float> &places) {
        std::ranges::sort(places);
        std::size_t rows = 1;
        float last = places.front();
        for (const float place : places) {
            if (place - last > kSamePlace && ++rows > kRows)
                break;
            last = place;
        }
        return last + kSamePlace;
    };
    return tops.empty() ? Edges{} : Edges{.top = row(tops), .bottom = -row(bottoms)};
}

struct Candidate {
    std::uint32_t page = 0;
    std::uint32_t line = 0;
    float top = 0;
};

// Of one text at one place, in the order of pages: whether it is there often enough.
void judge(std::vector<PlacedPage> &pages, const std::vector<Candidate> &same)
{
    if (same.size() < kMinPages)
        return;
    // Left and right pages may differ: of both kinds together, or of one.
    const auto often = [](std::size_t found, std::size_t of) { return found >= kMinPages && found * 10 >= of * 6; };
    std::size_t parity[2] = {0, 0};
    std::size_t longest = 1;
    std::size_t run = 1;
    for (std::size_t i = 0; i < same.size(); ++i) {
        ++parity[same[i].page % 2];
        // A chapter's title stands on its own pages alone: on each, or on each second.
        run = i > 0 && same[i].page - same[i - 1].page <= 2 && same[i].page != same[i - 1].page ? run + 1 : 1;
        longest = std::max(longest, run);
    }
    const std::size_t half = (pages.size() + 1) / 2;
    if (!often(same.size(), pages.size()) && !often(parity[0], half) && !often(parity[1], half) && longest < kMinPages)
        return;
    for (const Candidate &candidate : same)
        pages[candidate.page].lines[candidate.line].running = true;
}

} // namespace

void makeLines(PlacedPage &page)
{
    page.lines.clear();
    Box turned; // of the line, so that its text reads from left to right
    for (std::uint32_t i = 0; i < page.words.size(); ++i) {
        const PlacedWord &word = page.words[i];
        if (i > 0 && continues(turned, page.words[i - 1], word)) {
            PlacedLine &line = page.lines.back();
            ++line.wordCount;
            line.box = united(line.box, word.box);
            turned = united(turned, upright(word.box, word.rotation));
        } else {
            page.lines.push_back({.firstWord = i, .wordCount = 1, .box = word.box});
            turned = upright(word.box, word.rotation);
        }
    }
    for (PlacedLine &line : page.lines)
        finish(page, line);
}

void markRunningLines(std::vector<PlacedPage> &pages)
{
    constexpr std::size_t kLongest = 200;
    std::map<std::pair<std::string, float>, std::vector<Candidate>> found;
    for (std::uint32_t p = 0; p < pages.size(); ++p) {
        const PlacedPage &page = pages[p];
        const Edges edges = outermostRows(page);
        for (std::uint32_t i = 0; i < page.lines.size(); ++i) {
            const PlacedLine &line = page.lines[i];
            const bool inMargin = (line.box.bottom <= page.height * kMargin && line.box.top <= edges.top) ||
                                  (line.box.top >= page.height * (1 - kMargin) && line.box.bottom >= edges.bottom);
            if (!inMargin)
                continue;
            std::string text = pattern(page, line);
            if (text.size() > kLongest)
                continue;
            // Where a line stands is told by its distance from the nearer edge: pages may differ in height.
            const bool above = line.box.bottom <= page.height * kMargin;
            const float top = above ? line.box.top : line.box.top - page.height;
            found[{std::move(text), line.fontSize}].push_back({.page = p, .line = i, .top = top});
        }
    }
    for (auto &[key, candidates] : found) {
        std::ranges::stable_sort(candidates, {}, &Candidate::top);
        for (std::size_t first = 0; first < candidates.size();) {
            std::size_t end = first + 1;
            while (end < candidates.size() && candidates[end].top - candidates[end - 1].top <= kSamePlace)
                ++end;
            std::vector<Candidate> same(candidates.begin() + static_cast<std::ptrdiff_t>(first),
                                        candidates.begin() + static_cast<std::ptrdiff_t>(end));
            std::ranges::stable_sort(same, {}, &Candidate::page);
            judge(pages, same);
            first = end;
        }
    }
}

} // namespace app::extraction
