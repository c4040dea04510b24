// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/inference/backend/op_reference.h"

#include "inference/quant/dequantize.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <numeric>

namespace inference::backend {

using namespace graph;

struct OpReference::Visitor {
    OpReference &self;
    std::span<const TokenId> tokens;
    std::uint32_t position;
    std::size_t firstSelected;
    std::uint32_t secondText;

    [[nodiscard]] std::size_t width(ValueId id) const { return self.m_graph.values[id.index].width; }
    [[nodiscard]] std::size_t rows(ValueId id) const
    {
        return self.m_graph.values[id.index].selectedRows ? tokens.size() - firstSelected : tokens.size();
    }
    [[nodiscard]] const std::vector<double> &in(ValueId id) const { return self.m_values[id.index]; }
    std::vector<double> &out(ValueId id)
    {
        self.m_values[id.index].assign(rows(id) * width(id), 0.0);
        return self.m_values[id.index];
    }
    template <class Function>
    void eachElement(ValueId id, Function function)
    {
        auto &y = out(id);
        for (std::size_t i = 0; i < y.size(); ++i) {
            y[i] = function(i);
        }
    }

    void operator()(const GetRows &op)
    {
        const auto &table = self.weight(op.table);
        const std::size_t n = width(op.out);
        const auto tableRow = [&](std::size_t t) -> std::size_t {
            switch (op.row) {
            case RowOf::Token:
                break;
            case RowOf::Position:
                return position + t;
            case RowOf::Text:
                return table.size() > n && position + t >= secondText ? 1 : 0;
            }
            return static_cast<std::size_t>(tokens[t]);
        };
        eachElement(op.out,
                    [&](std::size_t i) { return table[tableRow(i / n) * n + i % n] * static_cast<double>(op.scale); });
    }

    void operator()(const Pool &op)
    {
        const auto &x = in(op.in);
        const std::size_t n = width(op.in);
        const std::size_t count = op.kind == PoolKind::Mean ? tokens.size() : 1;
        eachElement(op.out, [&](std::size_t i) {
            double sum = 0;
            for (std::size_t r = 0; r < count; ++r) {
                sum += x[r * n + i];
            }
            return sum / static_cast<double>(count);
        });
    }

    void operator()(const Norm &op)
    {
        const auto &x = in(op.in);
        auto &y = out(op.out);
        const std::size_t n = width(op.out) / op.groups;
        const auto parameter = [&](WeightId id, std::size_t group, std::size_t i, double absent) {
            if (id == kNoWeight) {
                return absent;
            }
            const auto &w = self.weight(id);
            return w[w.size() == n ? i : group * n + i];
        };
        for (std::size_t g = 0; g < rows(op.out) * op.groups; ++g) {
            double mean = 0;
            double squares = 0;
            for (std::size_t i = 0; i < n; ++i) {
                mean += x[g * n + i] / static_cast<double>(n);
            }
            const double shift = op.kind == NormKind::Layer ? mean : 0.0;
            for (std::size_t i = 0; i < n; ++i) {
                squares += (x[g * n + i] - shift) * (x[g * n + i] - shift);
            }
            const double factor = 1.0 / std::sqrt(squares / static_cast<double>(n) + static_cast<double>(op.epsilon));
            for (std::size_t i = 0; i < n; ++i) {
                y[g * n + i] = (x[g * n + i] - shift) * factor * parameter(op.weight, g % op.groups, i, 1.0) +
                               parameter(op.bias, g % op.groups, i, 0.0);
            }
        }
    }

    /// Number `row` of up (down x), with the matrices of one expert, whose `rows` make the result.
    double changed(const LowRank &change, std::size_t expert, std::size_t row, std::size_t rows,
                   std::span<const double> x)
    {
        if (!change.isThere()) {
            return 0;
        }
        const auto &down = self.weight(change.down);
        const auto &up = self.weight(change.up);
        const std::size_t rank = self.m_graph.weights[change.down.index].shape[1];
        double sum = 0;
        for (std::size_t i = 0; i < rank; ++i) {
            double narrow = 0;
            for (std::size_t j = 0; j < x.size(); ++j) {
                narrow += down[(expert * rank + i) * x.size() + j] * x[j];
            }
            sum += up[(expert * rows + row) * rank + i] * narrow;
        }
        return sum;
    }

    void operator()(const MatMul &op)
    {
        const auto &x = in(op.in);
        const auto &w = self.weight(op.weight);
        auto &y = out(op.out);
        const std::size_t k = width(op.in);
        const std::size_t m = width(op.out);
        for (std::size_t r = 0; r < rows(op.out); ++r) {
            for (std::size_t i = 0; i < m; ++i) {
                double sum = op.bias == kNoWeight ? 0.0 : self.weight(op.bias)[i];
                for (std::size_t j = 0; j < k; ++j) {
                    sum += w[i * k + j] * x[r * k + j];
                }
                sum += changed(op.change, 0, i, m, std::span(x).subspan(r * k, k));
                y[r * m + i] = sum + (op.hasResidual ? in(op.residual)[r * m + i] : 0.0);
            }
        }
    }

    void operator()(const Rope &op)
    {
        const auto &x = in(op.in);
        auto &y = out(op.out);
        y = x;
        const std::size_t half = op.rotatedDims / 2;
        const RopeTable &table = self.m_graph.ropes[op.table];
        const auto magnitude = static_cast<double>(table.magnitude);
        for (std::size_t r = 0; r < rows(op.out); ++r) {
            for (std::size_t h = 0; h < op.heads; ++h) {
                const std::size_t base = (r * op.heads + h) * op.headDim;
                for (std::size_t i = 0; i < half; ++i) {
                    const double theta = static_cast<double>(position + r) * table.frequencies[i];
                    const std::size_t a = op.kind == RopeKind::Norm ? base + 2 * i : base + i;
                    const std::size_t b = op.kind == RopeKind::Norm ? a + 1 : a + half;
                    y[a] = magnitude * (x[a] * std::cos(theta) - x[b] * std::sin(theta));
                    y[b] = magnitude * (x[a] * std::sin(theta) + x[b] * std::cos(theta));
                }
            }
        }
    }

    void operator()(const KvWrite &op)
    {
        store(in(op.key), self.m_keys[op.layer], width(op.key));
        if (op.hasValue) {
            store(in(op.value), self.m_cachedValues[op.layer], width(op.value));
        }
    }

    static double half(double x) { return static_cast<double>(halfToFloat(floatToHalf(static_cast<float>(x)))); }

    void store(const std::vector<double> &rowsOfBatch, std::vector<double> &cache, std::size_t n) const
    {
        const auto first = cache.begin() + static_cast<std::ptrdiff_t>(position * n);
        if (self.m_kv == KvType::F16) {
            std::ranges::transform(rowsOfBatch, first, half);
            return;
        }
        for (std::size_t i = 0; i < rowsOfBatch.size(); i += kKvBlock) {
            const std::span block(rowsOfBatch.data() + i, kKvBlock);
            const double largest = *std::ranges::max_element(block, {}, [](double x) { return std::abs(x); });
            const bool bytes = self.m_kv == KvType::Q8_0;
            const double scale = half(bytes ? std::abs(largest) / 127 : largest / -8);
            std::ranges::transform(block, first + static_cast<std::ptrdiff_t>(i), [&](double x) {
                const double q = scale == 0.0 ? 0.0 : std::nearbyint(x / scale);
                return scale * (bytes ? std::clamp(q, -127.0, 127.0) : std::clamp(q, -8.0, 7.0));
            });
        }
    }

    static bool sees(const Attention &op, std::size_t query, std::size_t key)
    {
        const std::size_t distance = key > query ? key - query : query - key;
        switch (op.mask) {
        case Mask::Causal:
            return key <= query && (op.window == 0 || distance < op.window);
        case Mask::Chunked:
            return key <= query && key / op.window == query / op.window;
        case Mask::Full:
            return op.window == 0 || distance <= op.window / 2;
        }
        return false;
    }

    void operator()(const Attention &op)
    {
        const auto &q = in(op.query);
        const auto &keys = self.m_keys[op.layer];
        const bool ownValues = !self.m_cachedValues[op.layer].empty();
        const auto &values = ownValues ? self.m_cachedValues[op.layer] : keys;
        auto &y = out(op.out);
        const std::size_t group = op.heads / op.kvHeads;
        const std::size_t keyWidth = std::size_t{op.kvHeads} * op.headDim;
        const std::size_t valueStride = ownValues ? op.valueDim : op.headDim;
        const std::size_t valueWidth = op.kvHeads * valueStride;
        for (std::size_t r = 0; r < rows(op.out); ++r) {
            for (std::size_t h = 0; h < op.heads; ++h) {
                const std::size_t length = op.mask == Mask::Full ? tokens.size() : position + r + 1;
                std::vector<double> p(length);
                for (std::size_t t = 0; t < length; ++t) {
                    for (std::size_t d = 0; d < op.headDim; ++d) {
                        p[t] +=
                            q[(r * op.heads + h) * op.headDim + d] * keys[t * keyWidth + h / group * op.headDim + d];
                    }
                    p[t] *= static_cast<double>(op.scale);
                    if (op.softcap != 0.0F) {
                        const auto cap = static_cast<double>(op.softcap);
                        p[t] = cap * std::tanh(p[t] / cap);
                    }
                    if (!sees(op, position + r, t)) {
                        p[t] = -std::numeric_limits<double>::infinity();
                    }
                }
                const double highest = *std::ranges::max_element(p);
                double sum = op.sinks == kNoWeight ? 0.0 : std::exp(self.weight(op.sinks)[h] - highest);
                for (double &e : p) {
                    e = std::exp(e - highest);
                    sum += e;
                }
                for (std::size_t t = 0; t < length; ++t) {
                    for (std::size_t d = 0; d < op.valueDim; ++d) {
                        y[(r * op.heads + h) * op.valueDim + d] +=
                            p[t] / sum * values[t * valueWidth + h / group * valueStride + d];
                    }
                }
            }
        }
    }

    static double activated(Activation activation, double x)
    {
        switch (activation) {
        case Activation::Silu:
            return x / (1.0 + std::exp(-x));
        case Activation::GeluTanh:
            return 0.5 * x * (1.0 + std::tanh(std::sqrt(2.0 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
        case Activation::Gelu:
            return 0.5 * x * (1.0 + std::erf(x / std::numbers::sqrt2));
        case Activation::ReluSquared:
            return x > 0 ? x * x : 0.0;
        case Activation::Sigmoid:
            return 1.0 / (1.0 + std::exp(-x));
        case Activation::Identity:
            return x;
        case Activation::ClampedSwiglu:
            break;
        }
        return 0.0;
    }

    static double gated(Activation activation, double gate, double up)
    {
        if (activation != Activation::ClampedSwiglu) {
            return activated(activation, gate) * up;
        }
        const double g = std::min(gate, 7.0);
        return g / (1.0 + std::exp(-1.702 * g)) * (std::clamp(up, -7.0, 7.0) + 1.0);
    }

    void operator()(const Glu &op)
    {
        eachElement(op.out, [&](std::size_t i) { return gated(op.activation, in(op.gate)[i], in(op.up)[i]); });
    }
    void operator()(const Activate &op)
    {
        eachElement(op.out, [&](std::size_t i) { return activated(op.activation, in(op.in)[i]); });
    }
    void operator()(const Softcap &op)
    {
        const auto cap = static_cast<double>(op.cap);
        eachElement(op.out, [&](std::size_t i) { return cap * std::tanh(in(op.in)[i] / cap); });
    }
    void operator()(const Add &op)
    {
        eachElement(op.out, [&](std::size_t i) { return in(op.a)[i] + in(op.b)[i]; });
    }
    void operator()(const Scale &op)
    {
        eachElement(op.out, [&](std::size_t i) { return in(op.in)[i] * static_cast<double>(op.factor); });
    }
    void operator()(const SelectRows &op)
    {
        eachElement(op.out, [&](std::size_t i) { return in(op.in)[firstSelected * width(op.in) + i]; });
    }

    /// The state of an op, zero where the sequence starts.
    std::vector<double> &stateOf(std::uint32_t index)
    {
        if (position == 0) {
            self.m_states[index].assign(self.m_graph.states[index].numbers, 0.0);
        }
        return self.m_states[index];
    }

    void operator()(const CausalConv &op)
    {
        const auto &x = in(op.in);
        auto &y = out(op.out);
        auto &state = stateOf(op.state);
        const std::size_t channels = width(op.in);
        const std::size_t kept = op.taps - 1;
        for (std::size_t r = 0; r < rows(op.out); ++r) {
            for (std::size_t c = 0; c < channels; ++c) {
                const auto &w = self.weight(op.weight);
                double sum = op.bias == kNoWeight ? 0.0 : self.weight(op.bias)[c];
                for (std::size_t j = 0; j < kept; ++j) {
                    sum += w[c * op.taps + j] * state[j * channels + c];
                }
                sum += w[c * op.taps + kept] * x[r * channels + c];
                y[r * channels + c] = op.silu ? activated(Activation::Silu, sum) : sum;
            }
            state.erase(state.begin(), state.begin() + static_cast<std::ptrdiff_t>(channels));
            const auto row = x.begin() + static_cast<std::ptrdiff_t>(r * channels);
            state.insert(state.end(), row, row + static_cast<std::ptrdiff_t>(channels));
        }
    }

    static double softplus(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

    void operator()(const GatedDelta &op)
    {
        const auto &x = in(op.in);
        auto &y = out(op.out);
        auto &states = stateOf(op.state);
        const std::size_t dk = op.keyDim;
        const std::size_t dv = op.valueDim;
        const std::size_t perKey = op.valueHeads / op.keyHeads;
        const auto unit = [&](const double *numbers) {
            double squares = static_cast<double>(op.epsilon);
            for (std::size_t i = 0; i < dk; ++i) {
                squares += numbers[i] * numbers[i];
            }
            std::vector<double> result(numbers, numbers + dk);
            for (double &number : result) {
                number /= std::sqrt(squares);
            }
            return result;
        };
        for (std::size_t r = 0; r < rows(op.out); ++r) {
            const double *row = &x[r * width(op.in)];
            for (std::size_t h = 0; h < op.valueHeads; ++h) {
                const std::size_t keyHead = op.keysAlternate ? h % op.keyHeads : h / perKey;
                const std::vector<double> q = unit(row + keyHead * dk);
                const std::vector<double> k = unit(row + (op.keyHeads + keyHead) * dk);
                const double *v = row + 2 * op.keyHeads * dk + h * dv;
                const double *logits = &in(op.write)[r * width(op.write)];
                double write = logits[h];
                double decay = in(op.decay)[r * width(op.decay) + h];
                if (op.logitsByKeyHead) {
                    write = logits[2 * perKey * (h / perKey) + h % perKey];
                    decay = logits[2 * perKey * (h / perKey) + perKey + h % perKey];
                }
                const double keep = std::exp(self.weight(op.rate)[h] * softplus(decay + self.weight(op.decayBias)[h]));
                const double beta = 1.0 / (1.0 + std::exp(-write));
                double *state = &states[h * dk * dv];
                for (std::size_t j = 0; j < dv; ++j) {
                    double known = 0;
                    for (std::size_t i = 0; i < dk; ++i) {
                        state[i * dv + j] *= keep;
                        known += state[i * dv + j] * k[i];
                    }
                    double sum = 0;
                    for (std::size_t i = 0; i < dk; ++i) {
                        state[i * dv + j] += k[i] * beta * (v[j] - known);
                        sum += state[i * dv + j] * q[i] / std::sqrt(static_cast<double>(dk));
                    }
                    y[(r * op.valueHeads + h) * dv + j] = sum;
                }
            }
        }
    }

    void operator()(const StateScan &op)
    {
        auto &y = out(op.out);
        auto &states = stateOf(op.state);
        const std::size_t n = op.stateDim;
        const std::size_t p = op.headDim;
        for (std::size_t r = 0; r < rows(op.out); ++r) {
            const double *row = &in(op.in)[r * width(op.in)];
            for (std::size_t h = 0; h < op.heads; ++h) {
                const double *b = row + op.heads * p + h / (op.heads / op.groups) * n;
                const double *c = b + op.groups * n;
                const double size = softplus(in(op.step)[r * op.heads + h] + self.weight(op.stepBias)[h]);
                const double keep = std::exp(size * self.weight(op.rate)[h]);
                double *state = &states[h * n * p];
                for (std::size_t j = 0; j < p; ++j) {
                    const double x = row[h * p + j];
                    double sum = self.weight(op.skip)[h] * x;
                    for (std::size_t i = 0; i < n; ++i) {
                        state[i * p + j] = keep * state[i * p + j] + size * x * b[i];
                        sum += state[i * p + j] * c[i];
                    }
                    y[(r * op.heads + h) * p + j] = sum;
                }
            }
        }
    }

    /// Indices of the `count` largest numbers, the first of equal ones first.
    static std::vector<std::size_t> largest(const std::vector<double> &numbers, std::size_t count)
    {
        std::vector<std::size_t> order(numbers.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t i) { return numbers[i]; });
        order.resize(count);
        return order;
    }

    static std::vector<double> probabilities(Gating gating, const std::vector<double> &logits)
    {
        std::vector<double> p = logits;
        if (gating == Gating::Softmax) {
            softmax(p);
        }
        for (double &e : p) {
            if (gating == Gating::Sigmoid) {
                e = 1.0 / (1.0 + std::exp(-e));
            } else if (gating == Gating::SqrtSoftplus) {
                e = std::sqrt(std::log1p(std::exp(e)));
            }
        }
        return p;
    }

    static void softmax(std::vector<double> &p)
    {
        const double highest = *std::ranges::max_element(p);
        double sum = 0;
        for (double &e : p) {
            e = std::exp(e - highest);
            sum += e;
        }
        for (double &e : p) {
            e /= sum;
        }
    }

    void operator()(const MixStreams &op)
    {
        const std::size_t n = width(op.out) / op.targets;
        auto &y = out(op.out);
        for (std::size_t i = 0; i < y.size(); ++i) {
            const std::size_t row = i / width(op.out);
            const std::size_t target = i % width(op.out) / n;
            y[i] = in(op.base)[i];
            for (std::size_t source = 0; source < op.sources; ++source) {
                const double c = in(op.coefficients)[row * width(op.coefficients) + target * op.sources + source];
                y[i] += (c + static_cast<double>(op.offset)) * in(op.in)[row * width(op.in) + source * n + i % n];
            }
        }
    }

    /// The mean of what `number` makes of each number of a row.
    template <class Function>
    double rowMean(ValueId id, std::size_t row, Function number) const
    {
        const std::size_t n = width(id);
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i) {
            sum += number(in(id)[row * n + i]);
        }
        return sum / static_cast<double>(n);
    }

    void operator()(const MatchMagnitude &op)
    {
        const auto square = [](double x) { return x * x; };
        eachElement(op.out, [&](std::size_t i) {
            const std::size_t row = i / width(op.out);
            const double own = std::max(rowMean(op.in, row, square), static_cast<double>(op.least));
            return in(op.in)[i] * std::sqrt(rowMean(op.like, row, square) / own);
        });
    }

    void operator()(const Sparsify &op)
    {
        auto &y = out(op.out);
        const std::size_t n = width(op.out);
        for (std::size_t row = 0; row < rows(op.out); ++row) {
            const double mean = rowMean(op.in, row, [](double x) { return x; });
            const double variance = rowMean(op.in, row, [&](double x) { return (x - mean) * (x - mean); });
            const double cutoff = mean + static_cast<double>(op.deviations) * std::sqrt(variance);
            for (std::size_t i = row * n; i < (row + 1) * n; ++i) {
                y[i] = std::max(in(op.in)[i] - cutoff, 0.0);
            }
        }
    }

    void operator()(const RouteExperts &op)
    {
        const std::size_t experts = width(op.logits);
        auto &y = out(op.out);
        for (std::size_t r = 0; r < rows(op.out); ++r) {
            const auto first = in(op.logits).begin() + static_cast<std::ptrdiff_t>(r * experts);
            const std::vector<double> p =
                probabilities(op.gating, {first, first + static_cast<std::ptrdiff_t>(experts)});
            std::vector<double> scores = p;
            for (std::size_t e = 0; e < experts && op.selectionBias != kNoWeight; ++e) {
                scores[e] += self.weight(op.selectionBias)[e];
            }
            const std::size_t size = experts / op.groups;
            std::vector<double> groupScores;
            for (std::size_t g = 0; g < op.groups; ++g) {
                const auto begin = scores.begin() + static_cast<std::ptrdiff_t>(g * size);
                std::vector<double> group(begin, begin + static_cast<std::ptrdiff_t>(size));
                std::ranges::sort(group, std::ranges::greater{});
                const bool two = op.groupScore == GroupScore::BestTwo && size > 1;
                groupScores.push_back(group[0] + (two ? group[1] : 0.0));
            }
            std::vector<bool> kept(op.groups);
            for (const std::size_t g : largest(groupScores, op.groupsUsed)) {
                kept[g] = true;
            }
            for (std::size_t e = 0; e < experts; ++e) {
                scores[e] = kept[e / size] ? scores[e] : -std::numeric_limits<double>::infinity();
            }
            const std::vector<std::size_t> chosen = largest(scores, op.used);
            std::vector<double> weights;
            for (const std::size_t e : chosen) {
                weights.push_back(p[e]);
            }
            if (op.gating == Gating::SoftmaxOfChosen) {
                softmax(weights);
            }
            const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
            for (std::size_t i = 0; i < op.used; ++i) {
                const double divisor = op.normalise ? std::max(sum, 1.0 / 16384) : 1.0;
                y[r * 2 * op.used + i] = static_cast<double>(chosen[i]);
                y[(r * 2 + 1) * op.used + i] = weights[i] / divisor * static_cast<double>(op.scale);
            }
        }
    }

    void operator()(const ExpertMatMul &op)
    {
        const auto &x = in(op.in);
        const auto &routing = in(op.routing);
        const auto &w = self.weight(op.weight);
        auto &y = out(op.out);
        const Weight &shape = self.m_graph.weights[op.weight.index];
        const std::size_t k = shape.shape[0];
        const std::size_t m = shape.shape[1];
        const std::size_t used = width(op.routing) / 2;
        for (std::size_t r = 0; r < rows(op.out); ++r) {
            for (std::size_t i = 0; i < used; ++i) {
                const auto e = static_cast<std::size_t>(routing[r * 2 * used + i]);
                const std::size_t from = width(op.in) == k ? r * k : (r * used + i) * k;
                double factor = op.weighted ? routing[(r * 2 + 1) * used + i] : 1.0;
                factor *= op.scale == kNoWeight ? 1.0 : self.weight(op.scale)[e];
                for (std::size_t row = 0; row < m; ++row) {
                    double sum = 0;
                    for (std::size_t j = 0; j < k; ++j) {
                        sum += w[(e * m + row) * k + j] * x[from + j];
                    }
                    sum += changed(op.change, e, row, m, std::span(x).subspan(from, k));
                    y[(r * used + i) * m + row] =
                        sum * factor + (op.bias == kNoWeight ? 0.0 : self.weight(op.bias)[e * m + row]);
                }
            }
        }
    }

    void operator()(const RouteToEach &op)
    {
        const std::size_t experts = width(op.out) / 2;
        eachElement(op.out, [&](std::size_t i) {
            return i % (2 * experts) < experts ? static_cast<double>(i % (2 * experts)) : 1.0;
        });
    }
    void operator()(const JoinHeads &op)
    {
        const std::size_t head = op.a.count + op.b.count;
        eachElement(op.out, [&](std::size_t i) {
            const std::size_t row = i / width(op.out);
            const std::size_t at = i % head;
            const HeadPart &part = at < op.a.count ? op.a : op.b;
            const std::size_t within = part.first + i % width(op.out) / head * part.stride;
            return in(part.in)[row * width(part.in) + within + (at < op.a.count ? at : at - op.a.count)];
        });
    }
    void operator()(const ScaleByPosition &op)
    {
        eachElement(op.out, [&](std::size_t i) {
            const std::size_t at = position + i / width(op.out) + op.offset;
            return in(op.in)[i] * (1.0 + static_cast<double>(op.rate) *
                                             std::log(1.0 + std::floor(static_cast<double>(at / op.length))));
        });
    }
    void operator()(const Clamp &op)
    {
        const auto limit = static_cast<double>(op.limit);
        eachElement(op.out, [&](std::size_t i) { return std::clamp(in(op.in)[i], -limit, limit); });
    }

    void operator()(const CombineExperts &op)
    {
        const auto &routing = in(op.routing);
        const std::size_t used = width(op.routing) / 2;
        const std::size_t n = width(op.out);
        eachElement(op.out, [&](std::size_t at) {
            const std::size_t r = at / n;
            double sum = op.hasResidual ? in(op.residual)[at] : 0.0;
            for (std::size_t i = 0; i < used; ++i) {
                const double weight = op.weighted ? routing[(r * 2 + 1) * used + i] : 1.0;
                sum += weight * in(op.in)[(r * used + i) * n + at % n];
            }
            return sum;
        });
    }
};

OpReference::OpReference(const Graph &graph, std::uint32_t contextLength, KvType kv)
    : m_graph(graph)
    , m_kv(kv)
    , m_weights(graph.weights.size())
    , m_values(graph.values.size())
{
    for (const KvLayer &layer : graph.kv) {
        m_keys.emplace_back(std::size_t{contextLength} * layer.keyWidth);
        m_cachedValues.emplace_back(std::size_t{contextLength} * layer.valueWidth);
    }
    for (const RecurrentState &state : graph.states) {
        m_states.emplace_back(state.numbers);
    }
}

const std::vector<double> &OpReference::weight(WeightId id)
{
    std::vector<double> &cached = m_weights[id.index];
    if (cached.empty()) {
        const Weight &weight = m_graph.weights[id.index];
        std::vector<float> floats(weight.shape[0] * weight.rows());
        dequantize(weight.type, weight.data, floats);
        cached.assign(floats.begin(), floats.end());
    }
    return cached;
}

std::vector<double> OpReference::run(std::span<const TokenId> tokens, std::uint32_t position, LogitsWanted wanted,
                                     std::uint32_t secondText)
{
    std::size_t firstSelected = 0;
    if (wanted == LogitsWanted::LastRow) {
        firstSelected = tokens.size() - 1;
    } else if (wanted == LogitsWanted::None) {
        firstSelected = tokens.size();
    }
    Visitor visitor{*this, tokens, position, firstSelected, secondText};
    for (const Op &op : m_graph.ops) {
        std::visit(visitor, op);
    }
    return m_values[m_graph.logits.index];
}

double normalisedError(std::span<const double> reference, std::span<const float> result)
{
    if (reference.size() != result.size()) {
        return std::numeric_limits<double>::infinity();
    }
    double difference = 0;
    double norm = 0;
    for (std::size_t i = 0; i < reference.size(); ++i) {
        const double b = static_cast<double>(result[i]);
        if (!std::isfinite(b)) {
            return std::numeric_limits<double>::infinity();
        }
        difference += (reference[i] - b) * (reference[i] - b);
        norm += reference[i] * reference[i];
    }
    return norm > 0 ? difference / norm : difference;
}

bool sameBits(std::span<const float> a, std::span<const float> b)
{
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

} // namespace inference::backend
