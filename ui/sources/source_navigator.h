// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/chat_service.h"
#include "app/source_service.h"

#include <QObject>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// From the numbers of an answer to the source that is shown: what chips, lists and keys use. Keeps what is shown in
/// step with the conversation, and lets go of it when its answer is not on the screen any more. GUI thread.
class SourceNavigator : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::ChatService *chat READ chat WRITE setChat NOTIFY chatChanged FINAL)
    Q_PROPERTY(app::SourceService *sources READ sources WRITE setSources NOTIFY sourcesChanged FINAL)
    /// The answer whose source is shown; invalid: none is.
    Q_PROPERTY(app::MessageId answer READ answer NOTIFY shownChanged FINAL)
    /// Its number there; 0: none is shown.
    Q_PROPERTY(int number READ number NOTIFY shownChanged FINAL)
public:
    using QObject::QObject;

    [[nodiscard]] app::ChatService *chat() const { return m_chat; }
    /// Not owned.
    void setChat(app::ChatService *chat);
    [[nodiscard]] app::SourceService *sources() const { return m_sources; }
    /// Not owned.
    void setSources(app::SourceService *sources);
    [[nodiscard]] app::MessageId answer() const;
    [[nodiscard]] int number() const;

    /// Shows the source with this number of an answer of the open conversation; taken() follows when it has one.
    Q_INVOKABLE void open(app::MessageId answer, int number);
    /// Goes to the next (1) or the previous (-1) source. While none is shown, opens the first one of the newest answer
    /// that has any.
    Q_INVOKABLE void step(int by);
    /// "Lease.pdf, p. 3"; empty for a number that the answer was not given.
    Q_INVOKABLE [[nodiscard]] QString place(app::MessageId answer, int number) const;

Q_SIGNALS:
    void chatChanged();
    void sourcesChanged();
    void shownChanged();
    /// The reader chose a source: it takes the keyboard.
    void taken();

private:
    [[nodiscard]] const app::MessageValue *find(app::MessageId id) const;
    bool show(const app::MessageValue &answer, int number);
    void onMessageChanged(const app::MessageValue &message);
    void onTranscriptReset();

    QPointer<app::ChatService> m_chat;
    QPointer<app::SourceService> m_sources;
    QList<app::CitationValue> m_shown; ///< of the answer, as it was when its source was opened
};

/// An answer's citations as a reader goes through them: those that it refers to, then what the model read besides.
QList<app::CitationValue> inReadingOrder(QList<app::CitationValue> citations);

} // namespace ui
