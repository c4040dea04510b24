// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <QUrl>
#include <qqmlregistration.h>

namespace ui {

/// The system's clipboard, for copy buttons and pasted files. Stateless.
class Clipboard : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
public:
    using QObject::QObject;
    /// Plain text; an empty one is ignored, so that a button never wipes what the user has copied.
    Q_INVOKABLE void copy(const QString &text) const;
    /// Files of this computer that were copied in a file manager; empty for text and everything else.
    Q_INVOKABLE [[nodiscard]] QList<QUrl> files() const;
};

} // namespace ui
