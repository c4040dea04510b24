// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/answer_export.h"

#include <QByteArray>
#include <QLocale>
#include <QPageSize>

namespace ui {

/// A talk as a PDF: text that can be selected and searched, the passages that answers cite in full, numbered pages on
/// the paper of `locale`. Nothing is loaded and nothing is a link, whatever the talk says. Any thread, in a
/// program that has a QGuiApplication.
QByteArray pdfOf(const app::ExportedTalk &talk, const QLocale &locale = QLocale());

/// Letter where that is what printers hold, A4 elsewhere.
QPageSize pageSizeOf(const QLocale &locale);

} // namespace ui
