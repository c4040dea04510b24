// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/shard_check.h"

#include "inference/model/gguf_file.h"
#include "inference/model/mapped_file.h"

#include <format>

namespace inference {

Result<void> checkShard(const std::filesystem::path &path, const ShardName &name)
{
    const auto mapped = MappedFile::open(path);
    if (!mapped) {
        return std::unexpected(mapped.error());
    }
    const auto file = GgufFile::parse(mapped->bytes(), GgufScope::Whole);
    if (!file) {
        return std::unexpected(file.error());
    }
    const auto number = (*file)->integer("split.no").value_or(0) + 1;
    const auto count = (*file)->integer("split.count").value_or(1);
    if (number != name.number || count != name.count) {
        return failure(ErrorCode::PartMissing, std::format("its header says part {} of {}, its name part {} of {}",
                                                           number, count, name.number, name.count));
    }
    if (!(*file)->isComplete()) {
        return failure(ErrorCode::FileTruncated, "the file ends before its last tensor");
    }
    return {};
}

} // namespace inference
