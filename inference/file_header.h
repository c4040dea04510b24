// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace inference {

/// One key of a file's metadata.
struct HeaderEntry {
    std::string key;
    std::string type;           ///< as the format calls it: "u32", "string", "array of f32"
    std::string text;           ///< a number or a string whole; empty for arrays
    bool isArray = false;       ///< see FileHeader::elements()
    std::uint64_t elements = 0; ///< of an array
};

/// One tensor; its contiguous dimension comes first, as files have it.
struct HeaderTensor {
    std::string name;
    std::string type; ///< "Q4_K"; "type 99" for numbers without a name
    std::vector<std::uint64_t> shape;
    std::uint64_t weights = 0;
    std::uint64_t bytes = 0; ///< 0 for types of unknown size
};

/// All that stands in the header of a model, an adapter or an embedder, in the file's words; what it means is
/// ModelSummary's business. Immutable; any thread.
class FileHeader {
public:
    /// Maps the file and reads its header alone: a file cut after it works. Errors name the check that failed.
    static Result<std::shared_ptr<const FileHeader>> open(const std::filesystem::path &path);
    virtual ~FileHeader() = default;

    [[nodiscard]] virtual std::uint32_t version() const = 0;   ///< of the format
    [[nodiscard]] virtual std::uint32_t fileCount() const = 0; ///< above 1 for a model in shards
    [[nodiscard]] virtual std::uint64_t fileBytes() const = 0; ///< of all files
    [[nodiscard]] virtual bool isComplete() const = 0;         ///< every tensor's bytes are in the file
    /// In the order of the file; of a model in several files the first one's, which has all.
    [[nodiscard]] virtual std::span<const HeaderEntry> entries() const = 0;
    [[nodiscard]] virtual std::span<const HeaderTensor> tensors() const = 0;
    /// `count` elements of entries()[entry] from `first` on, as many as there are; none where that is no array.
    [[nodiscard]] virtual std::vector<std::string> elements(std::size_t entry, std::uint64_t first,
                                                            std::uint64_t count) const = 0;
};

} // namespace inference
