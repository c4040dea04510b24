// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/token_model.h"

#include <algorithm>

namespace ui {

void TokenModel::setInspector(app::ModelInspector *inspector)
{
    if (inspector == m_inspector)
        return;
    if (m_inspector)
        m_inspector->disconnect(this);
    m_inspector = inspector;
    if (inspector != nullptr) {
        connect(inspector, &app::ModelInspector::phaseChanged, this, &TokenModel::ask);
        connect(inspector, &app::ModelInspector::tokensChanged, this, &TokenModel::take);
    }
    ask();
    take();
    Q_EMIT inspectorChanged();
}

void TokenModel::setText(const QString &text)
{
    if (text == m_text)
        return;
    m_text = text;
    m_options.most = kAtOnce;
    ask();
    Q_EMIT wishesChanged();
}

void TokenModel::setAddSpecial(bool add)
{
    if (add == m_options.addSpecial)
        return;
    m_options.addSpecial = add;
    ask();
    Q_EMIT wishesChanged();
}

void TokenModel::setParseControl(bool parse)
{
    if (parse == m_options.parseControl)
        return;
    m_options.parseControl = parse;
    ask();
    Q_EMIT wishesChanged();
}

int TokenModel::more() const
{
    return m_inspector ? static_cast<int>(m_inspector->tokenCount() - m_tokens.size()) : 0;
}

void TokenModel::showMore()
{
    m_options.most += kAtOnce;
    ask();
}

void TokenModel::ask()
{
    if (m_inspector && m_inspector->hasTokenizer())
        m_inspector->tokenize(m_text, m_options);
}

// What stays the same stays as it is: while one types at the end, only the last chips change.
void TokenModel::take()
{
    const QList<app::TokenValue> next = m_inspector ? m_inspector->tokens() : QList<app::TokenValue>();
    const auto [mine, theirs] = std::ranges::mismatch(m_tokens, next);
    const int same = static_cast<int>(mine - m_tokens.begin());
    if (same < count()) {
        beginRemoveRows({}, same, count() - 1);
        m_tokens.resize(same);
        endRemoveRows();
    }
    if (same < next.size()) {
        beginInsertRows({}, same, static_cast<int>(next.size()) - 1);
        m_tokens = next;
        endInsertRows();
    }
    Q_EMIT countChanged();
}

QVariant TokenModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const app::TokenValue &token = m_tokens[index.row()];
    switch (role) {
    case TokenRole:
        return QVariant::fromValue(token);
    case Qt::DisplayRole:
        return token.text;
    default:
        return {};
    }
}

QHash<int, QByteArray> TokenModel::roleNames() const
{
    return {{TokenRole, "token"}};
}

} // namespace ui
