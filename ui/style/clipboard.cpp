// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/clipboard.h"

#include <QClipboard>
#include <QGuiApplication>

namespace ui {

void Clipboard::copy(const QString &text) const
{
    if (!text.isEmpty())
        QGuiApplication::clipboard()->setText(text);
}

} // namespace ui
