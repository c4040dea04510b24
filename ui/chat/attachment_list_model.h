// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/chat_material.h"
#include "app/chat_service.h"
#include "app/ingest_service.h"

#include <QAbstractListModel>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// The documents that the open conversation is about, as chips, and what is to be said about all of them.
class AttachmentListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::ChatMaterial *material READ material WRITE setMaterial NOTIFY servicesChanged FINAL)
    Q_PROPERTY(app::ChatService *chat READ chat WRITE setChat NOTIFY servicesChanged FINAL)
    Q_PROPERTY(app::IngestService *ingest READ ingest WRITE setIngest NOTIFY servicesChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    /// Files that were handed over are being read; a question waits for them.
    Q_PROPERTY(bool reading READ isReading NOTIFY standingChanged FINAL)
    Q_PROPERTY(bool paused READ isPaused NOTIFY standingChanged FINAL)
    Q_PROPERTY(QString readingText READ readingText NOTIFY standingChanged FINAL)
    Q_PROPERTY(double progress READ progress NOTIFY standingChanged FINAL)
    /// Why not all can be answered from; empty: it can.
    Q_PROPERTY(QString trouble READ trouble NOTIFY standingChanged FINAL)
    /// A file that needs a password; its path is empty for none.
    Q_PROPERTY(app::FileValue locked READ locked NOTIFY standingChanged FINAL)
public:
    enum Role {
        NameRole = Qt::UserRole + 1, ///< QString
        IconRole,                    ///< QString, of resources/icons
        HintRole,                    ///< QString: what it has, or how it stands
        AwaitedRole,                 ///< bool: it is being read, or waits for that
        TroubledRole,                ///< bool: not all of it can be answered from
    };
    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] app::ChatMaterial *material() const { return m_material; }
    void setMaterial(app::ChatMaterial *material);
    [[nodiscard]] app::ChatService *chat() const { return m_chat; }
    void setChat(app::ChatService *chat);
    [[nodiscard]] app::IngestService *ingest() const { return m_ingest; }
    void setIngest(app::IngestService *ingest);

    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] bool isReading() const { return m_progress.done < m_progress.total; }
    [[nodiscard]] bool isPaused() const { return m_ingest && m_ingest->phase() == app::IndexingPhase::Paused; }
    [[nodiscard]] QString readingText() const;
    [[nodiscard]] double progress() const;
    [[nodiscard]] QString trouble() const;
    [[nodiscard]] app::FileValue locked() const;

    /// Takes a document away from the conversation.
    Q_INVOKABLE void remove(int row);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : count(); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void servicesChanged();
    void countChanged();
    void standingChanged();

private:
    void take();

    QPointer<app::ChatMaterial> m_material;
    QPointer<app::ChatService> m_chat;
    QPointer<app::IngestService> m_ingest;
    QList<app::MaterialItem> m_rows;
    app::ChatMaterial::Progress m_progress;
};

} // namespace ui
