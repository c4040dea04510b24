// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Questions about the sample documents and the library beside them, with the places of their answers.
#pragma once

#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

/// Where an answer stands.
struct GoldSpan {
    QString file; ///< name of the document
    int page = 0; ///< from 1: a page, slide, sheet, chapter, or the message and its attachments
    QString text; ///< as it stands there, white space aside
};

struct LibraryQuestion {
    QString id;
    QString language; ///< BCP 47, of question and answer
    QString kind;     ///< fact, number, date, table, comparison, definition, paraphrase, unanswerable
    QString question;
    QString answer;             ///< empty where no document has one
    std::vector<GoldSpan> gold; ///< of a comparison one for each side
    bool calibration = false;   ///< of the half that thresholds are chosen on; the other half is reported

    [[nodiscard]] bool isAnswerable() const { return !gold.empty(); }
};

/// The questions of the samples and of the library. Ends the program when they cannot be read.
std::vector<LibraryQuestion> libraryQuestions();

/// The folders of the documents that they are about.
QStringList libraryFolders();

struct ByteRange {
    std::int64_t begin = 0;
    std::int64_t end = 0;
};

/// Where `text` stands in `page`, with any white space for any other; nothing unless it stands there exactly once.
std::optional<ByteRange> findOnce(std::string_view page, std::string_view text);

} // namespace tests
