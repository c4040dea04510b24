// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Headers of tiny models of any family, all weights zero: for tests of which ops a family's forward pass has.
#pragma once

#include "inference/families/families.h"
#include "tests/support/gguf_writer.h"

#include <string>
#include <string_view>
#include <vector>

namespace tests {

/// Two KV heads for four heads of eight.
class FamilyFile {
public:
    static constexpr std::uint32_t kWidth = 40;
    static constexpr std::uint32_t kHeads = 4;
    static constexpr std::uint32_t kKvHeads = 2;
    static constexpr std::uint32_t kHeadDim = 8;
    static constexpr std::uint32_t kHidden = 48;
    static constexpr std::uint32_t kVocabulary = 16;
    static constexpr std::uint32_t kExperts = 6;
    static constexpr std::uint32_t kUsedExperts = 2;
    static constexpr std::uint32_t kExpertHidden = 24;
    static constexpr std::uint32_t kSharedHidden = 20;
    static constexpr std::uint32_t kContext = 256;
    // Gemma 3n.
    static constexpr std::uint32_t kLayerInputs = 5;
    static constexpr std::uint32_t kStreams = 4;
    static constexpr std::uint32_t kLowRank = 6;
    // Latent attention; its heads are as wide as others.
    static constexpr std::uint32_t kLatentRank = 12;
    static constexpr std::uint32_t kQueryRank = 10;
    static constexpr std::uint32_t kRotated = 2;
    static constexpr std::uint32_t kValueDim = 6;

    /// With the tensors and the keys that the family's converters write, and neither a window nor RoPE scaling.
    explicit FamilyFile(std::string architecture, std::uint32_t layers = 2);

    /// For more or other keys; key() puts the architecture in front.
    [[nodiscard]] GgufWriter &writer() { return m_writer; }
    [[nodiscard]] std::string key(std::string_view name) const { return m_architecture + "." + std::string(name); }
    /// An f32 tensor of zeros; ones of that name before it are taken out.
    FamilyFile &tensor(const std::string &name, std::uint64_t columns, std::uint64_t rows = 1, std::uint64_t count = 1);
    /// Experts instead of the feed-forward part of a layer, each as wide as it, and the keys that tell of them.
    FamilyFile &experts(std::uint32_t layer);
    FamilyFile &without(std::string_view name);

    [[nodiscard]] inference::Result<inference::families::ForwardPass>
    build(std::uint32_t context = 0, inference::families::Admission admission = inference::families::Admission::Any,
          std::optional<inference::Pooling> pooling = {});

private:
    void addLayer(std::uint32_t layer);

    std::string m_architecture;
    GgufWriter m_writer;
    Bytes m_bytes; ///< of the last build, which the graph borrows
};

/// Adds the layers and the keys of a family whose layers carry a state. False: the family is not one of them.
bool addRecurrentLayers(FamilyFile &file, std::string_view architecture, std::uint32_t layers);

} // namespace tests
