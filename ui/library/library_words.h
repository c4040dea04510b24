// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/collection_values.h"
#include "app/passage_finder.h"
#include "app/summary_types.h"

#include <QObject>
#include <qqmlregistration.h>

namespace ui {

/// What the Documents room says in people's words. Stateless.
class LibraryWords : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
public:
    /// How words are coloured; the numbers of Badge.Tone.
    enum Tone { Quiet, Good, Warn, Stop };
    Q_ENUM(Tone)
    using QObject::QObject;

    /// "ready", "scanned, no text", "failed: the file is damaged".
    Q_INVOKABLE [[nodiscard]] QString state(const app::FileValue &file) const;
    Q_INVOKABLE [[nodiscard]] int tone(const app::FileValue &file) const;
    /// "14", "12 of 14"; empty where nobody counts pages.
    Q_INVOKABLE [[nodiscard]] QString pages(const app::FileValue &file) const;
    /// "212 passages", or what can be done about its state.
    Q_INVOKABLE [[nodiscard]] QString note(const app::FileValue &file) const;
    /// Whether reading it again may help.
    Q_INVOKABLE [[nodiscard]] bool canRetry(const app::FileValue &file) const;
    Q_INVOKABLE [[nodiscard]] bool needsPassword(const app::FileValue &file) const;

    /// "38 files · 1,208 pages · 4,120 passages".
    Q_INVOKABLE [[nodiscard]] QString counts(const app::CollectionCounts &counts) const;
    /// "all ready", "3 files to read", "2 files could not be read whole"; with "·" between.
    Q_INVOKABLE [[nodiscard]] QString standing(const app::CollectionCounts &counts, bool paused) const;
    /// "less than a minute", "about 4 minutes", "about 2 hours"; empty for what is not known.
    Q_INVOKABLE [[nodiscard]] QString timeLeft(qint64 seconds) const;
    /// The folders of a collection in one line.
    Q_INVOKABLE [[nodiscard]] QString places(const QStringList &sources) const;
    /// A path with the home folder as "~".
    Q_INVOKABLE [[nodiscard]] QString place(const QString &path) const;

    /// "Lease.pdf · page 12"; the page as the document calls it.
    Q_INVOKABLE [[nodiscard]] QString whereIs(const app::FoundPassage &passage) const;
    /// "Lease.pdf, p. 12"; without the page where nobody counts them.
    Q_INVOKABLE [[nodiscard]] QString placeOf(const app::SummarySource &source) const;
    /// What of a document a summary has nothing of: "Lease.pdf, p. 12", "Lease.pdf, p. 3, Notice", "Deed.pdf: It is
    /// encrypted."
    Q_INVOKABLE [[nodiscard]] QString placeInWords(const app::SummaryPlace &place) const;
    /// Why a passage stands where it does: "1st by words, 3rd by meaning".
    Q_INVOKABLE [[nodiscard]] QString why(const app::FoundPassage &passage) const;
};

/// Words of a text that a question asks for, as ranges of UTF-16 units: the same word or one with another ending.
struct MarkedRange {
    qsizetype begin = 0;
    qsizetype length = 0;
    bool operator==(const MarkedRange &) const = default;
};
QList<MarkedRange> matchedWords(const QString &text, const QString &question);

} // namespace ui
