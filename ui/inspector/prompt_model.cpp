// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/prompt_model.h"

#include <algorithm>

namespace ui {

namespace {

constexpr qsizetype kMostCharacters = 20'000; ///< of one part on the screen; the rest is only counted

struct Shown {
    QString text;
    QList<ControlStretch> control;
    qsizetype cut = 0;
};

Shown shownOf(const app::PromptPart &part)
{
    Shown shown;
    for (const app::PromptPiece &piece : part.pieces) {
        const qsizetype room = std::max<qsizetype>(0, kMostCharacters - shown.text.size());
        const QString text = piece.text.first(std::min(piece.text.size(), room));
        if (piece.isControl && !text.isEmpty())
            shown.control.append(
                {.start = static_cast<int>(shown.text.size()), .length = static_cast<int>(text.size())});
        shown.text += text;
        shown.cut += piece.text.size() - text.size();
    }
    // The end of a part's last line would be an empty line on the screen.
    if (shown.text.endsWith(u'\n'))
        shown.text.chop(1);
    shown.control.removeIf([&](const ControlStretch &one) { return one.start >= shown.text.size(); });
    for (ControlStretch &one : shown.control)
        one.length = std::min(one.length, static_cast<int>(shown.text.size()) - one.start);
    return shown;
}

} // namespace

void PromptModel::setInspector(app::ModelInspector *inspector)
{
    if (inspector == m_inspector)
        return;
    if (m_inspector)
        m_inspector->disconnect(this);
    m_inspector = inspector;
    if (inspector != nullptr)
        connect(inspector, &app::ModelInspector::promptChanged, this, &PromptModel::take);
    take();
    Q_EMIT inspectorChanged();
}

void PromptModel::take()
{
    beginResetModel();
    m_parts = m_inspector ? m_inspector->promptParts() : QList<app::PromptPart>();
    endResetModel();
    Q_EMIT countChanged();
}

QVariant PromptModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const app::PromptPart &part = m_parts[index.row()];
    switch (role) {
    case KindRole:
        return QVariant::fromValue(part.kind);
    case TokensRole:
        return static_cast<int>(part.tokens);
    case MessagesRole:
        return static_cast<int>(part.messages);
    case TextRole:
    case Qt::DisplayRole:
        return shownOf(part).text;
    case ControlRole:
        return QVariant::fromValue(shownOf(part).control);
    case CutRole:
        return static_cast<int>(shownOf(part).cut);
    default:
        return {};
    }
}

QHash<int, QByteArray> PromptModel::roleNames() const
{
    return {{KindRole, "kind"},    {TokensRole, "tokens"},   {MessagesRole, "messages"},
            {TextRole, "content"}, {ControlRole, "control"}, {CutRole, "cut"}};
}

QString PromptModel::wholeText() const
{
    QString text;
    for (const app::PromptPart &part : m_parts) {
        for (const app::PromptPiece &piece : part.pieces)
            text += piece.text;
    }
    return text;
}

} // namespace ui
