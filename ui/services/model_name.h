// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace app {
struct ModelCard;
}

namespace ui {

/// What people call a model: "SmolLM2 135M Instruct". The name that a file states is often made by a converter from the
/// name of a training run, while the file's own name is the published one; so that one is taken, without the
/// quantization and other technical parts, where it is about the same model: it gives a size, and it shares its family
/// with the stated name or the architecture. Otherwise the stated name holds, then whatever the file is called.
/// `stated`: general.name of the file, may be empty. One line of at most 80 characters; empty only when both are.
QString modelName(const QString &path, const QString &stated, const QString &architecture);

/// The same for a card whose name is the stated one.
QString modelName(const app::ModelCard &card);

} // namespace ui
