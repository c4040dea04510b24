// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Words for models in the terminal's JSON.
#pragma once

#include "app/types.h"

#include <QString>

namespace app::cli {

/// "chat", "embedding", "reranking", "adapter".
inline QString useName(ModelUse use)
{
    switch (use) {
    case ModelUse::Chat:
        return QStringLiteral("chat");
    case ModelUse::Embedding:
        return QStringLiteral("embedding");
    case ModelUse::Reranking:
        return QStringLiteral("reranking");
    case ModelUse::Adapter:
        return QStringLiteral("adapter");
    }
    return {};
}

/// "none", "sound", "changed", "damaged".
inline QString checkName(CheckResult result)
{
    switch (result) {
    case CheckResult::None:
        return QStringLiteral("none");
    case CheckResult::Sound:
        return QStringLiteral("sound");
    case CheckResult::Changed:
        return QStringLiteral("changed");
    case CheckResult::Damaged:
        return QStringLiteral("damaged");
    }
    return {};
}

} // namespace app::cli
