// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/zip_archive.h"

#include <zip.h>

#include <array>

namespace app::extraction {

namespace {

constexpr std::uint64_t kRatioFrom = 1ULL << 20U; // small entries may be as dense as they like

class ZipStream final : public ByteSource {
public:
    ZipStream(zip_file_t *file, std::uint64_t packed, const Context &context)
        : m_file(file)
        , m_packed(packed)
        , m_context(context)
    {
    }
    ~ZipStream() override { zip_fclose(m_file); }

    Result<std::size_t> read(std::span<char> into) override
    {
        const zip_int64_t count = zip_fread(m_file, into.data(), into.size());
        if (count < 0)
            return malformed("an entry of the archive cannot be unpacked, or its checksum is wrong");
        m_unpacked += static_cast<std::uint64_t>(count);
        if (!m_context.budget->takeUnpacked(static_cast<std::uint64_t>(count)))
            return tooLarge("the archive unpacks to more bytes than the limit");
        if (m_unpacked > kRatioFrom && m_unpacked / m_context.limits.archiveRatio > m_packed)
            return tooLarge("an entry of the archive unpacks to more than " +
                            std::to_string(m_context.limits.archiveRatio) + " times its size");
        return static_cast<std::size_t>(count);
    }

private:
    zip_file_t *m_file;
    std::uint64_t m_packed;
    std::uint64_t m_unpacked = 0;
    const Context &m_context;
};

// Some writers use backslashes, some start at the root.
std::string slashed(std::string_view name)
{
    while (name.starts_with('/') || name.starts_with('\\'))
        name.remove_prefix(1);
    std::string key(name);
    std::ranges::replace(key, '\\', '/');
    return key;
}

std::string folded(std::string key)
{
    std::ranges::transform(key, key.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return key;
}

} // namespace

void ZipArchive::Closer::operator()(zip *archive) const
{
    zip_discard(archive);
}

Result<ZipArchive> ZipArchive::open(Bytes file, const Context &context)
{
    if (file.empty())
        return malformed("the file is empty");
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(file.data(), file.size(), 0, &error);
    zip_t *opened = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
    const int code = zip_error_code_zip(&error);
    zip_error_fini(&error);
    if (opened == nullptr) {
        if (source != nullptr)
            zip_source_free(source);
        return malformed(code == ZIP_ER_NOZIP ? "no ZIP directory was found: the file is cut or no archive"
                                              : "the ZIP directory is broken");
    }

    ZipArchive archive;
    archive.m_zip.reset(opened);
    archive.m_context = &context;
    const auto count = static_cast<std::uint64_t>(std::max<zip_int64_t>(zip_get_num_entries(opened, 0), 0));
    for (std::uint64_t i = 0; i < count; ++i) {
        if (!context.budget->takeEntry())
            return tooLarge("the archive has more entries than the limit of " +
                            std::to_string(context.limits.archiveEntries));
        const char *name = zip_get_name(opened, i, ZIP_FL_ENC_GUESS);
        if (name == nullptr)
            return malformed("an entry of the archive has no readable name");
        std::string key = slashed(name);
        if (!archive.m_exact.emplace(key, i).second)
            return malformed("a name stands twice in the archive");
        archive.m_folded.emplace(folded(key), i);
        archive.m_names.push_back(std::move(key));
    }
    return archive;
}

const std::uint64_t *ZipArchive::find(std::string_view name) const
{
    const std::string key = slashed(name);
    if (const auto exact = m_exact.find(key); exact != m_exact.end())
        return &exact->second;
    const auto alike = m_folded.find(folded(key));
    return alike == m_folded.end() ? nullptr : &alike->second;
}

Result<std::unique_ptr<ByteSource>> ZipArchive::stream(std::string_view name) const
{
    const std::uint64_t *index = find(name);
    if (index == nullptr)
        return malformed("a part that the format demands is not in the archive");
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat_index(m_zip.get(), *index, 0, &stat) != 0 || (stat.valid & ZIP_STAT_COMP_SIZE) == 0)
        return malformed("an entry of the archive has no size");
    if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE)
        return std::unexpected(Fault{State::Encrypted, "the entries of the archive are encrypted"});
    zip_file_t *file = zip_fopen_index(m_zip.get(), *index, 0);
    if (file == nullptr)
        return malformed("an entry of the archive cannot be opened");
    return std::make_unique<ZipStream>(file, stat.comp_size, *m_context);
}

Result<std::string> ZipArchive::read(std::string_view name, std::size_t most) const
{
    auto source = stream(name);
    if (!source)
        return std::unexpected(source.error());
    std::string whole;
    std::array<char, 32768> piece{};
    while (true) {
        const auto count = (*source)->read(piece);
        if (!count)
            return std::unexpected(count.error());
        if (*count == 0)
            return whole;
        if (whole.size() + *count > most)
            return tooLarge("a part of the archive is larger than its kind may be");
        whole.append(piece.data(), *count);
    }
}

} // namespace app::extraction
