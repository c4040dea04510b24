// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the hub says of a repository, read as foreign bytes: what does not have the form it must have is left out or
// refuses the whole, and nothing of it is repaired.
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <expected>

namespace app::catalogue {

/// A model file, or all files of a model that is cut into several, the first of which is named.
struct HubFile {
    struct Part {
        QString path; ///< in the repository
        quint64 bytes = 0;
        QString sha256; ///< hex; empty: the hub does not say
        bool operator==(const Part &) const = default;
    };
    QString name;         ///< of the first file, without its folder
    QString quantization; ///< as the name says it, in upper case; empty: it does not
    QList<Part> parts;    ///< one for most
    [[nodiscard]] quint64 bytes() const;
    bool operator==(const HubFile &) const = default;
};

/// The GGUF files of a repository, models alone: no projectors for pictures, no drafts. A model of which a part is
/// missing is left out. The error says what is wrong with the whole, in English.
std::expected<QList<HubFile>, QString> parseTree(const QByteArray &json);

/// What the hub says of the model itself.
struct HubRecord {
    enum class Gate { None, Automatic, Manual };
    QString commit; ///< the latest, 40 hex digits; empty: not said
    Gate gate = Gate::None;
    QString licence;     ///< the card's `license`: "apache-2.0", "other"
    QString licenceName; ///< with "other"
    QString licenceLink;
    QStringList baseModels; ///< "owner/name"
    QStringList languages;  ///< short codes
    bool operator==(const HubRecord &) const = default;
};

std::expected<HubRecord, QString> parseRecord(const QByteArray &json);

/// Names of files that hold the licence's text, in the order in which to try them.
QStringList licenceFileNames();

/// The type of quantization that a file's name tells of: "Q4_K_M" for "Qwen3-8B-Q4_K_M.gguf"; empty: none.
QString quantizationOf(const QString &fileName);

/// Most bytes that an answer of the hub may have.
inline constexpr qsizetype kMostHubBytes = 8 << 20;

} // namespace app::catalogue
