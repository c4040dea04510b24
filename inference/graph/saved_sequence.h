// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What Program::save() gives of a sequence: how far its caches were written, the caches' bytes, and the states of
// recurrent layers that were kept. A backend brings its own caches; what stands around them is the same for all.
#pragma once

#include "inference/graph/kv_extent.h"
#include "inference/graph/state_snapshots.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace inference::graph {

/// A program's sequence as far as its caches and states are not concerned with where they stand.
struct SequenceParts {
    const KvExtent &extent;
    StateSnapshots &snapshots;
    std::uint32_t contextLength = 0;
    /// Bytes that the caches hold of [0, length) in that extent.
    std::function<std::uint64_t(const KvExtent &extent, std::uint32_t length)> cacheBytes;
};

/// As Program::savedBytes().
std::uint64_t savedBytes(const SequenceParts &sequence, std::uint32_t length);

/// As Program::save(): `readCaches` fills in the caches' bytes, `readLive` the live state.
using ReadBytes = std::function<Result<void>(std::span<std::byte>)>;
Result<void> saveSequence(const SequenceParts &sequence, std::uint32_t length, std::span<std::byte> out,
                          const ReadBytes &readCaches, const ReadBytes &readLive);

/// A sequence that was saved, opened and checked.
struct SavedSequence {
    KvExtent extent; ///< at the time
    std::span<const std::byte> caches;
};

/// Takes the states back into sequence.snapshots; the caller puts the caches' bytes where they belong.
/// InvalidArgument when the bytes are not those of a sequence of that length, OutOfMemory; then nothing has changed.
Result<SavedSequence> openSaved(const SequenceParts &sequence, std::uint32_t length, std::span<const std::byte> in);

} // namespace inference::graph
