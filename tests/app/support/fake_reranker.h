// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/text_reranker.h"

#include <functional>
#include <utility>

namespace app::test {

/// Scores are what a function says.
class FakeReranker : public TextReranker {
public:
    explicit FakeReranker(std::function<float(const std::string &)> score)
        : m_score(std::move(score))
    {
    }

    std::expected<std::vector<float>, Failure> scores(const QString &query, const std::vector<std::string> &texts,
                                                      const std::stop_token &stop) override
    {
        if (stop.stop_requested())
            return std::unexpected(failureFromCode(QStringLiteral("inference.cancelled"), {}));
        queries.push_back(query);
        std::vector<float> found;
        for (const std::string &text : texts) {
            seen.push_back(text);
            found.push_back(m_score(text));
        }
        return found;
    }

    std::vector<QString> queries;
    std::vector<std::string> seen;

private:
    std::function<float(const std::string &)> m_score;
};

} // namespace app::test
