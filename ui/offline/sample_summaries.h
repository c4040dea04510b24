// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

namespace ui {

/// What the offline window's model says at a step of a summary: sentences of the text itself with their numbers, as a
/// model does that keeps to it. Nothing for every other prompt.
std::optional<QString> sampleSummaryStep(const QString &prompt);

} // namespace ui
