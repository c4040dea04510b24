// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/markdown/markdown_blocks.h"

#include <QAbstractListModel>
#include <qqmlregistration.h>

namespace ui {

/// A text, which may cite sources as [n], as blocks for the delegates of a conversation. While it grows, the rows above
/// its end stay as they are. Its citations are links with targets of their own, so that they are walked and chosen as
/// links are.
class SummaryBlocks : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QString text READ text WRITE setText NOTIFY textChanged FINAL)
    /// [n] stands for a source; else it is text like any other.
    Q_PROPERTY(bool citing READ isCiting WRITE setCiting NOTIFY textChanged FINAL)
    /// It still grows: the last block has a caret.
    Q_PROPERTY(bool growing READ isGrowing WRITE setGrowing NOTIFY growingChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY textChanged FINAL)
public:
    enum Role {
        KindRole = Qt::UserRole + 1, ///< app::markdown::BlockKind
        BlockRole,                   ///< app::markdown::Block
        OpenRole,                    ///< bool: the row is still growing
    };
    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] QString text() const { return m_text; }
    void setText(const QString &text);
    [[nodiscard]] bool isCiting() const { return m_citing; }
    void setCiting(bool citing);
    [[nodiscard]] bool isGrowing() const { return m_growing; }
    void setGrowing(bool growing);
    [[nodiscard]] int count() const { return static_cast<int>(m_blocks.size()); }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : count(); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    /// The number of the source that a link of a block stands for; 0: it is a link of the text itself.
    Q_INVOKABLE [[nodiscard]] static int sourceOf(const QString &target);
    /// The text of a code block, for the clipboard.
    Q_INVOKABLE [[nodiscard]] QString code(int row) const;

Q_SIGNALS:
    void textChanged();
    void growingChanged();

private:
    void showNow();
    void show(const QList<app::markdown::Block> &blocks);

    QString m_text;
    app::markdown::MarkdownBlocks m_parser;
    QList<app::markdown::Block> m_blocks;
    bool m_citing = true;
    bool m_growing = false;
};

} // namespace ui
