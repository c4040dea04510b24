// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/chat_service.h"
#include "app/conversation_types.h"
#include "app/markdown/markdown_blocks.h"

#include <QAbstractListModel>
#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>
#include <qqmlregistration.h>

#include <memory>
#include <vector>

namespace ui {

/// The open conversation as flat rows, one per block, so that a long answer costs no more to show than its visible
/// part. While text streams, rows are appended and the last ones patched; everything above stays untouched. GUI thread.
class TranscriptModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_CLASSINFO("RegisterEnumClassesUnscoped", "false") // those of the services, which share names of values
    Q_PROPERTY(app::ChatService *chat READ chat WRITE setChat NOTIFY chatChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    /// Record of the newest finished answer; empty when there is none.
    Q_PROPERTY(app::AnswerRecord lastRecord READ lastRecord NOTIFY lastRecordChanged FINAL)
    /// Least time between two showings of growing text, in ms: more of them than frames are work that nobody sees. 0:
    /// no piece waits. Only what is drawn waits; the text of messages is always whole.
    Q_PROPERTY(int pace READ pace WRITE setPace NOTIFY paceChanged FINAL)
    Q_PROPERTY(QString assistantName READ assistantName WRITE setAssistantName NOTIFY assistantNameChanged FINAL)
public:
    enum RowKind {
        Question, ///< what the user wrote, in a bubble
        Header,   ///< who answers
        Thinking, ///< folded thoughts
        Text,     ///< paragraph or heading, with its place in lists and quotes
        Code,
        Table,
        Break,   ///< thematic break
        Sources, ///< of an answer from documents: what it was given and how much of it that bears out
        Failure, ///< why the answer ended too soon, and the way out
        Actions, ///< what can be done with a finished answer
    };
    Q_ENUM(RowKind)

    enum Role {
        KindRole = Qt::UserRole + 1, ///< RowKind
        MessageIdRole,               ///< app::MessageId of the message the row belongs to
        BlockRole,                   ///< app::markdown::Block of Text, Code, Table and Break
        TextRole,                    ///< Question: its text; Thinking: the thoughts; Header: the assistant's name
        OpenRole,                    ///< bool: the row is still growing
        StateRole,                   ///< app::MessageState
        FailureRole,                 ///< app::Failure of Failure rows
        RecordRole,                  ///< app::AnswerRecord of Header, Thinking and Actions
        BranchIndexRole,             ///< 0-based, of Question and Actions
        BranchCountRole,             ///< of Question and Actions
        GroundingRole,               ///< ui::AnswerGrounding of Sources rows
        LastRole,                    ///< bool: the message is the newest one
        VersionRole,                 ///< QString of Header: which file answered, where it is not the last answer's
    };

    explicit TranscriptModel(QObject *parent = nullptr);
    ~TranscriptModel() override;

    [[nodiscard]] app::ChatService *chat() const;
    /// Follows this service's signals; not owned.
    void setChat(app::ChatService *chat);
    [[nodiscard]] QString assistantName() const { return m_assistantName; }
    void setAssistantName(const QString &name);
    [[nodiscard]] app::AnswerRecord lastRecord() const;
    [[nodiscard]] int pace() const { return m_pace; }
    void setPace(int pace);
    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    /// Shows these messages. Rows of messages that stay the same, from the first on, are kept.
    void setMessages(const QList<app::MessageValue> &messages);
    void appendMessage(const app::MessageValue &message);
    /// Takes over everything but the text, which only textAppended() lets grow.
    void changeMessage(const app::MessageValue &message);
    void appendText(app::MessageId id, const QString &thinking, const QString &answer);

    /// The Markdown of an answer or the text of a question, for the clipboard; thoughts are left out.
    Q_INVOKABLE QString messageText(app::MessageId id) const;
    /// The same of an answer from documents, with the passages that it cites below.
    Q_INVOKABLE QString messageWithSources(app::MessageId id) const;
    /// Whether there are such passages.
    Q_INVOKABLE bool hasSources(app::MessageId id) const;
    /// The question that an answer answers; invalid when there is none.
    Q_INVOKABLE app::MessageId questionOf(app::MessageId answer) const;
    /// The newest answer; invalid when there is none.
    Q_INVOKABLE app::MessageId lastAnswer() const;
    /// The newest question; invalid when there is none.
    Q_INVOKABLE app::MessageId lastQuestion() const;
    /// The newest code block, whole, for the clipboard; empty when there is none.
    Q_INVOKABLE QString lastCode() const;
    /// The text of a code block from its first row on, with the parts it continues in.
    Q_INVOKABLE QString wholeCode(int row) const;
    /// The row at or after `from` (before it when `backwards`) whose text contains `needle`, wrapping around; -1 if
    /// none.
    Q_INVOKABLE int findRow(const QString &needle, int from, bool backwards) const;
    /// How many rows contain `needle`.
    Q_INVOKABLE int countRows(const QString &needle) const;

Q_SIGNALS:
    void chatChanged();
    void countChanged();
    void assistantNameChanged();
    void paceChanged();
    /// Another answer is the newest, or it has another record; growing text says nothing of it.
    void lastRecordChanged();
    /// Another conversation is shown.
    void replaced();

private:
    struct Entry;
    struct Row {
        RowKind kind;
        int block = -1; // index into the message's blocks, for block rows
        bool operator==(const Row &) const = default;
    };
    struct Place {
        int entry;
        Row row;
    };

    [[nodiscard]] std::vector<Row> rowsOf(const Entry &entry) const;
    [[nodiscard]] QString versionNote(int entry) const;
    [[nodiscard]] Entry *find(app::MessageId id);
    [[nodiscard]] const Entry *find(app::MessageId id) const;
    void addEntry(const app::MessageValue &message);
    void showWaiting();
    void removeFrom(int entryIndex);
    /// Brings the model's rows of one entry to what rowsOf() says now; rows before `firstChanged` blocks are untouched.
    void syncRows(int entryIndex, qsizetype firstChangedBlock, bool messageChanged);
    void markLast(int entryIndex);
    [[nodiscard]] QString searchable(const Place &place) const;
    [[nodiscard]] bool isOpenRow(const Place &place) const;

    QPointer<app::ChatService> m_chat;
    QString m_assistantName;
    std::vector<std::unique_ptr<Entry>> m_entries;
    std::vector<Place> m_rows;
    int m_pace = 0;
    app::MessageId m_waiting; // the message with text that is not shown yet
    QTimer m_timer;           // its time
    QElapsedTimer m_sinceShown;
};

} // namespace ui
