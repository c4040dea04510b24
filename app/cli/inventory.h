// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"

#include <QList>

namespace app {
class ModelLibrary;
}

namespace app::cli {

/// `models --export FORMAT`: "csv", "spdx" or "cyclonedx".
void addExportOption(CLI::App &command, std::string &format);

/// Prints the models that are there in that format. Hashes files whose hash is not known yet: that takes a while.
Exit printInventory(const Program &program, const ModelLibrary &library, const QList<ModelCard> &models,
                    const std::string &format);

} // namespace app::cli
