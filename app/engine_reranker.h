// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/text_reranker.h"

#include <cstdint>
#include <memory>

namespace app {

class SideEngine;

/// A reranking model on an engine of its own: a cross-encoder with a classifier, or a chat model that was trained to
/// answer "yes" or "no".
class EngineReranker : public TextReranker {
public:
    /// Loads the model on the processor; blocks. `threads` 0: all performance cores. A model that is no reranker is
    /// refused.
    static std::expected<std::unique_ptr<EngineReranker>, Failure> load(const QString &path, std::uint32_t threads = 0);
    ~EngineReranker() override;

    std::expected<std::vector<float>, Failure> scores(const QString &query, const std::vector<std::string> &texts,
                                                      const std::stop_token &stop) override;

private:
    explicit EngineReranker(std::unique_ptr<SideEngine> engine);

    std::unique_ptr<SideEngine> m_engine;
};

/// The reranking model that is installed: CARREL_RERANKER, else the first one in `rerankers` beside the starter models
/// or among them; empty: none.
QString installedReranker();

} // namespace app
