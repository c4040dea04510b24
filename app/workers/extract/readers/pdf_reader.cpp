// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two passes: words and lines of every page first, because what repeats over pages, how large the body's letters are
// and which words are written with a hyphen is known at the end alone.
#include "app/workers/extract/readers.h"

#include "app/workers/extract/readers/hidden_text.h"
#include "app/workers/extract/readers/pdf_document.h"
#include "app/workers/extract/readers/recognition.h"

#include <algorithm>
#include <utility>

namespace app::extraction {

namespace {

constexpr std::size_t kFewLetters = 25;           // less is a page number on a scan
constexpr std::uint32_t kMostMissing = 1000;      // pages that are not there before the count is taken for a lie
constexpr float kGlanceScale = 0.5F;              // to see whether anything is drawn
constexpr float kInkScale = 1.5F;                 // to see whether a word is
constexpr float kRecognitionScale = 300.0F / 72;  // what Tesseract is made for
constexpr std::uint64_t kScanned = 256ULL << 20U; // bytes of content that are looked through

bool isPrivate(std::string_view text, std::size_t at)
{
    // U+E000 to U+F8FF in UTF-8, and U+FFFD.
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (at + 2 >= text.size())
        return false;
    return byte(at) == 0xEE ||
           (byte(at) == 0xEF && (byte(at + 1) < 0xA4 || (byte(at + 1) == 0xBF && byte(at + 2) == 0xBD)));
}

// Fonts without a table of characters give letters that mean nothing.
bool isUnusable(const PlacedPage &page)
{
    std::size_t characters = 0;
    std::size_t without = 0;
    const std::string_view text = page.bytes;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if ((static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U)
            continue;
        ++characters;
        without += isPrivate(text, at) ? 1 : 0;
    }
    return without * 5 > characters;
}

class PdfReading {
public:
    PdfReading(PdfDocument pdf, Bytes file, const Context &context)
        : m_pdf(std::move(pdf))
        , m_context(context)
        , m_mayHide(m_pdf.isEncrypted() || mayHideText(file, kScanned))
    {
    }

    Extraction read()
    {
        m_result.state = State::Read;
        m_result.document.title = m_pdf.title();
        m_result.document.author = m_pdf.author();
        m_result.document.numbered = true;
        readPages();
        markRunningLines(m_pages);
        makePages();
        judge();
        m_pdf.forEachAttachment(m_context);
        return std::move(m_result);
    }

private:
    void notice(NoticeKind kind, std::uint32_t page, std::string text = {})
    {
        constexpr std::size_t kMost = 50'000;
        if (m_result.document.notices.size() < kMost)
            m_result.document.notices.push_back({.kind = kind, .page = page, .text = std::move(text)});
    }

    void readPages()
    {
        const std::uint32_t count = m_pdf.pageCount();
        std::uint32_t missing = 0;
        std::uint64_t words = 0;
        for (std::uint32_t i = 0; i < count && missing < kMostMissing; ++i) {
            if (!m_context.budget->takePage()) {
                tooLarge("it has more pages than the limit");
                break;
            }
            m_context.progress(i, count);
            std::optional<PlacedPage> page = m_pdf.page(i);
            missing = page ? 0 : missing + 1;
            if (!page) {
                ++m_unreadable;
                notice(NoticeKind::UnreadablePage, i);
                page.emplace();
            } else {
                complete(*page, i);
            }
            words += page->words.size();
            if (words > kMaxWords || !m_context.budget->takeText(page->bytes.size() + 2 * page->words.size())) {
                tooLarge("it has more text than the limit");
                break;
            }
            m_pages.push_back(std::move(*page));
        }
        // A count that is a lie leaves no empty pages behind.
        if (missing >= kMostMissing) {
            m_pages.resize(m_pages.size() - missing);
            m_unreadable -= missing;
            std::erase_if(m_result.document.notices, [this](const Notice &one) { return one.page >= m_pages.size(); });
            m_miscounted = true;
        }
        m_context.progress(count, count);
    }

    void tooLarge(std::string reason)
    {
        m_result.state = State::TooLarge;
        m_result.reason = std::move(reason);
    }

    // Takes off what nobody sees, reads what is a picture of text, and makes lines.
    void complete(PlacedPage &page, std::uint32_t index)
    {
        float scale = kInkScale;
        std::optional<GrayPicture> picture;
        if (m_mayHide && !page.words.empty())
            picture = m_pdf.grayPicture(index, scale, Drawing::Rough);
        if (std::string hidden = removeHiddenWords(page, picture ? &*picture : nullptr, scale); !hidden.empty())
            notice(NoticeKind::HiddenText, index, std::move(hidden));
        const bool unusable = isUnusable(page);
        if (page.bytes.size() < kFewLetters || unusable)
            recognize(page, index, unusable);
        if (page.words.empty())
            page.source = TextSource::None;
        makeLines(page);
        orderLines(page);
    }

    void recognize(PlacedPage &page, std::uint32_t index, bool unusable)
    {
        float scale = kGlanceScale;
        const auto glance = m_pdf.grayPicture(index, scale, Drawing::Rough);
        if (!glance || !hasInk(*glance))
            return; // an empty sheet
        if (!m_triedRecognizer) {
            m_recognizer = Recognizer::create(m_context.recognition);
            m_triedRecognizer = true;
        }
        if (m_recognizer) {
            scale = kRecognitionScale;
            if (const auto picture = m_pdf.grayPicture(index, scale, Drawing::Smooth)) {
                PlacedPage recognized = page;
                m_recognizer->read(*picture, scale, recognized);
                if (recognized.bytes.size() > page.bytes.size() || unusable)
                    page = std::move(recognized);
            }
        } else if (unusable) {
            page.words.clear();
            page.bytes.clear();
        }
        if (page.words.empty())
            ++m_pictures;
        if (unusable && page.words.empty())
            notice(NoticeKind::UnreadablePage, index, "its fonts do not say which characters they draw");
    }

    void makePages()
    {
        const DocumentStyle style(m_pages, m_pdf.outline());
        m_result.document.pages.reserve(m_pages.size());
        for (PlacedPage &page : m_pages)
            m_result.document.pages.push_back(makePage(std::exchange(page, {}), style));
    }

    // What is said of the whole.
    void judge()
    {
        const auto &pages = m_result.document.pages;
        const auto read = static_cast<std::uint32_t>(
            std::ranges::count_if(pages, [](const Page &page) { return page.source != TextSource::None; }));
        if (m_result.state == State::TooLarge)
            return;
        if (pages.empty() || (m_unreadable == pages.size())) {
            m_result.state = State::Malformed;
            m_result.reason = pages.empty() && !m_miscounted ? "it has no pages" : "none of its pages can be read";
            m_result.document.pages.clear();
            m_result.document.notices.clear();
        } else if (read == 0 && m_pictures > 0) {
            m_result.state = State::NoText;
            m_result.reason = m_recognizer ? "its pages are pictures in which no text was found"
                                           : "its pages are pictures, and no recognition of text is installed";
        } else if (m_pictures > 0 || m_unreadable > 0 || m_miscounted) {
            m_result.state = State::Partial;
            m_result.reason =
                m_pictures > 0 ? "some of its pages are pictures without text" : "some of its pages cannot be read";
        }
    }

    PdfDocument m_pdf;
    const Context &m_context;
    bool m_mayHide;
    Extraction m_result;
    std::vector<PlacedPage> m_pages;
    std::unique_ptr<Recognizer> m_recognizer;
    bool m_triedRecognizer = false;
    bool m_miscounted = false;
    std::uint32_t m_unreadable = 0;
    std::uint32_t m_pictures = 0;
};

} // namespace

Extraction readPdf(Bytes file, const Context &context)
{
    auto pdf = PdfDocument::open(file, context.password);
    if (!pdf)
        return {.format = Format::Pdf, .state = pdf.error().state, .reason = std::move(pdf.error().reason)};
    return PdfReading(std::move(*pdf), file, context).read();
}

} // namespace app::extraction
