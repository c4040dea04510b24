// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/saved_sequence.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace inference::graph {

namespace {

/// What stands before the caches' bytes.
using Header = std::uint32_t; ///< KvExtent::written()

} // namespace

std::uint64_t savedBytes(const SequenceParts &sequence, std::uint32_t length)
{
    return sizeof(Header) + sequence.cacheBytes(sequence.extent, std::min(length, sequence.contextLength)) +
           sequence.snapshots.savedBytes(length);
}

Result<void> saveSequence(const SequenceParts &sequence, std::uint32_t length, std::span<std::byte> out,
                          const ReadBytes &readCaches, const ReadBytes &readLive)
{
    if (length > sequence.contextLength || out.size() != savedBytes(sequence, length)) {
        return failure(ErrorCode::InvalidArgument, "no such state to save");
    }
    const Header written = sequence.extent.written();
    std::memcpy(out.data(), &written, sizeof written);
    const std::span<std::byte> caches = out.subspan(sizeof written, sequence.cacheBytes(sequence.extent, length));
    if (auto read = readCaches(caches); !read) {
        return read;
    }
    return sequence.snapshots.save(length, out.subspan(sizeof written + caches.size()), readLive);
}

Result<SavedSequence> openSaved(const SequenceParts &sequence, std::uint32_t length, std::span<const std::byte> in)
{
    constexpr const char *unknown = "not a state that was saved";
    Header written = 0;
    if (in.size() < sizeof written || length > sequence.contextLength) {
        return failure(ErrorCode::InvalidArgument, unknown);
    }
    std::memcpy(&written, in.data(), sizeof written);
    if (written > sequence.contextLength) {
        return failure(ErrorCode::InvalidArgument, unknown);
    }
    const std::span<const std::byte> rest = in.subspan(sizeof written);
    try {
        KvExtent then = sequence.extent;
        then.restore(written);
        const std::uint64_t cacheBytes = sequence.cacheBytes(then, length);
        if (rest.size() < cacheBytes) {
            return failure(ErrorCode::InvalidArgument, unknown);
        }
        if (auto restored = sequence.snapshots.restore(length, rest.subspan(cacheBytes)); !restored) {
            return std::unexpected(restored.error());
        }
        return SavedSequence{std::move(then), rest.first(cacheBytes)};
    } catch (const std::bad_alloc &) {
        return failure(ErrorCode::OutOfMemory, "no memory for the states of a sequence");
    }
}

} // namespace inference::graph
