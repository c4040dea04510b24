// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/cpu/memory.h"

#include <limits>
#include <string>

#include <sys/mman.h>

namespace inference::backend::cpu {

Memory::~Memory()
{
    if (m_data != nullptr) {
        munmap(m_data, m_size);
    }
}

Result<Memory> Memory::allocate(std::uint64_t bytes)
{
    Memory memory;
    if (bytes == 0) {
        return memory;
    }
    constexpr std::uint64_t kLargest = std::numeric_limits<std::size_t>::max() / 2;
    void *data = bytes > kLargest ? MAP_FAILED
                                  : mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data == MAP_FAILED) {
        return failure(ErrorCode::OutOfMemory, "the system refused " + std::to_string(bytes) + " bytes of memory");
    }
#ifdef MADV_HUGEPAGE
    madvise(data, bytes, MADV_HUGEPAGE);
#endif
    memory.m_data = static_cast<std::byte *>(data);
    memory.m_size = bytes;
    return memory;
}

} // namespace inference::backend::cpu
