// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/transcript_model.h"

#include "app/answer_export.h"
#include "app/chat_service.h"
#include "ui/chat/answer_grounding.h"
#include "ui/chat/answer_marks.h"

#include <QLocale>

#include <algorithm>
#include <span>

namespace ui {

using app::markdown::Block;
using app::markdown::BlockKind;
using app::markdown::MarkdownBlocks;

struct TranscriptModel::Entry {
    app::MessageValue message;
    MarkdownBlocks blocks; // of answers
    AnswerMarks marks;
    QString waiting; // the end of the text that is in no block yet
    bool thoughtsWaiting = false;
    int firstRow = 0;
    int rowCount = 0;
};

namespace {

bool isAnswer(const app::MessageValue &message)
{
    return message.role == app::MessageRole::Assistant;
}
bool isStreaming(const app::MessageValue &message)
{
    return message.state == app::MessageState::Streaming;
}

TranscriptModel::RowKind rowKind(BlockKind kind)
{
    switch (kind) {
    case BlockKind::Code:
        return TranscriptModel::Code;
    case BlockKind::Table:
        return TranscriptModel::Table;
    case BlockKind::ThematicBreak:
        return TranscriptModel::Break;
    case BlockKind::Paragraph:
    case BlockKind::Heading:
        break;
    }
    return TranscriptModel::Text;
}

} // namespace

TranscriptModel::TranscriptModel(QObject *parent)
    : QAbstractListModel(parent)
{
    connect(this, &QAbstractItemModel::rowsInserted, this, &TranscriptModel::countChanged);
    connect(this, &QAbstractItemModel::rowsRemoved, this, &TranscriptModel::countChanged);
    connect(this, &QAbstractItemModel::modelReset, this, &TranscriptModel::countChanged);
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &TranscriptModel::showWaiting);
}

TranscriptModel::~TranscriptModel() = default;

app::ChatService *TranscriptModel::chat() const
{
    return m_chat;
}

void TranscriptModel::setChat(app::ChatService *chat)
{
    if (chat == m_chat)
        return;
    if (m_chat)
        m_chat->disconnect(this);
    m_chat = chat;
    if (chat != nullptr) {
        connect(chat, &app::ChatService::transcriptReset, this, [this] { setMessages(m_chat->transcript()); });
        connect(chat, &app::ChatService::messageAppended, this, &TranscriptModel::appendMessage);
        connect(chat, &app::ChatService::messageChanged, this, &TranscriptModel::changeMessage);
        connect(chat, &app::ChatService::textAppended, this, &TranscriptModel::appendText);
        setMessages(chat->transcript());
    }
    Q_EMIT chatChanged();
}

void TranscriptModel::setAssistantName(const QString &name)
{
    if (name == m_assistantName)
        return;
    m_assistantName = name;
    Q_EMIT assistantNameChanged();
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0), index(count() - 1), {TextRole});
}

void TranscriptModel::setPace(int pace)
{
    if (pace == m_pace)
        return;
    m_pace = pace;
    showWaiting();
    Q_EMIT paceChanged();
}

int TranscriptModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QHash<int, QByteArray> TranscriptModel::roleNames() const
{
    return {{KindRole, "kind"},
            {MessageIdRole, "messageId"},
            {BlockRole, "block"},
            {TextRole, "text"},
            {OpenRole, "open"},
            {StateRole, "messageState"},
            {FailureRole, "failure"},
            {RecordRole, "record"},
            {BranchIndexRole, "branchIndex"},
            {BranchCountRole, "branchCount"},
            {GroundingRole, "grounding"},
            {LastRole, "last"},
            {VersionRole, "version"}};
}

QString TranscriptModel::versionNote(int entry) const
{
    const app::AnswerRecord &record = m_entries[size_t(entry)]->message.record;
    if (record.modelSha256.isEmpty())
        return {};
    for (int before = entry - 1; before >= 0; --before) {
        const QString &known = m_entries[size_t(before)]->message.record.modelSha256;
        if (known.isEmpty())
            continue;
        if (known == record.modelSha256)
            return {};
        return record.modelModified.isValid()
                   ? tr("answered by %1 (file of %2)")
                         .arg(record.modelName, QLocale().toString(record.modelModified.date(), QLocale::ShortFormat))
                   : tr("answered by %1").arg(record.modelName);
    }
    return {};
}

bool TranscriptModel::isOpenRow(const Place &place) const
{
    const Entry &entry = *m_entries[size_t(place.entry)];
    if (!isStreaming(entry.message))
        return false;
    if (place.row.kind == Thinking)
        return entry.blocks.blocks().isEmpty();
    return place.row.block >= 0 && place.row.block == entry.blocks.blocks().size() - 1;
}

QVariant TranscriptModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Place &place = m_rows[size_t(index.row())];
    const Entry &entry = *m_entries[size_t(place.entry)];
    switch (role) {
    case KindRole:
        return place.row.kind;
    case MessageIdRole:
        return QVariant::fromValue(entry.message.id);
    case BlockRole:
        return QVariant::fromValue(entry.marks.marked(entry.blocks.blocks().value(place.row.block), place.row.block));
    case TextRole:
        if (place.row.kind == Thinking)
            return entry.message.thinking;
        return place.row.kind == Header ? m_assistantName : place.row.kind == Question ? entry.message.text : QString();
    case OpenRole:
        return isOpenRow(place);
    case StateRole:
        return static_cast<int>(entry.message.state);
    case FailureRole:
        return QVariant::fromValue(entry.message.failure);
    case RecordRole:
        return QVariant::fromValue(entry.message.record);
    case BranchIndexRole:
        return entry.message.branchIndex;
    case BranchCountRole:
        return entry.message.branchCount;
    case GroundingRole:
        return place.row.kind == Sources ? QVariant::fromValue(answerGrounding(entry.message)) : QVariant();
    case VersionRole:
        return place.row.kind == Header ? versionNote(place.entry) : QString();
    case LastRole:
        return place.entry == int(m_entries.size()) - 1;
    case Qt::DisplayRole:
        return searchable(place);
    default:
        return {};
    }
}

std::vector<TranscriptModel::Row> TranscriptModel::rowsOf(const Entry &entry) const
{
    if (!isAnswer(entry.message))
        return {{.kind = Question}};
    std::vector<Row> rows{{.kind = Header}};
    if (!entry.message.thinking.isEmpty())
        rows.push_back({.kind = Thinking});
    const auto &blocks = entry.blocks.blocks();
    for (int i = 0; i < blocks.size(); ++i)
        rows.push_back({.kind = rowKind(blocks[i].kind), .block = i});
    if (!isStreaming(entry.message) && !entry.message.grounding.isEmpty())
        rows.push_back({.kind = Sources});
    switch (entry.message.state) {
    case app::MessageState::Failed:
    case app::MessageState::Interrupted:
        rows.push_back({.kind = Failure});
        rows.push_back({.kind = Actions});
        break;
    case app::MessageState::Complete:
    case app::MessageState::Stopped:
        rows.push_back({.kind = Actions});
        break;
    case app::MessageState::Streaming:
        break;
    }
    return rows;
}

void TranscriptModel::setMessages(const QList<app::MessageValue> &messages)
{
    showWaiting();
    const bool sameConversation = !m_entries.empty() && !messages.isEmpty() &&
                                  m_entries.front()->message.conversation == messages.first().conversation;
    if (!sameConversation) {
        beginResetModel();
        m_rows.clear();
        m_entries.clear();
        for (const auto &message : messages)
            addEntry(message);
        endResetModel();
        Q_EMIT replaced();
        Q_EMIT lastRecordChanged();
        return;
    }
    // Another branch: what stands above the fork stays where it is on the screen.
    qsizetype same = 0;
    while (same < messages.size() && same < qsizetype(m_entries.size()) &&
           m_entries[size_t(same)]->message.id == messages[same].id &&
           m_entries[size_t(same)]->message.text == messages[same].text)
        ++same;
    removeFrom(int(same));
    for (qsizetype i = 0; i < same; ++i)
        changeMessage(messages[i]);
    for (qsizetype i = same; i < messages.size(); ++i)
        appendMessage(messages[i]);
    Q_EMIT lastRecordChanged();
}

void TranscriptModel::addEntry(const app::MessageValue &message)
{
    auto entry = std::make_unique<Entry>();
    entry->message = message;
    entry->firstRow = count();
    if (isAnswer(message)) {
        entry->blocks.append(message.text);
        if (!isStreaming(message))
            entry->blocks.finish();
        entry->marks.set(message, entry->blocks.blocks());
    }
    const int number = int(m_entries.size());
    const auto rows = rowsOf(*entry);
    entry->rowCount = int(rows.size());
    m_entries.push_back(std::move(entry));
    for (const Row &row : rows)
        m_rows.push_back({.entry = number, .row = row});
}

void TranscriptModel::appendMessage(const app::MessageValue &message)
{
    if (find(message.id) != nullptr) {
        changeMessage(message);
        return;
    }
    Entry probe{.message = message};
    if (isAnswer(message)) {
        probe.blocks.append(message.text);
        if (!isStreaming(message))
            probe.blocks.finish();
    }
    const int added = int(rowsOf(probe).size());
    beginInsertRows({}, count(), count() + added - 1);
    addEntry(message);
    endInsertRows();
    markLast(int(m_entries.size()) - 2);
    Q_EMIT lastRecordChanged();
}

void TranscriptModel::removeFrom(int entryIndex)
{
    if (entryIndex >= int(m_entries.size()))
        return;
    const int first = m_entries[size_t(entryIndex)]->firstRow;
    beginRemoveRows({}, first, count() - 1);
    m_rows.resize(size_t(first), Place{.entry = 0, .row = {.kind = Question}});
    m_entries.resize(size_t(entryIndex));
    endRemoveRows();
    markLast(entryIndex - 1);
}

void TranscriptModel::markLast(int entryIndex)
{
    if (entryIndex < 0)
        return;
    const Entry &entry = *m_entries[size_t(entryIndex)];
    if (entry.rowCount > 0)
        Q_EMIT dataChanged(index(entry.firstRow), index(entry.firstRow + entry.rowCount - 1), {LastRole});
}

TranscriptModel::Entry *TranscriptModel::find(app::MessageId id)
{
    const auto found =
        std::find_if(m_entries.rbegin(), m_entries.rend(), [id](const auto &entry) { return entry->message.id == id; });
    return found == m_entries.rend() ? nullptr : found->get();
}

const TranscriptModel::Entry *TranscriptModel::find(app::MessageId id) const
{
    return const_cast<TranscriptModel *>(this)->find(id);
}

void TranscriptModel::changeMessage(const app::MessageValue &message)
{
    showWaiting();
    Entry *entry = find(message.id);
    if (entry == nullptr)
        return;
    const auto same = [&] {
        app::MessageValue copy = message;
        copy.text = entry->message.text;
        copy.thinking = entry->message.thinking;
        return copy == entry->message;
    };
    if (same())
        return;
    const bool ended = isStreaming(entry->message) && !isStreaming(message);
    const bool marked = entry->message.citations != message.citations || entry->message.checks != message.checks;
    const QString text = std::exchange(entry->message.text, QString());
    const QString thinking = std::exchange(entry->message.thinking, QString());
    entry->message = message;
    entry->message.text = text;
    entry->message.thinking = thinking;
    qsizetype firstChanged = entry->blocks.blocks().size();
    if (ended) {
        // The last block loses its caret, whether or not its text changes once more.
        firstChanged = std::min(entry->blocks.finish().firstChanged, std::max<qsizetype>(0, firstChanged - 1));
    }
    if (ended || marked)
        entry->marks.set(entry->message, entry->blocks.blocks());
    if (marked)
        firstChanged = 0;
    const auto number =
        std::find_if(m_entries.begin(), m_entries.end(), [&](const auto &e) { return e.get() == entry; }) -
        m_entries.begin();
    syncRows(int(number), firstChanged, true);
    Q_EMIT lastRecordChanged();
}

void TranscriptModel::appendText(app::MessageId id, const QString &thinking, const QString &answer)
{
    Entry *entry = find(id);
    if (entry == nullptr || (thinking.isEmpty() && answer.isEmpty()))
        return;
    if (m_waiting != id)
        showWaiting();
    entry->message.thinking += thinking;
    entry->message.text += answer;
    entry->waiting += answer;
    entry->thoughtsWaiting |= !thinking.isEmpty();
    m_waiting = id;
    const qint64 since = m_sinceShown.isValid() ? m_sinceShown.elapsed() : m_pace;
    if (since >= m_pace)
        showWaiting();
    else if (!m_timer.isActive())
        m_timer.start(int(m_pace - since));
}

void TranscriptModel::showWaiting()
{
    m_timer.stop();
    Entry *entry = find(std::exchange(m_waiting, {}));
    if (entry == nullptr)
        return;
    m_sinceShown.start();
    const QString answer = std::exchange(entry->waiting, {});
    const bool thoughts = std::exchange(entry->thoughtsWaiting, false);
    const bool hadBlocks = !entry->blocks.blocks().isEmpty();
    const qsizetype oldCount = entry->blocks.blocks().size();
    MarkdownBlocks::Change change{.firstChanged = oldCount, .oldCount = oldCount, .newCount = oldCount};
    if (!answer.isEmpty())
        change = entry->blocks.append(answer);
    const auto number =
        std::find_if(m_entries.begin(), m_entries.end(), [&](const auto &e) { return e.get() == entry; }) -
        m_entries.begin();
    // A block that is no longer the last one loses its caret.
    if (change.newCount != change.oldCount)
        change.firstChanged = std::min(change.firstChanged, std::max<qsizetype>(0, oldCount - 1));
    if (thoughts || hadBlocks != !entry->blocks.blocks().isEmpty()) {
        const auto rows = rowsOf(*entry);
        const int at = entry->firstRow + 1;
        if (rows.size() > 1 && rows[1].kind == Thinking && entry->rowCount > 1 &&
            m_rows[size_t(at)].row.kind == Thinking)
            Q_EMIT dataChanged(index(at), index(at), {TextRole, OpenRole});
    }
    syncRows(int(number), change.firstChanged, false);
}

void TranscriptModel::syncRows(int entryIndex, qsizetype firstChangedBlock, bool messageChanged)
{
    Entry &entry = *m_entries[size_t(entryIndex)];
    const auto wanted = rowsOf(entry);
    const auto have = [&](int i) -> const Row & { return m_rows[size_t(entry.firstRow) + size_t(i)].row; };
    const int oldCount = entry.rowCount;
    const int newCount = int(wanted.size());
    // Rows are equal while kind and block agree; a delegate never changes its kind, so others are made anew.
    int head = 0;
    while (head < oldCount && head < newCount && have(head) == wanted[size_t(head)])
        ++head;
    int tail = 0;
    while (tail < oldCount - head && tail < newCount - head &&
           have(oldCount - 1 - tail) == wanted[size_t(newCount - 1 - tail)])
        ++tail;
    const int first = entry.firstRow + head;
    if (const int removed = oldCount - head - tail; removed > 0) {
        beginRemoveRows({}, first, first + removed - 1);
        m_rows.erase(m_rows.begin() + first, m_rows.begin() + first + removed);
        entry.rowCount -= removed;
        for (size_t i = size_t(entryIndex) + 1; i < m_entries.size(); ++i)
            m_entries[i]->firstRow -= removed;
        endRemoveRows();
    }
    const int added = newCount - head - tail;
    if (added > 0) {
        beginInsertRows({}, first, first + added - 1);
        std::vector<Place> places;
        places.reserve(size_t(added));
        for (const Row &row : std::span(wanted).subspan(size_t(head), size_t(added)))
            places.push_back({.entry = entryIndex, .row = row});
        m_rows.insert(m_rows.begin() + first, places.begin(), places.end());
        entry.rowCount += added;
        for (size_t i = size_t(entryIndex) + 1; i < m_entries.size(); ++i)
            m_entries[i]->firstRow += added;
        endInsertRows();
    }
    int from = entry.firstRow;
    if (!messageChanged) {
        from = entry.firstRow + entry.rowCount;
        for (int i = 0; i < head; ++i) {
            if (wanted[size_t(i)].block >= firstChangedBlock) {
                from = entry.firstRow + i;
                break;
            }
        }
    }
    const int to = messageChanged ? entry.firstRow + entry.rowCount - 1 : entry.firstRow + head - 1;
    if (from > to)
        return;
    if (messageChanged) {
        Q_EMIT dataChanged(index(from), index(to),
                           {OpenRole, StateRole, FailureRole, RecordRole, BranchIndexRole, BranchCountRole,
                            GroundingRole, VersionRole});
        for (int i = 0; i < newCount; ++i) {
            if (wanted[size_t(i)].block >= firstChangedBlock) {
                Q_EMIT dataChanged(index(entry.firstRow + i), index(to), {BlockRole});
                break;
            }
        }
        return;
    }
    Q_EMIT dataChanged(index(from), index(to), {BlockRole, OpenRole});
}

QString TranscriptModel::messageText(app::MessageId id) const
{
    const Entry *entry = find(id);
    return entry == nullptr ? QString() : entry->message.text;
}

QString TranscriptModel::messageWithSources(app::MessageId id) const
{
    const Entry *entry = find(id);
    return entry == nullptr ? QString() : app::withSources(entry->message);
}

bool TranscriptModel::hasSources(app::MessageId id) const
{
    const Entry *entry = find(id);
    return entry != nullptr && !entry->message.citations.isEmpty();
}

app::MessageId TranscriptModel::questionOf(app::MessageId answer) const
{
    const Entry *entry = find(answer);
    return entry == nullptr ? app::MessageId() : entry->message.parent;
}

app::MessageId TranscriptModel::lastAnswer() const
{
    const auto found =
        std::find_if(m_entries.rbegin(), m_entries.rend(), [](const auto &entry) { return isAnswer(entry->message); });
    return found == m_entries.rend() ? app::MessageId() : (*found)->message.id;
}

app::MessageId TranscriptModel::lastQuestion() const
{
    const auto found =
        std::find_if(m_entries.rbegin(), m_entries.rend(), [](const auto &entry) { return !isAnswer(entry->message); });
    return found == m_entries.rend() ? app::MessageId() : (*found)->message.id;
}

app::AnswerRecord TranscriptModel::lastRecord() const
{
    const Entry *entry = find(lastAnswer());
    return entry == nullptr ? app::AnswerRecord() : entry->message.record;
}

QString TranscriptModel::lastCode() const
{
    for (int row = count() - 1; row >= 0; --row) {
        const Place &place = m_rows[size_t(row)];
        if (place.row.kind == Code &&
            !m_entries[size_t(place.entry)]->blocks.blocks()[place.row.block].continuesPrevious)
            return wholeCode(row);
    }
    return {};
}

QString TranscriptModel::wholeCode(int row) const
{
    if (row < 0 || row >= count() || m_rows[size_t(row)].row.kind != Code)
        return {};
    const Place &place = m_rows[size_t(row)];
    const auto &blocks = m_entries[size_t(place.entry)]->blocks.blocks();
    qsizetype at = place.row.block;
    while (at > 0 && blocks[at].continuesPrevious)
        --at;
    QString code = blocks[at].content.text;
    for (++at; at < blocks.size() && blocks[at].continuesPrevious; ++at)
        code += u'\n' + blocks[at].content.text;
    return code;
}

QString TranscriptModel::searchable(const Place &place) const
{
    const Entry &entry = *m_entries[size_t(place.entry)];
    if (place.row.kind == Question)
        return entry.message.text;
    if (place.row.block < 0)
        return {};
    const Block &block = entry.blocks.blocks()[place.row.block];
    QString text = block.content.text;
    for (const auto &row : block.table.rows) {
        for (const auto &cell : row)
            text += cell.text + u' ';
    }
    return text;
}

int TranscriptModel::findRow(const QString &needle, int from, bool backwards) const
{
    if (needle.isEmpty())
        return -1;
    const int total = count();
    for (int step = 0; step < total; ++step) {
        const int row = ((from + (backwards ? -step : step)) % total + total) % total;
        if (searchable(m_rows[size_t(row)]).contains(needle, Qt::CaseInsensitive))
            return row;
    }
    return -1;
}

int TranscriptModel::countRows(const QString &needle) const
{
    return needle.isEmpty() ? 0 : int(std::count_if(m_rows.begin(), m_rows.end(), [&](const Place &place) {
        return searchable(place).contains(needle, Qt::CaseInsensitive);
    }));
}

} // namespace ui
