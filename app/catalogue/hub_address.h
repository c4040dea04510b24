// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What somebody pastes to name a model, and the addresses of the hub that follow from it.
#pragma once

#include <QMetaType>
#include <QString>

#include <expected>

namespace app::catalogue {

/// What a pasted text names.
struct PastedAddress {
    enum class Kind {
        Repository, ///< of the hub
        File,       ///< of a repository of the hub
        Direct,     ///< a file elsewhere: nobody states its hash
    };
    Kind kind = Kind::Repository;
    QString repository;   ///< "owner/name"; empty for Direct
    QString revision;     ///< a branch or a commit; empty: "main"
    QString path;         ///< of File, in the repository
    QString quantization; ///< that was asked for, in upper case; empty: any
    QString url;          ///< of Direct
    bool operator==(const PastedAddress &) const = default;
};

/// Why a text names no model.
enum class AddressProblem {
    Empty,
    NotAName,      ///< neither an address nor owner/name
    NotHttps,      ///< an address of another kind
    WithPassword,  ///< with a name, a password or a port in it
    NotAModelFile, ///< a file elsewhere that is not named *.gguf
    NotAModel,     ///< an address of the hub that is not one of a model: a data set, a space, a person
};

/// Understands "owner/name", "owner/name:Q4_K_M", the same behind "hf.co/", an address of a repository, folder or file
/// of the hub as a browser shows it, and the address of a file named *.gguf elsewhere. Pure.
std::expected<PastedAddress, AddressProblem> parsePasted(const QString &text);

/// The problem in words, with a way out.
QString sentence(AddressProblem problem);

/// The hub's addresses; what is put in must be of the grammar of names.h.
QString fileAddress(const QString &repository, const QString &revision, const QString &path);
QString repositoryPage(const QString &repository);
/// All files with their sizes and hashes.
QString treeAddress(const QString &repository, const QString &revision);
/// Licence, parents, and whether somebody has to ask for access.
QString recordAddress(const QString &repository);

} // namespace app::catalogue
