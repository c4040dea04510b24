// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Between cards and the rows of carrel.db that keep them: what stands in a header is kept as JSON, so that a list of
// models needs no file.
#pragma once

#include "app/model_card.h"
#include "storage/records.h"

namespace app {

/// Where a file is from that belongs to the installation: storage::Model::source.
inline constexpr const char *kStarterSource = "starter";
/// … of one that the user pointed to,
inline constexpr const char *kAdoptedSource = "adopted";
/// … and of one that lies in a watched folder.
inline constexpr const char *kFolderSource = "folder";

/// What the card's header says, with the state of the file; neither id nor membership of the list.
storage::Model rowOf(const ModelCard &card);
/// The same of an adapter's file; `model` is the card that readModelCard() makes of it.
storage::Model rowOf(const AdapterCard &adapter, const ModelCard &model);

/// Reads a file's header into a row. Where it cannot be read, the row says so. Blocking; not on the GUI thread.
storage::Model readRow(const QString &path, ModelOrigin origin);

/// The cards again, in the present language; without what other rows say (speeds, duplicates, adapters).
ModelCard modelOf(const storage::Model &row);
AdapterCard adapterOf(const storage::Model &row);

/// storage::Model::memoryJson, both ways.
QList<MeasuredMemory> measuredIn(const storage::Model &row);
std::string measuredJson(const QList<MeasuredMemory> &measured);

/// storage::Model::checkResult; empty for None.
std::string wordOf(CheckResult result);

/// What the model is called in the list; of one that never was there, what it would be.
QString idOf(const storage::Model &row);
[[nodiscard]] bool isAdapter(const storage::Model &row);
[[nodiscard]] bool isStarter(const storage::Model &row);
/// The header was read by this version of Carrel, which may understand more than the last one.
[[nodiscard]] bool isReadByThisVersion(const storage::Model &row);

} // namespace app
