// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model_inspector.h"

#include <QAbstractListModel>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// The tokens of a text, made by the inspected model's tokenizer while one types. Of a long text the first ones are
/// shown, more when they are asked for.
class TokenModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::ModelInspector *inspector READ inspector WRITE setInspector NOTIFY inspectorChanged FINAL)
    Q_PROPERTY(QString text READ text WRITE setText NOTIFY wishesChanged FINAL)
    Q_PROPERTY(bool addSpecial READ addSpecial WRITE setAddSpecial NOTIFY wishesChanged FINAL)
    Q_PROPERTY(bool parseControl READ parseControl WRITE setParseControl NOTIFY wishesChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    Q_PROPERTY(int more READ more NOTIFY countChanged FINAL)
public:
    enum Role {
        TokenRole = Qt::UserRole + 1, ///< app::TokenValue, named "token"
    };
    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] app::ModelInspector *inspector() const { return m_inspector; }
    /// Follows this one; not owned.
    void setInspector(app::ModelInspector *inspector);
    [[nodiscard]] QString text() const { return m_text; }
    void setText(const QString &text);
    [[nodiscard]] bool addSpecial() const { return m_options.addSpecial; }
    void setAddSpecial(bool add);
    [[nodiscard]] bool parseControl() const { return m_options.parseControl; }
    void setParseControl(bool parse);
    [[nodiscard]] int count() const { return static_cast<int>(m_tokens.size()); }
    [[nodiscard]] int more() const; ///< tokens that are not shown

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : count(); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    Q_INVOKABLE void showMore();

Q_SIGNALS:
    void inspectorChanged();
    void wishesChanged();
    void countChanged();

private:
    static constexpr qsizetype kAtOnce = 400;

    void ask();
    void take();

    QPointer<app::ModelInspector> m_inspector;
    QString m_text;
    app::TokenizeOptions m_options{.most = kAtOnce};
    QList<app::TokenValue> m_tokens;
};

} // namespace ui
