// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/file_hash.h"

#include <QCryptographicHash>
#include <QFile>

#include <fcntl.h>

namespace app {

std::string sha256OfFiles(const std::vector<std::filesystem::path> &files, const std::function<bool()> &stopped)
{
    constexpr qint64 kPiece = 1 << 20;
    QCryptographicHash hash(QCryptographicHash::Sha256);
    QByteArray piece(kPiece, Qt::Uninitialized);
    for (const std::filesystem::path &path : files) {
        // By the file system's bytes: a name need not be text.
        QFile file;
        const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor < 0 || !file.open(descriptor, QIODevice::ReadOnly, QFileDevice::AutoCloseHandle))
            return {};
        for (;;) {
            const qint64 read = file.read(piece.data(), kPiece);
            if (read < 0 || stopped())
                return {};
            if (read == 0)
                break;
            hash.addData(QByteArrayView(piece).first(read));
        }
    }
    return hash.result().toHex().toStdString();
}

} // namespace app
