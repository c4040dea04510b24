// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/weights_check.h"

#include "inference/model/gguf_file.h"
#include "inference/model/printable.h"
#include "inference/quant/blocks.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>

namespace inference {

namespace {

/// Between two questions whether to go on; a multiple of every block would be no use, since pieces are cut at blocks.
constexpr std::uint64_t kPiece = 8ULL << 20U;

/// Where the numbers of a block stand that must be finite.
struct Numbers {
    enum class Kind { None, F32, F16, BF16, E8M0 } kind = Kind::None;
    std::size_t first = 0; ///< offset in the block
    std::size_t count = 0; ///< one behind the other
};

template <class Block>
Numbers halves(std::size_t count)
{
    return {Numbers::Kind::F16, offsetof(Block, d), count};
}

Numbers numbersOf(TensorType type)
{
    using Kind = Numbers::Kind;
    switch (type) {
    case TensorType::F32:
        return {Kind::F32, 0, 1};
    case TensorType::F16:
        return {Kind::F16, 0, 1};
    case TensorType::BF16:
        return {Kind::BF16, 0, 1};
    case TensorType::Q4_0:
        return halves<BlockQ4_0>(1);
    case TensorType::Q4_1:
        return halves<BlockQ4_1>(2);
    case TensorType::Q5_0:
        return halves<BlockQ5_0>(1);
    case TensorType::Q5_1:
        return halves<BlockQ5_1>(2);
    case TensorType::Q8_0:
        return halves<BlockQ8_0>(1);
    case TensorType::Q2_K:
        return halves<BlockQ2_K>(2);
    case TensorType::Q3_K:
        return halves<BlockQ3_K>(1);
    case TensorType::Q4_K:
        return halves<BlockQ4_K>(2);
    case TensorType::Q5_K:
        return halves<BlockQ5_K>(2);
    case TensorType::Q6_K:
        return halves<BlockQ6_K>(1);
    case TensorType::IQ2_XXS:
        return halves<BlockIQ2_XXS>(1);
    case TensorType::IQ2_XS:
        return halves<BlockIQ2_XS>(1);
    case TensorType::IQ3_XXS:
        return halves<BlockIQ3_XXS>(1);
    case TensorType::IQ1_S:
        return halves<BlockIQ1_S>(1);
    case TensorType::IQ4_NL:
        return halves<BlockIQ4_NL>(1);
    case TensorType::IQ3_S:
        return halves<BlockIQ3_S>(1);
    case TensorType::IQ2_S:
        return halves<BlockIQ2_S>(1);
    case TensorType::IQ4_XS:
        return halves<BlockIQ4_XS>(1);
    case TensorType::TQ1_0:
        return halves<BlockTQ1_0>(1);
    case TensorType::TQ2_0:
        return halves<BlockTQ2_0>(1);
    case TensorType::MXFP4:
        return {Kind::E8M0, offsetof(BlockMXFP4, e), 1};
    case TensorType::IQ1_M: // its scale is spread over four words
    case TensorType::NVFP4: // has four of each block
        break;
    }
    return {};
}

template <class Word>
Word wordAt(const std::byte *at)
{
    Word word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
}

/// Infinite or no number: all bits of the exponent are set.
template <class Word, Word Exponent>
bool isOdd(const std::byte *at)
{
    return (wordAt<Word>(at) & Exponent) == Exponent;
}

/// How many of the blocks' numbers are none.
std::uint64_t notFinite(std::span<const std::byte> blocks, std::size_t blockBytes, const Numbers &numbers)
{
    const auto count = [&](std::size_t width, auto isBad) {
        std::uint64_t bad = 0;
        for (std::size_t at = numbers.first; at + width * numbers.count <= blocks.size(); at += blockBytes) {
            for (std::size_t i = 0; i < numbers.count; ++i) {
                bad += isBad(blocks.data() + at + i * width) ? 1 : 0;
            }
        }
        return bad;
    };
    switch (numbers.kind) {
    case Numbers::Kind::None:
        break;
    case Numbers::Kind::F32:
        return count(4, isOdd<std::uint32_t, 0x7F80'0000U>);
    case Numbers::Kind::F16:
        return count(2, isOdd<std::uint16_t, 0x7C00U>);
    case Numbers::Kind::BF16:
        return count(2, isOdd<std::uint16_t, 0x7F80U>);
    case Numbers::Kind::E8M0:
        return count(1, [](const std::byte *at) { return *at == std::byte{0xFF}; });
    }
    return 0;
}

} // namespace

Result<WeightsReport> checkWeights(const std::filesystem::path &path,
                                   const std::function<bool(std::uint64_t done, std::uint64_t total)> &goOn)
{
    const auto file = GgufFile::open(path, GgufScope::Whole);
    if (!file) {
        return std::unexpected(file.error());
    }
    std::uint64_t total = 0;
    for (const GgufTensor &tensor : (*file)->tensors()) {
        total += (*file)->data(tensor).size();
    }
    WeightsReport report;
    for (const GgufTensor &tensor : (*file)->tensors()) {
        const auto type = traitsOf(tensor.ggmlType);
        const auto data = (*file)->data(tensor);
        ++report.tensors;
        if (!type) {
            report.bytes += data.size();
            continue;
        }
        const Numbers numbers = numbersOf(type->type);
        const std::uint64_t piece = std::max<std::uint64_t>(1, kPiece / type->blockBytes) * type->blockBytes;
        for (std::uint64_t at = 0; at < data.size(); at += piece) {
            // Touching the end of a file that was cut meanwhile ends the program.
            if (auto unchanged = (*file)->checkUnchanged(); !unchanged) {
                return std::unexpected(unchanged.error());
            }
            const auto blocks = data.subspan(at, std::min<std::uint64_t>(piece, data.size() - at));
            const std::uint64_t bad = notFinite(blocks, type->blockBytes, numbers);
            if (bad != 0 && report.firstBad.empty()) {
                report.firstBad = printable(tensor.name);
            }
            report.notFinite += bad;
            report.bytes += blocks.size();
            (*file)->dropPages(blocks);
            if (!goOn(report.bytes, total)) {
                return failure(ErrorCode::Cancelled, "the check was stopped");
            }
        }
    }
    return report;
}

} // namespace inference
