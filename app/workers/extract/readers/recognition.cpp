// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/recognition.h"

#include "app/workers/extract/page_builder.h"

#include <tesseract/baseapi.h>
#include <tesseract/resultiterator.h>

#include <unistd.h>

#include <algorithm>
#include <cmath>

namespace app::extraction {

namespace {

constexpr float kPointsPerInch = 72;
constexpr float kLeastConfidence = 20; // percent; below it the words of a picture are noise

struct Languages {
    std::string folder;
    std::string names;
};

// The languages that are there, all from one folder.
Languages installed(std::string_view wanted)
{
    for (const std::string &folder : languageFolders()) {
        Languages found{.folder = folder};
        for (std::string_view left = wanted; !left.empty();) {
            const std::size_t end = std::min(left.find('+'), left.size());
            const std::string name(left.substr(0, end));
            left.remove_prefix(std::min(end + 1, left.size()));
            const bool plain = std::ranges::all_of(name, [](char letter) {
                return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_';
            });
            std::string path = folder;
            path.append("/").append(name).append(".traineddata");
            if (!name.empty() && plain && ::access(path.c_str(), R_OK) == 0)
                found.names += (found.names.empty() ? "" : "+") + name;
        }
        if (!found.names.empty())
            return found;
    }
    return {};
}

// Heights of lines that were found in a picture differ by their letters and by the light; only much larger ones are.
void levelSizes(PlacedPage &page)
{
    std::vector<float> sizes;
    sizes.reserve(page.words.size());
    for (const PlacedWord &word : page.words)
        sizes.push_back(word.fontSize);
    const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
    std::ranges::nth_element(sizes, middle);
    for (PlacedWord &word : page.words) {
        if (word.fontSize > *middle * 0.6F && word.fontSize < *middle * 1.45F)
            word.fontSize = *middle;
    }
}

} // namespace

struct Recognizer::Engine {
    tesseract::TessBaseAPI api;
};

std::vector<std::string> languageFolders()
{
    return {"/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tesseract-ocr/4.00/tessdata", "/usr/share/tessdata",
            "/usr/local/share/tessdata", "/app/share/tessdata"};
}

Recognizer::Recognizer(std::unique_ptr<Engine> engine)
    : m_engine(std::move(engine))
{
}
Recognizer::~Recognizer() = default;

std::unique_ptr<Recognizer> Recognizer::create(std::string_view languages)
{
    const Languages found = installed(languages);
    if (found.names.empty())
        return nullptr;
    auto engine = std::make_unique<Engine>();
    if (engine->api.Init(found.folder.c_str(), found.names.c_str(), tesseract::OEM_LSTM_ONLY) != 0)
        return nullptr;
    engine->api.SetPageSegMode(tesseract::PSM_AUTO);
    return std::unique_ptr<Recognizer>(new Recognizer(std::move(engine)));
}

void Recognizer::read(const GrayPicture &picture, float scale, PlacedPage &page)
{
    page.bytes.clear();
    page.words.clear();
    tesseract::TessBaseAPI &api = m_engine->api;
    api.SetImage(picture.pixels.data(), static_cast<int>(picture.width), static_cast<int>(picture.height), 1,
                 static_cast<int>(picture.stride));
    api.SetSourceResolution(static_cast<int>(std::lround(kPointsPerInch * scale)));
    if (api.Recognize(nullptr) != 0)
        return;
    const std::unique_ptr<tesseract::ResultIterator> words(api.GetIterator());
    if (!words)
        return;
    double sum = 0;
    do {
        constexpr auto kWord = tesseract::RIL_WORD;
        const std::unique_ptr<char[]> raw(words->GetUTF8Text(kWord));
        const float confidence = words->Confidence(kWord);
        int left = 0;
        int top = 0;
        int right = 0;
        int bottom = 0;
        if (!raw || confidence < kLeastConfidence || !words->BoundingBox(kWord, &left, &top, &right, &bottom))
            continue;
        std::string text = cleanText(raw.get());
        std::erase_if(text, [](char letter) { return letter == ' ' || letter == '\n' || letter == '\t'; });
        if (text.empty())
            continue;
        PlacedWord word{.begin = static_cast<std::uint32_t>(page.bytes.size()),
                        .box = {.left = static_cast<float>(left) / scale,
                                .top = static_cast<float>(top) / scale,
                                .right = static_cast<float>(right) / scale,
                                .bottom = static_cast<float>(bottom) / scale},
                        .spaceAfter = true};
        page.bytes += text;
        word.end = static_cast<std::uint32_t>(page.bytes.size());
        int lineLeft = 0;
        int lineTop = 0;
        int lineRight = 0;
        int lineBottom = 0;
        // A line's height says how large its letters are, which those of one word do not: "see" and "high".
        if (words->BoundingBox(tesseract::RIL_TEXTLINE, &lineLeft, &lineTop, &lineRight, &lineBottom)) {
            word.box.top = static_cast<float>(lineTop) / scale;
            word.box.bottom = static_cast<float>(lineBottom) / scale;
        }
        word.fontSize = std::round(std::max(word.box.bottom - word.box.top, 1.0F));
        page.words.push_back(word);
        sum += static_cast<double>(confidence);
    } while (words->Next(tesseract::RIL_WORD));
    api.Clear();
    if (page.words.empty())
        return;
    levelSizes(page);
    page.source = TextSource::Recognition;
    page.confidence = static_cast<std::uint8_t>(std::clamp(sum / static_cast<double>(page.words.size()), 0.0, 100.0));
}

} // namespace app::extraction
