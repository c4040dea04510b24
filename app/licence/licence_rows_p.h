// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/licence/licence.h"

#include <span>
#include <string_view>

namespace app::licence {

/// Who says so.
enum class Basis {
    Text,    ///< the licence's own text was read
    Summary, ///< others' reading of it
};

/// A fact as the table has it; texts are looked up in the translation's context "Licence".
struct RawFact {
    Topic topic;
    const char *words;
    const char *clause;
    Basis basis = Basis::Text;
};

/// A row of the table.
struct RawLicence {
    std::string_view id;
    const char *name;
    const char *spdx;
    const char *address;
    Kind kind;
    bool gated;
    const char *sentence;
    std::span<const RawFact> facts;
};

/// Licences that are free of conditions or for non-commercial use; licences with conditions.
std::span<const RawLicence> plainLicenceRows();
std::span<const RawLicence> conditionalLicenceRows();

} // namespace app::licence
