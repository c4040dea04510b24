// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/download/answer_rules.h"

#include <algorithm>
#include <charconv>

namespace app::download {

namespace {

std::optional<std::uint64_t> numberFrom(std::string_view text)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return {};
    return number;
}

bool isStrong(std::string_view tag)
{
    return tag.size() > 2 && tag.starts_with('"') && tag.ends_with('"');
}

bool isIdentity(std::string_view encoding)
{
    return encoding.empty() || encoding == "identity";
}

// Whether an answer is of another file than the bytes that are there.
bool isOther(const Order &order, const Response &response)
{
    if (order.validator.empty())
        return false;
    if (isStrong(order.validator))
        return !response.entityTag.empty() && response.entityTag != order.validator;
    return !response.modified.empty() && response.modified != order.validator;
}

Verdict judgeWhole(const Order &order, Wanted wanted, const Response &response)
{
    if (wanted == Wanted::Text)
        return Verdict::Take;
    const bool namesItself = !response.entityTag.empty() || !response.modified.empty();
    if (order.from > 0)
        return !order.validator.empty() && (isOther(order, response) || !namesItself) ? Verdict::Changed
                                                                                      : Verdict::Ignored;
    if (isOther(order, response))
        return Verdict::Changed;
    if (!response.length)
        return order.total > 0 ? Verdict::Take : Verdict::NoSize;
    if (*response.length == 0)
        return Verdict::NoSize;
    if (order.total > 0 && *response.length != order.total)
        return order.validator.empty() ? Verdict::WrongSize : Verdict::Changed;
    // The part that was ordered stands at the beginning; the worker ends there.
    return Verdict::Take;
}

Verdict judgePart(const Order &order, Wanted wanted, const Response &response)
{
    if (!order.ranged() || response.badRange || !response.range || response.range->first != order.from)
        return Verdict::WrongRange;
    const ContentRange &range = *response.range;
    if (order.to > 0 && range.last >= order.to)
        return Verdict::WrongRange;
    if (response.length && *response.length != range.last - range.first + 1)
        return Verdict::WrongRange;
    if (wanted == Wanted::Text)
        return Verdict::Take;
    if (isOther(order, response))
        return Verdict::Changed;
    if (range.total == 0)
        return order.total > 0 ? Verdict::Take : Verdict::NoSize;
    if (order.total > 0 && range.total != order.total)
        return order.validator.empty() ? Verdict::WrongSize : Verdict::Changed;
    return Verdict::Take;
}

} // namespace

Wanted wantedBy(const Order &order)
{
    return order.most > 0 ? Wanted::Text : Wanted::File;
}

Verdict judge(const Order &order, Wanted wanted, const Response &response)
{
    switch (response.status) {
    case 200:
        return !isIdentity(response.encoding) ? Verdict::Encoded : judgeWhole(order, wanted, response);
    case 206:
        return !isIdentity(response.encoding) ? Verdict::Encoded : judgePart(order, wanted, response);
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
        return response.location.empty() ? Verdict::Odd : Verdict::Redirect;
    case 401:
    case 403:
        return Verdict::NeedsAccess;
    case 404:
    case 410:
        return Verdict::NotThere;
    case 412:
        return Verdict::Changed;
    case 416:
        return Verdict::Unsatisfiable;
    case 429:
        return Verdict::Busy;
    default:
        return response.status >= 500 && response.status <= 599 ? Verdict::ServerError : Verdict::Odd;
    }
}

std::optional<std::uint64_t> promisedBytes(const Order &order, const Response &response)
{
    if (response.status == 206 && response.range)
        return response.range->last - response.range->first + 1;
    const std::optional<std::uint64_t> whole = response.length   ? response.length
                                               : order.total > 0 ? std::optional(order.total)
                                                                 : std::nullopt;
    if (order.to > 0 && whole)
        return std::min(*whole, order.to);
    return whole;
}

std::uint64_t totalBytes(const Response &response)
{
    if (response.status == 206 && response.range)
        return response.range->total;
    return response.status == 200 ? response.length.value_or(0) : 0;
}

std::string validatorOf(const Response &response)
{
    return isStrong(response.entityTag) ? response.entityTag : response.modified;
}

std::optional<ContentRange> parseContentRange(std::string_view text)
{
    constexpr std::string_view kUnit = "bytes ";
    if (!text.starts_with(kUnit))
        return {};
    text.remove_prefix(kUnit.size());
    const std::size_t dash = text.find('-');
    const std::size_t slash = text.find('/');
    if (dash == std::string_view::npos || slash == std::string_view::npos || slash < dash)
        return {};
    const auto first = numberFrom(text.substr(0, dash));
    const auto last = numberFrom(text.substr(dash + 1, slash - dash - 1));
    const std::string_view whole = text.substr(slash + 1);
    const auto total = whole == "*" ? std::optional<std::uint64_t>(0) : numberFrom(whole);
    if (!first || !last || !total || *first > *last || (whole != "*" && *last >= *total))
        return {};
    return ContentRange{.first = *first, .last = *last, .total = *total};
}

std::chrono::milliseconds waitBefore(std::uint32_t attempt, std::uint32_t retryAfterSeconds, double chance,
                                     std::chrono::milliseconds first)
{
    constexpr std::chrono::milliseconds kLongest{300'000};
    const std::uint32_t doublings = std::min(attempt > 0 ? attempt - 1 : 0, 16U);
    const std::chrono::milliseconds grown = std::min<std::chrono::milliseconds>(first * (1L << doublings), kLongest);
    const auto spread =
        std::chrono::milliseconds(static_cast<long long>(chance * 0.5 * static_cast<double>(grown.count())));
    const std::chrono::milliseconds asked = std::chrono::seconds(retryAfterSeconds);
    return std::min(std::max(grown + spread, asked), kLongest);
}

} // namespace app::download
