// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/model/sharded_gguf.h"

#include "inference/model/checked.h"
#include "inference/model/gguf_parser.h"

#include <algorithm>
#include <format>
#include <limits>
#include <new>
#include <numeric>
#include <utility>

namespace inference {

namespace {

constexpr std::string_view kNumberKey = "split.no";
constexpr std::string_view kCountKey = "split.count";
constexpr std::string_view kTensorsKey = "split.tensors.count";
constexpr std::string_view kArchitectureKey = "general.architecture";

class ShardedGguf final : public GgufFile {
public:
    explicit ShardedGguf(std::span<const std::shared_ptr<const GgufFile>> shards)
        : m_shards(shards.begin(), shards.end())
    {
        for (std::uint32_t shard = 0; shard < m_shards.size(); ++shard) {
            for (const GgufTensor &tensor : m_shards[shard]->tensors()) {
                m_tensors.push_back(tensor);
                m_sources.push_back({shard, &tensor});
            }
        }
        m_byName.resize(m_tensors.size());
        std::iota(m_byName.begin(), m_byName.end(), 0U);
        std::ranges::sort(m_byName, {}, [this](std::uint32_t i) { return m_tensors[i].name; });
        m_complete = std::ranges::all_of(m_shards, [](const auto &shard) { return shard->isComplete(); });
    }

    std::uint32_t version() const override { return first().version(); }
    bool isComplete() const override { return m_complete; }
    std::uint64_t fileBytes() const override
    {
        return std::accumulate(m_shards.begin(), m_shards.end(), std::uint64_t{0},
                               [](std::uint64_t sum, const auto &shard) { return sum + shard->fileBytes(); });
    }
    std::uint32_t alignment() const override { return first().alignment(); }
    std::uint32_t shardCount() const override { return static_cast<std::uint32_t>(m_shards.size()); }
    std::span<const std::pair<std::string_view, GgufValue>> metadata() const override { return first().metadata(); }
    std::span<const GgufType> types() const override { return first().types(); }
    const GgufValue *find(std::string_view key) const override { return first().find(key); }
    std::span<const GgufTensor> tensors() const override { return m_tensors; }

    const GgufTensor *tensor(std::string_view name) const override
    {
        const auto index = indexOf(name);
        return index ? &m_tensors[*index] : nullptr;
    }

    std::span<const std::byte> data(const GgufTensor &tensor) const override
    {
        const auto index = m_complete ? indexOf(tensor.name) : std::nullopt;
        return index ? m_shards[m_sources[*index].shard]->data(*m_sources[*index].tensor)
                     : std::span<const std::byte>();
    }

    void dropPages(std::span<const std::byte> bytes) const override
    {
        for (const auto &shard : m_shards)
            shard->dropPages(bytes);
    }

    Result<void> checkUnchanged() const override
    {
        for (const auto &shard : m_shards) {
            if (auto unchanged = shard->checkUnchanged(); !unchanged)
                return unchanged;
        }
        return {};
    }

    std::optional<std::string_view> duplicate() const
    {
        const auto twice =
            std::ranges::adjacent_find(m_byName, {}, [this](std::uint32_t i) { return m_tensors[i].name; });
        return twice != m_byName.end() ? std::optional(m_tensors[*twice].name) : std::nullopt;
    }

private:
    struct Source {
        std::uint32_t shard = 0;
        const GgufTensor *tensor = nullptr; ///< owned by the shard
    };

    const GgufFile &first() const { return *m_shards.front(); }

    std::optional<std::uint32_t> indexOf(std::string_view name) const
    {
        const auto nameAt = [this](std::uint32_t i) { return m_tensors[i].name; };
        const auto found = std::ranges::lower_bound(m_byName, name, {}, nameAt);
        return found != m_byName.end() && nameAt(*found) == name ? std::optional(*found) : std::nullopt;
    }

    std::vector<std::shared_ptr<const GgufFile>> m_shards;
    std::vector<GgufTensor> m_tensors; ///< of all shards in order; offsets are those in their shard
    std::vector<Source> m_sources;     ///< by tensor
    std::vector<std::uint32_t> m_byName;
    bool m_complete = false;
};

/// Why this file is not shard `index` of the model that `first` begins; nothing when it is.
std::optional<std::string> strangeness(const GgufFile &shard, const GgufFile &first, std::uint32_t index,
                                       std::uint32_t count)
{
    const auto says = [](const GgufFile &file, std::string_view key) {
        const auto value = file.integer(key);
        return value ? std::to_string(*value) : std::string("nothing");
    };
    if (shard.integer(kCountKey) != count)
        return std::format("its header says {} where {} files are due", says(shard, kCountKey), count);
    if (shard.integer(kNumberKey) != index)
        return std::format("its header says that it is number {} (from 0)", says(shard, kNumberKey));
    if (shard.integer(kTensorsKey) != first.integer(kTensorsKey))
        return std::format("its header says {} tensors in all, the first part's {}", says(shard, kTensorsKey),
                           says(first, kTensorsKey));
    const auto architecture = shard.string(kArchitectureKey);
    if (architecture && architecture != first.string(kArchitectureKey))
        return std::string("its architecture is another one than the first part's");
    return std::nullopt;
}

} // namespace

Result<std::uint32_t> shardCountOf(const GgufFile &file)
{
    const auto count = file.integer(kCountKey).value_or(0);
    if (count == 0 || count == 1)
        return 1;
    if (count < 0 || count > kMostShards)
        return failure(ErrorCode::FileMalformed, std::format("{}: {} exceeds {}", kCountKey, count, kMostShards));
    const auto number = file.integer(kNumberKey).value_or(-1);
    if (number < 0 || number >= count)
        return failure(ErrorCode::FileMalformed, std::format("{}: {} of {} files", kNumberKey, number, count));
    return static_cast<std::uint32_t>(count);
}

Result<std::shared_ptr<const GgufFile>> joinShards(std::span<const std::shared_ptr<const GgufFile>> shards)
try {
    if (shards.empty() || shards.size() > kMostShards)
        return failure(ErrorCode::InvalidArgument, "a model has at least one file");
    const GgufFile &first = *shards.front();
    std::uint64_t tensors = 0;
    for (std::uint32_t i = 0; i < shards.size(); ++i) {
        if (const auto why = strangeness(*shards[i], first, i, static_cast<std::uint32_t>(shards.size()))) {
            return failure(ErrorCode::PartMissing,
                           std::format("part {} of {} belongs to another model: {}", i + 1, shards.size(), *why));
        }
        tensors += shards[i]->tensors().size(); // at most 2^9 times 2^16
    }
    if (tensors > gguf_limits::kEntries)
        return failure(ErrorCode::FileMalformed,
                       std::format("tensor count: {} exceeds {}", tensors, gguf_limits::kEntries));
    if (const auto promised = first.integer(kTensorsKey); promised && std::cmp_not_equal(*promised, tensors)) {
        return failure(ErrorCode::FileMalformed,
                       std::format("{}: {}, the files have {}", kTensorsKey, *promised, tensors));
    }
    auto joined = std::make_shared<const ShardedGguf>(shards);
    if (const auto twice = joined->duplicate())
        return failure(ErrorCode::FileMalformed, std::format("duplicate tensor: {} is in two files", *twice));
    return joined;
} catch (const std::bad_alloc &) {
    return failure(ErrorCode::OutOfMemory, "no memory for the headers");
}

} // namespace inference
