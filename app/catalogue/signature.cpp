// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalogue/signature.h"

#include <QFile>

#include <sodium.h>

namespace app::catalogue {

bool isSigned(const QByteArray &bytes, const QByteArray &signature, const QByteArray &publicKey)
{
    const auto decoded = QByteArray::fromBase64Encoding(signature.trimmed(), QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || decoded.decoded.size() != crypto_sign_BYTES || publicKey.size() != crypto_sign_PUBLICKEYBYTES ||
        sodium_init() < 0)
        return false;
    const auto raw = [](const QByteArray &array) { return reinterpret_cast<const unsigned char *>(array.constData()); };
    return crypto_sign_verify_detached(raw(decoded.decoded), raw(bytes), static_cast<unsigned long long>(bytes.size()),
                                       raw(publicKey)) == 0;
}

QByteArray catalogueKey()
{
    QFile file(QStringLiteral(":/carrel/catalogue/catalogue.pub"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QByteArray::fromBase64(file.readAll().trimmed());
}

} // namespace app::catalogue
