// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/download/sha256.h"

#include <openssl/evp.h>

#include <new>

namespace app::download {

namespace {

EVP_MD_CTX *contextOf(void *context)
{
    return static_cast<EVP_MD_CTX *>(context);
}

void *newContext()
{
    EVP_MD_CTX *made = EVP_MD_CTX_new();
    if (made == nullptr)
        throw std::bad_alloc();
    return made;
}

// What is left to go wrong is memory.
void require(int result)
{
    if (result != 1)
        throw std::bad_alloc();
}

int valueOf(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

} // namespace

void Sha256::Free::operator()(void *context) const
{
    EVP_MD_CTX_free(contextOf(context));
}

Sha256::Sha256()
    : m_context(newContext())
{
    require(EVP_DigestInit_ex(contextOf(m_context.get()), EVP_sha256(), nullptr));
}

Sha256::Sha256(const Sha256 &other)
    : m_context(newContext())
{
    require(EVP_MD_CTX_copy_ex(contextOf(m_context.get()), contextOf(other.m_context.get())));
}

Sha256 &Sha256::operator=(const Sha256 &other)
{
    if (this != &other)
        *this = Sha256(other);
    return *this;
}

void Sha256::add(std::span<const std::byte> bytes)
{
    require(EVP_DigestUpdate(contextOf(m_context.get()), bytes.data(), bytes.size()));
}

Digest Sha256::digest() const
{
    const Sha256 ended(*this);
    Digest digest{};
    require(EVP_DigestFinal_ex(contextOf(ended.m_context.get()), reinterpret_cast<unsigned char *>(digest.data()),
                               nullptr));
    return digest;
}

std::string hexOf(const Digest &digest)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string hex;
    for (const std::byte byte : digest) {
        hex += kDigits[std::to_integer<std::size_t>(byte >> 4U)];
        hex += kDigits[std::to_integer<std::size_t>(byte & std::byte{15})];
    }
    return hex;
}

std::optional<Digest> digestFrom(std::string_view hex)
{
    Digest digest{};
    if (hex.size() != digest.size() * 2)
        return {};
    for (std::size_t i = 0; i < digest.size(); ++i) {
        const int high = valueOf(hex[2 * i]);
        const int low = valueOf(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return {};
        digest[i] = static_cast<std::byte>(high * 16 + low);
    }
    return digest;
}

} // namespace app::download
