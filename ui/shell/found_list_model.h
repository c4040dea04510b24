// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/conversation_service.h"

#include <QAbstractListModel>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// Conversations as an answer to a question: what a search found, or what lies in the trash. GUI thread.
class FoundListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::ConversationService *service READ service WRITE setService NOTIFY serviceChanged FINAL)
    Q_PROPERTY(Source source READ source WRITE setSource NOTIFY sourceChanged FINAL)
    Q_PROPERTY(QString query READ query WRITE setQuery NOTIFY queryChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    /// The rows are not those of the present query yet.
    Q_PROPERTY(bool waiting READ isWaiting NOTIFY waitingChanged FINAL)
public:
    enum Source { Search, Trash };
    Q_ENUM(Source)
    enum Role {
        ConversationRole = Qt::UserRole + 1, ///< app::ConversationId
        TitleRole,                           ///< never empty
        ExcerptRole,                         ///< one line around the match, empty when the title matched
        WhenRole, ///< day of the last change, in the trash of the deletion, in the user's words
    };
    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] app::ConversationService *service() const { return m_service; }
    void setService(app::ConversationService *service);
    [[nodiscard]] Source source() const { return m_source; }
    void setSource(Source source);
    [[nodiscard]] QString query() const { return m_query; }
    /// Searches; an empty query empties the list.
    void setQuery(const QString &query);
    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] bool isWaiting() const { return m_waiting; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : count(); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;
    [[nodiscard]] Q_INVOKABLE app::ConversationId conversationAt(int row) const;

Q_SIGNALS:
    void serviceChanged();
    void sourceChanged();
    void queryChanged();
    void countChanged();
    void waitingChanged();

private:
    struct Row {
        app::ConversationId id;
        QString title;
        QString excerpt;
        QDateTime when;
    };
    void connectSource();
    void show(QList<Row> rows);
    void setWaiting(bool waiting);

    QPointer<app::ConversationService> m_service;
    Source m_source = Search;
    QString m_query;
    QList<Row> m_rows;
    bool m_waiting = false;
};

} // namespace ui
