// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a worker that was taken over might answer: nothing that the decoder hands out breaks a rule, and it is the same
// however the bytes are cut. The first byte chooses the question and the cuts.
#include "app/extraction/extraction_protocol.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace app::extraction;

namespace {

AnswerDecoder decoded(std::span<const std::byte> bytes, std::size_t piece, const Request &request)
{
    AnswerDecoder decoder(request, true);
    for (std::size_t at = 0; at < bytes.size(); at += piece)
        decoder.push(bytes.subspan(at, std::min(piece, bytes.size() - at)));
    return decoder;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const bool picture = (data[0] & 1U) != 0;
    const Request request{.task = picture ? Task::Picture : Task::Text,
                          .limits = {.textBytes = 4096, .pages = 16, .archiveEntries = 16},
                          .maxPixels = 4096};
    const auto bytes = std::as_bytes(std::span(data + 1, size - 1));
    AnswerDecoder whole = decoded(bytes, bytes.size() + 1, request);
    AnswerDecoder cut = decoded(bytes, 1U + data[0] / 16U, request);
    if (whole.status() != cut.status())
        std::abort();
    if (whole.status() != AnswerDecoder::Status::Done)
        return 0;
    if (picture) {
        const Picture one = whole.takePicture();
        if (one.pixels.size() != std::size_t{4} * one.width * one.height || !(one == cut.takePicture()))
            std::abort();
        return 0;
    }
    const Extraction one = whole.takeExtraction();
    const Extraction other = cut.takeExtraction();
    if (!brokenRule(one, request.limits).empty() || one.document.pages.size() != other.document.pages.size())
        std::abort();
    return 0;
}
