// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/grounding/facts.h"
#include "app/grounding/normal_text.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace app::grounding {

/// Finds numbers and dates in a text in one pass.
class FactScanner {
public:
    /// Claims leave out words that may mean something else, and numbers inside dates.
    enum class For : std::uint8_t { Claims, Offers };
    /// `normal` must outlive the scanner.
    FactScanner(const NormalText &normal, For purpose)
        : m_normal(normal)
        , m_text(normal.text)
        , m_purpose(purpose)
    {
    }
    FactScanner(NormalText &&normal, For purpose)
        : m_owned(std::move(normal))
        , m_normal(m_owned)
        , m_text(m_normal.text)
        , m_purpose(purpose)
    {
    }
    FactScanner(const FactScanner &) = delete;
    FactScanner &operator=(const FactScanner &) = delete;

    Facts scan();

private:
    struct Digits {
        std::size_t end = 0;
        std::vector<std::string> readings;
    };

    void scanDigits();
    void scanWord();
    /// The facts that begin at m_at; each moves it behind them.
    bool takeNumericDate();
    bool takeDayAndMonth();
    bool takeMonthFirst();
    bool takeChineseDate();
    void takeNumber(Digits digits, bool spelled);
    void addDate(std::size_t end, std::vector<Day> readings);

    [[nodiscard]] std::optional<std::int32_t> integerAt(std::size_t &at, std::size_t mostDigits) const;
    [[nodiscard]] Digits digitsAt(std::size_t at) const;
    /// The letters at `at`, without marks; `at` moves behind them.
    [[nodiscard]] std::string wordAt(std::size_t &at) const;
    [[nodiscard]] std::string unitAt(std::size_t &at) const;
    [[nodiscard]] std::string unitBefore(std::size_t at) const;
    [[nodiscard]] std::vector<std::int32_t> multipliersAt(std::size_t &at) const;
    [[nodiscard]] bool take(std::size_t &at, std::string_view expected) const;
    [[nodiscard]] bool letterBefore(std::size_t at) const;

    NormalText m_owned;
    const NormalText &m_normal;
    std::string_view m_text;
    For m_purpose;
    std::size_t m_at = 0;
    Facts m_facts;
};

} // namespace app::grounding
