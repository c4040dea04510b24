// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/adapter_set.h"

#include "inference/adapters/lora_fit.h"
#include "inference/model/mapped_file.h"
#include "inference/model/sha256.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <system_error>
#include <utility>

namespace inference::runtime {

namespace {

std::unexpected<Error> unfit(const std::filesystem::path &path, const std::string &detail)
{
    return failure(ErrorCode::AdapterUnfit, "adapter " + path.filename().string() + ": " + detail);
}

std::filesystem::file_time_type changedAt(const std::filesystem::path &path)
{
    std::error_code error;
    const auto time = std::filesystem::last_write_time(path, error);
    return error ? std::filesystem::file_time_type::min() : time;
}

} // namespace

/// An adapter's file. The bytes that were hashed are the bytes that are used.
struct AdapterSet::File {
    std::filesystem::file_time_type changed;
    MappedFile mapped;
    adapters::LoraFile lora;
    std::string sha256;
};

Result<std::shared_ptr<const AdapterSet::File>> AdapterSet::read(const std::filesystem::path &path)
{
    const auto changed = changedAt(path);
    auto mapped = MappedFile::open(path);
    if (!mapped) {
        return std::unexpected(mapped.error());
    }
    auto parsed = GgufFile::parse(mapped->bytes(), GgufScope::Whole);
    if (!parsed) {
        return std::unexpected(parsed.error());
    }
    auto lora = adapters::readLora(std::move(*parsed));
    if (!lora) {
        return std::unexpected(lora.error());
    }
    std::string sha256 = sha256Hex(mapped->bytes());
    return std::make_shared<const File>(changed, std::move(*mapped), std::move(*lora), std::move(sha256));
}

Result<AdapterSet> AdapterSet::open(std::span<const AdapterOption> wanted, const GgufFile &model,
                                    const AdapterSet &known)
{
    if (wanted.size() > kMostAdapters) {
        return failure(ErrorCode::AdapterUnfit,
                       std::format("{} adapters at once, at most {} are possible", wanted.size(), kMostAdapters));
    }
    AdapterSet set;
    for (const AdapterOption &option : wanted) {
        if (!std::isfinite(option.scale)) {
            return unfit(option.path, "its scale is not a number");
        }
        const auto before = std::ranges::find(known.m_options, option.path, &AdapterOption::path);
        std::shared_ptr<const File> file;
        if (before != known.m_options.end()) {
            file = known.m_files[static_cast<std::size_t>(before - known.m_options.begin())];
        }
        if (!file || file->changed != changedAt(option.path)) {
            auto fresh = read(option.path);
            if (!fresh) {
                return unfit(option.path, fresh.error().detail);
            }
            file = std::move(*fresh);
        }
        if (const auto fits = adapters::checkFit(file->lora, model); !fits) {
            return unfit(option.path, fits.error().detail);
        }
        set.m_options.push_back(option);
        set.m_loaded.push_back({.path = option.path,
                                .name = file->lora.name.empty() ? option.path.stem().string() : file->lora.name,
                                .sha256 = file->sha256,
                                .scale = option.scale});
        set.m_files.push_back(std::move(file));
    }
    return set;
}

std::string AdapterSet::key() const
{
    std::string key;
    for (const LoadedAdapter &adapter : m_loaded) {
        if (adapter.scale != 0.0F) {
            key += std::format("{}={};", adapter.sha256, adapter.scale);
        }
    }
    return key;
}

std::uint64_t AdapterSet::deviceBytes() const
{
    std::uint64_t numbers = 0;
    for (const auto &file : m_files) {
        for (const adapters::LoraFactors &factors : file->lora.factors) {
            for (const GgufTensor *tensor : {factors.down, factors.up}) {
                numbers += tensor->shape[0] * tensor->shape[1] * tensor->shape[2];
            }
        }
    }
    return numbers * sizeof(float);
}

Result<adapters::AdaptedGraph> AdapterSet::adapt(const graph::Graph &model) const
{
    std::vector<adapters::AppliedLora> applied;
    for (std::size_t i = 0; i < m_files.size(); ++i) {
        if (const auto unchanged = m_files[i]->mapped.checkSize(); !unchanged) {
            return unfit(m_options[i].path, unchanged.error().detail);
        }
        applied.push_back({.lora = &m_files[i]->lora, .scale = m_options[i].scale});
    }
    return adapters::adaptGraph(model, applied);
}

} // namespace inference::runtime
