// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The list of models that Carrel offers for download. It comes with the program or, signed, from elsewhere, and is read
// as foreign bytes either way.
#pragma once

#include <QByteArray>
#include <QDate>
#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>

#include <expected>

namespace app::catalogue {

/// What an entry is for.
enum class Purpose { Chat, Code, Reasoning, Base, Embedding, Reranking };

/// A model's shape as far as it is known before a byte of it is there; numbers, 0: not known.
struct Shape {
    quint64 cacheNumbersPerToken = 0;   ///< of layers whose cache grows with the context
    quint64 slidingNumbersPerToken = 0; ///< of layers that see a window only
    quint32 slidingWindow = 0;
    quint64 stateBytes = 0;
    quint32 width = 0;
    quint32 feedForward = 0;
    quint32 vocabulary = 0;
    bool operator==(const Shape &) const = default;
};

/// One file of an entry on the hub.
struct CatalogueFile {
    Q_GADGET
    Q_PROPERTY(QString repository MEMBER repository)
    Q_PROPERTY(QString fileName MEMBER fileName)
    Q_PROPERTY(QString quantization MEMBER quantization)
    Q_PROPERTY(quint64 bytes MEMBER bytes)
    Q_PROPERTY(bool bytesExact MEMBER bytesExact)
    Q_PROPERTY(QString sha256 MEMBER sha256)
    Q_PROPERTY(QString sourceKey MEMBER sourceKey)
public:
    QString repository;   ///< "owner/name"
    QString revision;     ///< a commit, 40 hex digits; empty: the latest
    QString fileName;     ///< a plain name that ends in ".gguf"
    QString quantization; ///< "Q4_K_M"
    quint64 bytes = 0;
    bool bytesExact = false; ///< false: rounded by its source
    QString sha256;          ///< hex; empty: to be had from the hub alone
    QString sourceKey;       ///< which source states name, size and hash
    bool operator==(const CatalogueFile &) const = default;
};

/// One model.
struct CatalogueEntry {
    Q_GADGET
    Q_PROPERTY(QString id MEMBER id)
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QString family MEMBER family)
    Q_PROPERTY(QString publisher MEMBER publisher)
    Q_PROPERTY(QString origin MEMBER origin)
    Q_PROPERTY(QString architecture MEMBER architecture)
    Q_PROPERTY(quint64 parameters MEMBER parameters)
    Q_PROPERTY(quint64 activeParameters MEMBER activeParameters)
    Q_PROPERTY(quint32 context MEMBER context)
    Q_PROPERTY(QString licenceId MEMBER licenceId)
    Q_PROPERTY(QStringList otherLicences MEMBER otherLicences)
    Q_PROPERTY(QStringList languages MEMBER languages)
    Q_PROPERTY(QStringList goodFor MEMBER goodFor)
    Q_PROPERTY(QString released MEMBER released)
    Q_PROPERTY(bool runs MEMBER runs)
    Q_PROPERTY(QList<app::catalogue::CatalogueFile> files MEMBER files)
public:
    QString id;           ///< "qwen3-8b"
    QString name;         ///< "Qwen3 8B"
    QString family;       ///< "qwen"
    QString publisher;    ///< the owner of the original repository
    QString origin;       ///< the original repository, "owner/name"
    QString architecture; ///< as files name it
    quint64 parameters = 0;
    quint64 activeParameters = 0; ///< per token; as many as parameters where all are
    quint32 context = 0;
    QString licenceId;         ///< of app/licence
    QStringList otherLicences; ///< of models that it was made from
    QStringList languages;     ///< ISO 639-1; empty: not stated by a source
    Purpose purpose = Purpose::Chat;
    QStringList goodFor; ///< a few words each
    QString released;    ///< "2025-04"; empty: not stated to the month
    QString notBefore;   ///< the earliest month in which it may have been released; for comparing ages
    bool runs = false;   ///< this version of Carrel runs the architecture
    bool gated = false;  ///< the original repository asks for a name
    Shape shape;
    QStringList sources; ///< keys of Catalogue::sources
    QList<CatalogueFile> files;
    bool operator==(const CatalogueEntry &) const = default;
};

/// A key under which entries name a source.
struct CatalogueSource {
    QString key;
    QString title;
    bool operator==(const CatalogueSource &) const = default;
};

/// The whole list.
struct Catalogue {
    quint32 serial = 0; ///< grows with every edition
    QString made;       ///< "2026-11-22"
    QList<CatalogueSource> sources;
    QList<CatalogueEntry> entries;
    [[nodiscard]] const CatalogueEntry *find(const QString &id) const;
    bool operator==(const Catalogue &) const = default;
};

/// Most bytes that a catalogue may have.
inline constexpr qsizetype kMostCatalogueBytes = 4 << 20;

/// Reads a catalogue. The answer's strings are printable, short, and where they name files, repositories or revisions
/// of the narrow grammar of names.h; anything else refuses the whole. The error names the place and what is wrong
/// there, in English. Pure; any thread.
std::expected<Catalogue, QString> parseCatalogue(const QByteArray &json);

/// "chat", "code", "reasoning", "base", "embedding", "reranking".
QString name(Purpose purpose);

} // namespace app::catalogue
