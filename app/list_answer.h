// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Answers to questions about the files themselves, in words. No model is needed for them. Pure function.
#pragma once

#include "app/retrieval_service.h"
#include "storage/collection_facts.h"

#include <QString>

namespace app {

/// What `listing` says about `topic`, in Markdown and in the language of the window. Names of files stand as code, so
/// that nothing in them is read as markup; long lists are cut and say so.
QString listAnswer(storage::CollectionTopic topic, const FileListing &listing);

} // namespace app
