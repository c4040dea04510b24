// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model_inspector.h"

#include <QAbstractListModel>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// A stretch of a part's text that is made of control tokens. UTF-16 units.
struct ControlStretch {
    Q_GADGET
    QML_VALUE_TYPE(controlStretch)
    Q_PROPERTY(int start MEMBER start)
    Q_PROPERTY(int length MEMBER length)
public:
    int start = 0;
    int length = 0;
    bool operator==(const ControlStretch &) const = default;
};

/// The parts of the prompt that the inspector has put together.
class PromptModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::ModelInspector *inspector READ inspector WRITE setInspector NOTIFY inspectorChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
public:
    enum Role {
        KindRole = Qt::UserRole + 1, ///< app::PromptPartKind, named "kind"
        TokensRole,                  ///< int, named "tokens"
        MessagesRole,                ///< int, named "messages"
        TextRole,    ///< QString, control tokens included, without the last end of line, named "content"
        ControlRole, ///< QList<ControlStretch>, named "control"
        CutRole,     ///< int: characters that are not shown, named "cut"
    };
    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] app::ModelInspector *inspector() const { return m_inspector; }
    /// Follows this one; not owned.
    void setInspector(app::ModelInspector *inspector);
    [[nodiscard]] int count() const { return static_cast<int>(m_parts.size()); }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : count(); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    /// The whole prompt, to be copied.
    Q_INVOKABLE [[nodiscard]] QString wholeText() const;

Q_SIGNALS:
    void inspectorChanged();
    void countChanged();

private:
    void take();

    QPointer<app::ModelInspector> m_inspector;
    QList<app::PromptPart> m_parts;
};

} // namespace ui
