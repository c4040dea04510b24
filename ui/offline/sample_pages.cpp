// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/offline/sample_pages.h"

#include <QFont>
#include <QFontMetricsF>
#include <QImage>
#include <QPainter>
#include <QString>

#include <cstring>

namespace ui {

using app::extraction::Block;
using app::extraction::BlockKind;
using app::extraction::Page;
using app::extraction::Picture;
using app::extraction::State;
using app::extraction::Word;

namespace {

constexpr float kWidth = 595;
constexpr float kHeight = 842;
constexpr qreal kMargin = 64;
constexpr qreal kGap = 9; // between blocks
constexpr qreal kLeading = 1.5;

QFont fontOf(const Block &block)
{
    QFont font(QStringLiteral("Noto Serif"));
    font.setPixelSize(block.kind == BlockKind::Heading ? 15 : 11);
    font.setBold(block.kind == BlockKind::Heading);
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

QString textOf(const Page &page, std::uint32_t begin, std::uint32_t end)
{
    return QString::fromUtf8(page.text.data() + begin, static_cast<qsizetype>(end - begin));
}

bool isSpace(char c)
{
    return c == ' ' || c == '\n';
}

} // namespace

void layOutPage(Page &page)
{
    page.width = kWidth;
    page.height = kHeight;
    qreal top = kMargin;
    for (const Block &block : page.blocks) {
        const QFontMetricsF metrics(fontOf(block));
        qreal left = kMargin;
        for (std::uint32_t at = block.begin; at < block.end;) {
            while (at < block.end && isSpace(page.text[at]))
                ++at;
            std::uint32_t end = at;
            while (end < block.end && !isSpace(page.text[end]))
                ++end;
            if (end == at)
                break;
            const qreal width = metrics.horizontalAdvance(textOf(page, at, end));
            if (left > kMargin && left + width > kWidth - kMargin) {
                left = kMargin;
                top += metrics.height() * kLeading / 1.2;
            }
            page.words.push_back({.begin = at,
                                  .end = end,
                                  .box = {.left = static_cast<float>(left),
                                          .top = static_cast<float>(top),
                                          .right = static_cast<float>(left + width),
                                          .bottom = static_cast<float>(top + metrics.height())}});
            left += width + metrics.horizontalAdvance(QLatin1Char(' '));
            at = end;
        }
        top += metrics.height() + kGap;
    }
}

Picture drawnPage(const Page &page, float scale)
{
    Picture picture;
    if (page.width <= 0 || page.height <= 0 || scale <= 0)
        return picture;
    QImage image(qRound(page.width * scale), qRound(page.height * scale), QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    painter.setPen(Qt::black);
    painter.scale(double(scale), double(scale));
    for (const Block &block : page.blocks) {
        painter.setFont(fontOf(block));
        const qreal ascent = QFontMetricsF(painter.font()).ascent();
        for (const Word &word : page.words) {
            if (word.begin >= block.begin && word.end <= block.end)
                painter.drawText(QPointF(double(word.box.left), double(word.box.top) + ascent),
                                 textOf(page, word.begin, word.end));
        }
    }
    painter.end();
    picture.state = State::Read;
    picture.width = static_cast<std::uint32_t>(image.width());
    picture.height = static_cast<std::uint32_t>(image.height());
    picture.pixels.resize(static_cast<std::size_t>(image.sizeInBytes()));
    std::memcpy(picture.pixels.data(), image.constBits(), picture.pixels.size());
    return picture;
}

} // namespace ui
