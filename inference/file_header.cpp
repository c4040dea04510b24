// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/file_header.h"

#include "inference/model/gguf_file.h"

#include <algorithm>
#include <format>
#include <new>

namespace inference {

namespace {

template <class Value>
std::string textOf(const Value &value)
{
    if constexpr (std::is_same_v<Value, std::string_view>)
        return std::string(value);
    else
        return std::format("{}", value);
}

/// Numbers that were written as f32 are not shown with digits that they never had.
std::string realText(double value, bool isSingle)
{
    return isSingle ? std::format("{}", static_cast<float>(value)) : std::format("{}", value);
}

constexpr std::uint32_t kF32 = 6;

class GgufHeaderView final : public FileHeader {
public:
    explicit GgufHeaderView(std::shared_ptr<const GgufFile> file)
        : m_file(std::move(file))
    {
        const auto metadata = m_file->metadata();
        for (std::size_t i = 0; i < metadata.size(); ++i)
            m_entries.push_back(entryOf(metadata[i], m_file->types()[i]));
        for (const GgufTensor &tensor : m_file->tensors())
            m_tensors.push_back(tensorOf(tensor));
    }

    std::uint32_t version() const override { return m_file->version(); }
    std::uint32_t fileCount() const override { return m_file->shardCount(); }
    std::uint64_t fileBytes() const override { return m_file->fileBytes(); }
    bool isComplete() const override { return m_file->isComplete(); }
    std::span<const HeaderEntry> entries() const override { return m_entries; }
    std::span<const HeaderTensor> tensors() const override { return m_tensors; }

    std::vector<std::string> elements(std::size_t entry, std::uint64_t first, std::uint64_t count) const override
    {
        if (entry >= m_entries.size() || !m_entries[entry].isArray)
            return {};
        const auto &array = std::get<GgufArray>(m_file->metadata()[entry].second);
        const bool isSingle = m_file->types()[entry].element == kF32;
        return std::visit(
            [&](const auto &values) {
                std::vector<std::string> texts;
                const std::uint64_t begin = std::min<std::uint64_t>(first, values.size());
                const std::uint64_t end = begin + std::min<std::uint64_t>(count, values.size() - begin);
                texts.reserve(end - begin);
                for (std::uint64_t i = begin; i < end; ++i) {
                    using Value = std::remove_cvref_t<decltype(values)>::value_type;
                    if constexpr (std::is_same_v<Value, double>)
                        texts.push_back(realText(values[i], isSingle));
                    else
                        texts.push_back(textOf(static_cast<Value>(values[i])));
                }
                return texts;
            },
            array.elements);
    }

private:
    static HeaderEntry entryOf(const std::pair<std::string_view, GgufValue> &entry, GgufType type)
    {
        HeaderEntry shown{.key = std::string(entry.first), .type = std::string(ggufTypeName(type.value))};
        std::visit(
            [&](const auto &value) {
                using Value = std::remove_cvref_t<decltype(value)>;
                if constexpr (std::is_same_v<Value, GgufArray>) {
                    shown.isArray = true;
                    shown.type = std::format("array of {}", ggufTypeName(type.element));
                    shown.elements = std::visit([](const auto &values) { return values.size(); }, value.elements);
                } else if constexpr (std::is_same_v<Value, double>) {
                    shown.text = realText(value, type.value == kF32);
                } else {
                    shown.text = textOf(value);
                }
            },
            entry.second);
        return shown;
    }

    static HeaderTensor tensorOf(const GgufTensor &tensor)
    {
        HeaderTensor shown{.name = std::string(tensor.name),
                           .type = std::string(ggmlTypeName(tensor.ggmlType)),
                           .shape = {tensor.shape.begin(), tensor.shape.begin() + tensor.dimensions},
                           .weights = 1,
                           .bytes = tensor.bytes};
        if (shown.type.empty())
            shown.type = std::format("type {}", tensor.ggmlType);
        for (const std::uint64_t length : shown.shape)
            shown.weights *= length; // the parser has checked that it fits
        return shown;
    }

    std::shared_ptr<const GgufFile> m_file;
    std::vector<HeaderEntry> m_entries;
    std::vector<HeaderTensor> m_tensors;
};

} // namespace

Result<std::shared_ptr<const FileHeader>> FileHeader::open(const std::filesystem::path &path)
try {
    auto file = GgufFile::open(path, GgufScope::HeaderOnly);
    if (!file)
        return std::unexpected(file.error());
    return std::make_shared<const GgufHeaderView>(std::move(*file));
} catch (const std::bad_alloc &) {
    return failure(ErrorCode::OutOfMemory, "no memory for the header");
}

} // namespace inference
