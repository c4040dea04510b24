// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/clipboard.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>

namespace ui {

void Clipboard::copy(const QString &text) const
{
    if (!text.isEmpty())
        QGuiApplication::clipboard()->setText(text);
}

QList<QUrl> Clipboard::files() const
{
    const QMimeData *data = QGuiApplication::clipboard()->mimeData();
    QList<QUrl> files = data != nullptr ? data->urls() : QList<QUrl>();
    files.removeIf([](const QUrl &url) { return !url.isLocalFile(); });
    return files;
}

} // namespace ui
