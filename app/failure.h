// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What went wrong, in people's words, with a way out.
#pragma once

#include "app/types.h"

#include <QString>
#include <QStringList>

namespace inference {
struct Error;
}
namespace storage {
struct Error;
struct OpenReport;
} // namespace storage

namespace app {

/// A failure as a user meets it: it stands in the message or page it belongs to. Value; safe to copy between threads.
struct Failure {
    Q_GADGET
    Q_PROPERTY(QString code MEMBER code)
    Q_PROPERTY(QString title MEMBER title)
    Q_PROPERTY(QString explanation MEMBER explanation)
    Q_PROPERTY(app::FailureAction action MEMBER action)
    Q_PROPERTY(QString actionLabel MEMBER actionLabel)
    Q_PROPERTY(QString details MEMBER details)
    Q_PROPERTY(bool empty READ isEmpty)
public:
    QString code;        ///< "inference.out_of_memory", "storage.disk_full", …: stable, for tests and JSON
    QString title;       ///< a few words: "The model file is damaged"
    QString explanation; ///< one or two sentences: the cause and what to do
    FailureAction action = FailureAction::None;
    QString actionLabel; ///< text of the button, empty with FailureAction::None
    QString details;     ///< technical text for "Copy details"; holds no text of the user
    [[nodiscard]] bool isEmpty() const { return code.isEmpty(); }
    bool operator==(const Failure &) const = default;

    /// "title: explanation" on one line, as the terminal prints it.
    [[nodiscard]] QString sentence() const;
};

/// Words for every code of the two libraries. `subject` names what it was about, usually a file or model; may be empty.
Failure failureFrom(const inference::Error &error, const QString &subject = {});
Failure failureFrom(const storage::Error &error, const QString &subject = {});

/// The same from the code that Failure::code holds, as the database keeps it. An unknown code (written by a newer
/// Carrel) gives general words.
Failure failureFromCode(const QString &code, const QString &details, const QString &subject = {});

/// Every code that has words, in the order of the table.
QStringList failureCodes();

/// Why a data folder could not be used; empty for the outcomes that opened it for writing.
/// `folder` is named in the sentence.
Failure openFailure(const storage::OpenReport &report, const QString &folder);
/// What the user should know about a database that was opened: repaired, migrated, read-only. Empty: nothing.
QString openNotice(const storage::OpenReport &report, const QString &folder);

/// Failures that arise in the services themselves.
Failure noModelFailure();                                                      ///< code "app.no_model"
Failure promptTooLongFailure(qsizetype promptTokens, qsizetype contextTokens); ///< code "app.prompt_too_long"
Failure overflowFailure(qsizetype promptTokens, qsizetype contextTokens);      ///< code "app.overflow"
Failure busyFailure(); ///< code "app.busy": another answer is running

} // namespace app
