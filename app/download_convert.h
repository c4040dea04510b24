// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/download_files.h"
#include "app/download_types.h"
#include "storage/download_store.h"

namespace app {

/// What the database keeps of a request.
DownloadFiles filesFrom(const DownloadRequest &request);
DownloadRequest requestFrom(const DownloadFiles &files);
/// A download as it stands on disk; nothing of it runs.
DownloadValue valueFrom(const DownloadFiles &files);
/// What is kept of a state.
storage::DownloadStep stepOf(DownloadState state);

} // namespace app
