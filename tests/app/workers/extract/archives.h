// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include <initializer_list>

namespace tests {

/// A ZIP archive of stored, empty files of these names; with a first one named "mimetype" when there is a type.
inline QByteArray zipArchive(std::initializer_list<const char *> names, const char *type = nullptr)
{
    QByteArray file;
    QByteArray directory;
    int count = 0;
    const auto number = [](QByteArray &bytes, quint32 value, int size) {
        for (int i = 0; i < size; ++i)
            bytes.append(static_cast<char>(value >> (8U * static_cast<unsigned>(i))));
    };
    const auto add = [&](const QByteArray &name, const QByteArray &content) {
        const auto at = static_cast<quint32>(file.size());
        QByteArray common;
        number(common, 20, 2); // version
        number(common, 0, 2);  // flags
        number(common, 0, 2);  // stored
        number(common, 0, 4);  // time
        number(common, 0, 4);  // checksum, which nobody looks at
        number(common, static_cast<quint32>(content.size()), 4);
        number(common, static_cast<quint32>(content.size()), 4);
        number(common, static_cast<quint32>(name.size()), 2);
        number(common, 0, 2); // extra field
        file += "PK\x03\x04" + common + name + content;
        directory += "PK\x01\x02";
        number(directory, 20, 2);
        directory += common;
        number(directory, 0, 2);
        number(directory, 0, 4);
        number(directory, 0, 4);
        number(directory, at, 4);
        directory += name;
        ++count;
    };
    if (type != nullptr)
        add("mimetype", type);
    for (const char *name : names)
        add(name, {});
    const auto start = static_cast<quint32>(file.size());
    file += directory + "PK\x05\x06";
    number(file, 0, 4);
    number(file, static_cast<quint32>(count), 2);
    number(file, static_cast<quint32>(count), 2);
    number(file, static_cast<quint32>(directory.size()), 4);
    number(file, start, 4);
    number(file, 0, 2);
    return file;
}

} // namespace tests
