// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workers/extract/readers/pdf_document.h"

#include <memory>

namespace app::extraction {

/// Folders in which Tesseract's language data may lie; not all exist.
std::vector<std::string> languageFolders();

/// Reads text out of pictures with Tesseract.
class Recognizer {
public:
    /// `languages`: as many of "eng+deu" as are installed; null when that leaves none, or nothing is asked for.
    static std::unique_ptr<Recognizer> create(std::string_view languages);
    ~Recognizer();
    Recognizer(const Recognizer &) = delete;
    Recognizer &operator=(const Recognizer &) = delete;

    /// Fills words, lines, source and confidence of a page without text. `scale`: pixels of the picture in a point.
    void read(const GrayPicture &picture, float scale, PlacedPage &page);

private:
    struct Engine;
    explicit Recognizer(std::unique_ptr<Engine> engine);
    std::unique_ptr<Engine> m_engine;
};

} // namespace app::extraction
