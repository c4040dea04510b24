// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What went wrong, in people's words, with a way out.
#pragma once

#include "app/types.h"

#include <QString>

namespace inference {
struct Error;
}
namespace storage {
struct Error;
}

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

/// Failures that arise in the services themselves.
Failure noModelFailure();                                             ///< code "app.no_model"
Failure promptTooLongFailure(qsizetype promptTokens, qsizetype contextTokens); ///< code "app.prompt_too_long"
Failure busyFailure();                                                ///< code "app.busy": another answer is running

} // namespace app
