// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the head of a server's answer means for what was ordered. The worker and the program both ask, so that neither
// trusts the other. Pure functions.
#pragma once

#include "app/download/fetch_protocol.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace app::download {

/// What to make of an answer.
enum class Verdict {
    Take,          ///< its body is what was ordered
    Redirect,      ///< it is elsewhere: Response::location
    Changed,       ///< the server has another file than before: what is there of it is worth nothing
    Ignored,       ///< the whole file where a part of it was ordered
    WrongRange,    ///< another part than was ordered, or one without saying which
    Unsatisfiable, ///< no such part (416)
    WrongSize,     ///< the file is longer or shorter than it has to be
    NoSize,        ///< a file that does not say how long it is
    Encoded,       ///< compressed on its way, which nobody asked for
    NeedsAccess,   ///< 401 or 403
    NotThere,      ///< 404 or 410
    Busy,          ///< 429: later
    ServerError,   ///< 5xx: perhaps later
    Odd,           ///< anything else
};

/// What the body of an order may be.
enum class Wanted {
    File, ///< exactly the bytes of the order, of a file whose length is known
    Text, ///< whatever comes, up to Order::most, or its beginning
};

/// An order that bounds its body by Order::most is for a text, or for the beginning of something.
Wanted wantedBy(const Order &order);

Verdict judge(const Order &order, Wanted wanted, const Response &response);

/// Bytes of body that an answer to be taken promises; nothing: it does not say.
std::optional<std::uint64_t> promisedBytes(const Order &order, const Response &response);
/// Bytes of the whole file as an answer tells them; 0: it does not.
std::uint64_t totalBytes(const Response &response);

/// What is sent as If-Range so that a part is only given of the same file: a strong entity tag, else the date of the
/// last change; empty: the server gives neither.
std::string validatorOf(const Response &response);

/// Content-Range as a server writes it: "bytes 0-99/1234" or "bytes 0-99/*". "bytes */1234" is none of a part.
std::optional<ContentRange> parseContentRange(std::string_view text);

/// How long to wait before the `attempt`th repetition (from 1): longer each time, no less than the server asked for,
/// and never above five minutes. `chance` from 0 to 1 spreads those who wait at the same time.
std::chrono::milliseconds waitBefore(std::uint32_t attempt, std::uint32_t retryAfterSeconds, double chance,
                                     std::chrono::milliseconds first);

} // namespace app::download
