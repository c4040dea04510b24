// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/hidden_text.h"

#include <algorithm>
#include <cmath>

namespace app::extraction {

namespace {

constexpr float kSmallest = 1.0F;      // points
constexpr int kContrast = 12;          // of 255 between the darkest and the lightest pixel
constexpr std::size_t kLongest = 2000; // bytes of what is reported for one page

// The darkest and the lightest pixel of a box without its rim, where neighbours and rules stand.
int contrastWithin(const GrayPicture &picture, const Box &box, float scale)
{
    const float inset = 0.1F * std::min(box.right - box.left, box.bottom - box.top);
    const auto pixel = [scale](float value, std::uint32_t size) {
        return static_cast<std::uint32_t>(std::clamp(value * scale, 0.0F, static_cast<float>(size)));
    };
    const std::uint32_t left = pixel(box.left + inset, picture.width);
    const std::uint32_t right = pixel(box.right - inset + 1 / scale, picture.width);
    const std::uint32_t top = pixel(box.top + inset, picture.height);
    const std::uint32_t bottom = pixel(box.bottom - inset + 1 / scale, picture.height);
    int darkest = 255;
    int lightest = 0;
    for (std::uint32_t y = top; y < bottom; ++y) {
        for (std::uint32_t x = left; x < right; ++x) {
            const int value = picture.pixels[std::size_t{picture.stride} * y + x];
            darkest = std::min(darkest, value);
            lightest = std::max(lightest, value);
        }
    }
    return lightest - darkest;
}

bool isHidden(const PlacedWord &word, std::string_view text, const GrayPicture *picture, float scale)
{
    if (word.fontSize > 0 && word.fontSize < kSmallest)
        return true;
    // A full stop may fall between two pixels.
    return picture != nullptr && text.size() > 1 && contrastWithin(*picture, word.box, scale) < kContrast;
}

// Recognised text over a scan is unseen, too, but what it says is drawn under it. A box here and there misses its word.
bool liesOverScan(const PlacedPage &page, const GrayPicture *picture, float scale)
{
    std::size_t overlaid = 0;
    std::size_t inked = 0;
    for (const PlacedWord &word : page.words) {
        if (!word.overlay || picture == nullptr)
            continue;
        ++overlaid;
        inked += contrastWithin(*picture, word.box, scale) >= kContrast ? 1 : 0;
    }
    return overlaid > 0 && inked * 10 >= overlaid * 7;
}

} // namespace

std::string removeHiddenWords(PlacedPage &page, const GrayPicture *picture, float scale)
{
    std::string hidden;
    const bool overScan = liesOverScan(page, picture, scale);
    std::erase_if(page.words, [&](const PlacedWord &word) {
        const std::string_view text = page.text(word);
        if ((overScan && word.overlay) || !isHidden(word, text, picture, scale))
            return false;
        if (hidden.size() + text.size() < kLongest) {
            hidden += hidden.empty() ? "" : " ";
            hidden += text;
        }
        return true;
    });
    return hidden;
}

bool hasInk(const GrayPicture &picture)
{
    // A speck of dust on an empty sheet is none.
    const std::size_t enough = picture.pixels.size() / 2000;
    std::size_t dark = 0;
    for (std::uint32_t y = 0; y < picture.height; ++y) {
        for (std::uint32_t x = 0; x < picture.width; ++x)
            dark += picture.pixels[std::size_t{picture.stride} * y + x] < 200 ? 1 : 0;
    }
    return dark > enough;
}

} // namespace app::extraction
