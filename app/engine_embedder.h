// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/text_embedder.h"

#include <QString>

#include <memory>

namespace app {

class SideEngine;

/// An embedding model on an engine of its own, beside the one that answers.
class EngineEmbedder : public TextEmbedder {
public:
    /// Loads the model on the processor; blocks. `threads` 0: all performance cores.
    static std::expected<std::unique_ptr<EngineEmbedder>, Failure> load(const QString &path, std::uint32_t threads = 0);
    ~EngineEmbedder() override;

    [[nodiscard]] EmbedderIdentity identity() const override;
    [[nodiscard]] std::int32_t countTokens(std::string_view text) const override;
    [[nodiscard]] std::int32_t longestText() const override;
    std::expected<std::vector<std::vector<float>>, Failure> embedPassages(const std::vector<std::string> &texts,
                                                                          const std::stop_token &stop) override;
    std::expected<std::vector<float>, Failure> embedQuestion(const std::string &question) override;

private:
    explicit EngineEmbedder(std::unique_ptr<SideEngine> engine);
    std::expected<std::vector<std::vector<float>>, Failure>
    embed(const std::vector<std::string> &texts, const std::string &prefix, const std::stop_token &stop);

    std::unique_ptr<SideEngine> m_engine;
    std::int32_t m_width = 0;
};

/// The embedding model that is installed: CARREL_EMBEDDER, else the first one in `embedders` beside the starter models
/// or among them; empty: none.
QString installedEmbedder();

} // namespace app
