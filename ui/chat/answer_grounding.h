// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/conversation_types.h"

#include <QList>
#include <QString>
#include <qqmlregistration.h>

namespace ui {

/// What stands under an answer from documents, in words. Plain value.
class AnswerGrounding {
    Q_GADGET
    QML_VALUE_TYPE(answerGrounding)
    Q_PROPERTY(QString material MEMBER material)
    Q_PROPERTY(QString support MEMBER support)
    Q_PROPERTY(QString warning MEMBER warning)
    Q_PROPERTY(QString title MEMBER title)
    Q_PROPERTY(bool refused MEMBER refused)
    Q_PROPERTY(QList<app::CitationValue> sources MEMBER sources)
public:
    QString material;                  ///< "Answered from the whole file lease.pdf."
    QString support;                   ///< how many of its sentences the documents bear out; empty: none was compared
    QString warning;                   ///< text that reads like an instruction to the model; empty: there is none
    QString title;                     ///< of the list of sources: "3 sources used · 8 read"; empty: there is none
    bool refused = false;              ///< the sources are those that came nearest
    QList<app::CitationValue> sources; ///< that the answer refers to; all of them where it refers to none
    bool operator==(const AnswerGrounding &) const = default;
};

AnswerGrounding answerGrounding(const app::MessageValue &answer);

} // namespace ui
