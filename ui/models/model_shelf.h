// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/assistant_service.h"
#include "app/model_library.h"
#include "app/model_service.h"
#include "ui/models/model_row.h"

#include <QAbstractListModel>
#include <QHash>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// The models on this computer as the room shows them: in groups by what they are for, usable ones first, then by name.
/// Words of a row are made when it is looked at, so that many models cost no more than those in sight.
class ModelShelf : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::ModelService *service READ service WRITE setService NOTIFY serviceChanged FINAL)
    Q_PROPERTY(app::ModelLibrary *library READ library WRITE setLibrary NOTIFY libraryChanged FINAL)
    Q_PROPERTY(app::AssistantService *assistants READ assistants WRITE setAssistants NOTIFY assistantsChanged FINAL)
    /// Only models whose name, quantization or licence holds all of these words.
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged FINAL)
    /// Rows shown.
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    /// Models, whatever the filter.
    Q_PROPERTY(int total READ total NOTIFY countChanged FINAL)
    /// Bytes of all files, whatever the filter.
    Q_PROPERTY(quint64 totalBytes READ totalBytes NOTIFY countChanged FINAL)
public:
    enum Role {
        RowRole = Qt::UserRole + 1, ///< ModelRow, named "row"
        GroupRole,                  ///< QString: the group's heading; empty while there is one group alone
    };
    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] app::ModelService *service() const { return m_service; }
    /// Follows this service; not owned.
    void setService(app::ModelService *service);
    [[nodiscard]] app::ModelLibrary *library() const { return m_library; }
    /// Whose adapters are listed; not owned.
    void setLibrary(app::ModelLibrary *library);
    [[nodiscard]] app::AssistantService *assistants() const { return m_assistants; }
    /// Whose models are named on the cards; not owned.
    void setAssistants(app::AssistantService *assistants);
    [[nodiscard]] QString filter() const { return m_filter; }
    void setFilter(const QString &filter);
    [[nodiscard]] int count() const { return static_cast<int>(m_shown.size()); }
    [[nodiscard]] int total() const { return static_cast<int>(m_cards.size()); }
    [[nodiscard]] quint64 totalBytes() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : count(); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    /// The row of this model, whatever the filter; an empty one when there is none.
    Q_INVOKABLE [[nodiscard]] ui::ModelRow find(const QString &id) const;

Q_SIGNALS:
    void serviceChanged();
    void libraryChanged();
    void assistantsChanged();
    void filterChanged();
    void countChanged();
    /// The list or what is said of a model is another: find() may answer differently.
    void rowsChanged();

private:
    struct Entry {
        app::ModelCard card;
        QString name; ///< the one for people
        ModelGroup group = ModelGroup::Chat;
        app::AdapterCard adapter; ///< of the group of adapters; `card` holds its id then
        bool operator==(const Entry &) const = default;
    };
    void take();
    void sift();
    void touch();
    [[nodiscard]] bool passes(const Entry &entry) const;
    [[nodiscard]] ModelRow rowOf(const Entry &entry) const;
    [[nodiscard]] QString nameOf(const app::ModelCard &card);
    [[nodiscard]] QStringList namesOf(const QStringList &ids) const;

    QPointer<app::ModelService> m_service;
    QPointer<app::ModelLibrary> m_library;
    QPointer<app::AssistantService> m_assistants;
    QString m_filter;
    QList<Entry> m_cards;
    QList<qsizetype> m_shown;        ///< places in m_cards
    bool m_grouped = false;          ///< rows of more than one group are shown
    QHash<QString, QString> m_names; ///< what was worked out for a path and a stated name
};

} // namespace ui
