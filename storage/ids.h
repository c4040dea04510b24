// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace storage {

/// The key of a row of one table; ids of different tables do not mix. 0 is "none": no row ever has it.
/// Valid inside one database file only; what leaves the file (exports) uses the rows' `uuid`.
template <class Tag>
struct Id {
    std::int64_t value = 0;

    [[nodiscard]] constexpr bool valid() const { return value > 0; }
    friend constexpr auto operator<=>(Id, Id) = default;
};

using ConversationId = Id<struct ConversationTag>;
using MessageId = Id<struct MessageTag>;
using FolderId = Id<struct FolderTag>;
using AssistantId = Id<struct AssistantTag>;
using ModelId = Id<struct ModelTag>;
using CollectionId = Id<struct CollectionTag>;
using LedgerId = Id<struct LedgerTag>;
using DownloadId = Id<struct DownloadTag>;

} // namespace storage

template <class Tag>
struct std::hash<storage::Id<Tag>> {
    std::size_t operator()(storage::Id<Tag> id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
