// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Why a file, or a part of one, was not read.
#pragma once

#include "app/extraction/document.h"

#include <expected>
#include <string>
#include <utility>

namespace app::extraction {

/// A state other than Read, and one technical sentence that never holds text of the document.
struct Fault {
    State state = State::Malformed;
    std::string reason;
};

template <class T>
using Result = std::expected<T, Fault>;

inline std::unexpected<Fault> malformed(std::string reason)
{
    return std::unexpected(Fault{State::Malformed, std::move(reason)});
}

inline std::unexpected<Fault> tooLarge(std::string reason)
{
    return std::unexpected(Fault{State::TooLarge, std::move(reason)});
}

} // namespace app::extraction
