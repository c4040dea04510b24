// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <qqmlregistration.h>

namespace ui {

/// Finds the `#` of a name that is being written in the composer. Stateless.
class DocumentTag : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
public:
    using QObject::QObject;

    /// Where the mark (`#` for documents, `@` for assistants) stands whose name reaches to the cursor (UTF-16 units);
    /// -1: none is being written. It begins a word; what follows is on the same line and begins with no space, so that
    /// headings of Markdown and numbers
    /// (`C#`, `a#b`, `# Title`) are left alone.
    Q_INVOKABLE [[nodiscard]] int startOf(const QString &text, int cursor,
                                          const QString &mark = QStringLiteral("#")) const;
};

} // namespace ui
