// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/adapters/adapted_graph.h"
#include "inference/adapters/lora_file.h"
#include "inference/engine.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace inference::runtime {

/// The adapters that a model computes with: their files, read and found to fit. Copies share the files.
class AdapterSet {
public:
    /// Files that `known` has are not read again. AdapterUnfit names the adapter and what is wrong with it.
    static Result<AdapterSet> open(std::span<const AdapterOption> wanted, const GgufFile &model,
                                   const AdapterSet &known);

    [[nodiscard]] const std::vector<AdapterOption> &options() const { return m_options; }
    [[nodiscard]] const std::vector<LoadedAdapter> &loaded() const { return m_loaded; }
    /// Equal for sets that change a model in the same way; empty for one that does not.
    [[nodiscard]] std::string key() const;
    /// About what the adapters take on a device.
    [[nodiscard]] std::uint64_t deviceBytes() const;
    /// The model's graph with the adapters worked in. Parts of it borrow from this set's files.
    [[nodiscard]] Result<adapters::AdaptedGraph> adapt(const graph::Graph &model) const;

private:
    struct File;
    static Result<std::shared_ptr<const File>> read(const std::filesystem::path &path);

    std::vector<AdapterOption> m_options;
    std::vector<LoadedAdapter> m_loaded;
    std::vector<std::shared_ptr<const File>> m_files;
};

} // namespace inference::runtime
