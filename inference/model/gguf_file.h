// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reader of GGUF files (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), versions 2 and 3.
#pragma once

#include "inference/error.h"
#include "inference/quant/tensor_type.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace inference {

/// An array value; strings point into the mapped file.
struct GgufArray {
    using Elements = std::variant<std::vector<std::int64_t>,      ///< every integer type that fits
                                  std::vector<std::uint64_t>,     ///< U64
                                  std::vector<double>,            ///< F32, F64
                                  std::vector<bool>,              ///< BOOL
                                  std::vector<std::string_view>>; ///< STRING
    Elements elements;
};

/// One metadata value. Integers of any width become int64 (U64 stays uint64), floats become double.
using GgufValue = std::variant<std::int64_t, std::uint64_t, double, bool, std::string_view, GgufArray>;

/// How a metadata value is written in the file: the format's number of its type.
struct GgufType {
    std::uint32_t value = 0;
    std::uint32_t element = 0; ///< of an array's elements
};

/// "u32", "string", "array"; empty for numbers that the format does not have.
std::string_view ggufTypeName(std::uint32_t type);

/// One tensor of the header.
struct GgufTensor {
    std::string_view name;
    std::uint32_t ggmlType = 0; ///< the number in the file, also of types Carrel cannot read
    std::uint32_t dimensions = 0;
    std::array<std::uint64_t, 4> shape{1, 1, 1, 1};
    std::uint64_t offset = 0; ///< from the start of its file's data section
    std::uint64_t bytes = 0;  ///< 0 for types of unknown size
};

/// How much of the file must be there.
enum class GgufScope {
    HeaderOnly, ///< a file cut after its header is accepted; isComplete() tells
    Whole,      ///< every tensor's bytes must lie inside the file
};

/// A parsed header over a mapped file. Immutable; views live as long as the object. Safe to read from several threads.
class GgufFile {
public:
    /// Maps and parses. Every limit and check of the format is enforced here: errors name the check. Any file of a
    /// model that is cut into several (metadata split.*, NAME-00002-of-00003.gguf) brings the others from its folder,
    /// and the whole model is one object; PartMissing names a file that is not there or is another model's.
    static Result<std::shared_ptr<const GgufFile>> open(const std::filesystem::path &path, GgufScope scope);
    /// Parses bytes in memory (tests, fuzzing). The bytes are borrowed.
    static Result<std::shared_ptr<const GgufFile>> parse(std::span<const std::byte> bytes, GgufScope scope);
    /// The same for the files of one model, in order.
    static Result<std::shared_ptr<const GgufFile>> parseShards(std::span<const std::span<const std::byte>> files,
                                                               GgufScope scope);

    virtual ~GgufFile() = default;
    [[nodiscard]] virtual std::uint32_t version() const = 0;
    [[nodiscard]] virtual bool isComplete() const = 0;
    [[nodiscard]] virtual std::uint64_t fileBytes() const = 0; ///< of all files
    [[nodiscard]] virtual std::uint32_t alignment() const = 0;
    [[nodiscard]] virtual std::uint32_t shardCount() const = 0; ///< files of the model, 1 for most

    /// Metadata in file order; of a model in several files the first one's, which has all.
    [[nodiscard]] virtual std::span<const std::pair<std::string_view, GgufValue>> metadata() const = 0;
    /// Of metadata(), in the same order.
    [[nodiscard]] virtual std::span<const GgufType> types() const = 0;
    [[nodiscard]] virtual const GgufValue *find(std::string_view key) const = 0;
    // Typed look-ups: nothing when absent or of another kind.
    [[nodiscard]] std::optional<std::string_view> string(std::string_view key) const;
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key) const;
    [[nodiscard]] std::optional<double> number(std::string_view key) const; ///< integers too
    [[nodiscard]] std::optional<bool> boolean(std::string_view key) const;
    [[nodiscard]] const GgufArray *array(std::string_view key) const;

    [[nodiscard]] virtual std::span<const GgufTensor> tensors() const = 0;
    [[nodiscard]] virtual const GgufTensor *tensor(std::string_view name) const = 0;
    /// The tensor's bytes; empty for an incomplete file.
    [[nodiscard]] virtual std::span<const std::byte> data(const GgufTensor &tensor) const = 0;
    /// Tells the system that these mapped bytes are not needed again soon (MADV_DONTNEED of whole pages inside).
    virtual void dropPages(std::span<const std::byte> bytes) const = 0;
    /// Fails with FileTruncated when the file on disk has become shorter than when it was mapped.
    [[nodiscard]] virtual Result<void> checkUnchanged() const = 0;
};

} // namespace inference
