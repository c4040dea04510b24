// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a worker that a server has taken over might say: nothing comes out that the protocol does not have, and it is
// the same however the bytes are cut.
#include "app/download/answer_rules.h"
#include "app/download/fetch_protocol.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace app::download;

namespace {

struct Heard {
    std::vector<Event> events;
    bool broken = false;
    bool operator==(const Heard &) const = default;
};

Heard heard(std::string_view bytes, std::size_t piece)
{
    EventDecoder decoder;
    Heard all;
    std::uint32_t number = 0;
    // The program asks again as soon as it may.
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        const std::size_t end = std::min(bytes.find('\n', at), bytes.size() - 1) + 1;
        for (std::size_t from = at; from < end; from += piece)
            decoder.push(bytes.substr(from, std::min(piece, end - from)));
        while (const auto event = decoder.take()) {
            all.events.push_back(*event);
            if (!std::holds_alternative<Response>(*event))
                decoder.expect(++number);
        }
        at = end - 1;
    }
    all.broken = decoder.broken();
    return all;
}

void expectSound(const Response &response)
{
    if (response.status < 100 || response.status > 999 ||
        (response.range && (response.range->first > response.range->last ||
                            (response.range->total > 0 && response.range->last >= response.range->total))))
        std::abort();
    const Order order{.from = 10, .total = 100, .validator = "\"a\""};
    if (judge(order, Wanted::File, response) == Verdict::Take) {
        const auto promised = promisedBytes(order, response);
        if (!promised || *promised > 90 || response.range->first != 10)
            std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::string_view bytes(reinterpret_cast<const char *>(data + 1), size - 1);
    const Heard whole = heard(bytes, bytes.size() + 1);
    if (!(whole == heard(bytes, 1U + data[0] / 8U)))
        std::abort();
    for (const Event &event : whole.events) {
        if (const auto *response = std::get_if<Response>(&event))
            expectSound(*response);
        // What was understood can be said again.
        if (parseEvent(lineOf(event)) != event)
            std::abort();
    }
    return 0;
}
