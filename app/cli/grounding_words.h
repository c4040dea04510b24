// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What an answer takes from documents, in words and as --json shows it.
#pragma once

#include "app/cli/service_session.h"
#include "app/conversation_types.h"

#include <QJsonObject>

namespace app::cli {

/// Options of a command that asks about documents.
struct DocumentOptions {
    std::vector<std::string> collections; ///< names
    std::vector<std::string> files;
    bool only = false;

    [[nodiscard]] bool isEmpty() const { return collections.empty() && files.empty(); }
};

/// Adds -C/--collection, --file and --only-documents.
void addDocumentOptions(CLI::App &command, DocumentOptions &options);

/// Whether a first question about these documents is about the files themselves, which is answered without a model.
bool isAboutFiles(const DocumentOptions &options, const QString &question);

/// Opens the data folder, and its index where `options` need it or the conversation may. Waits.
std::expected<void, Failure> openFor(ServiceSession &session, const DocumentOptions &options);

/// Makes the open conversation about what `options` name, reads the files that are new to it, and waits for both.
std::expected<void, Failure> attachDocuments(ServiceSession &session, const Program &program,
                                             const DocumentOptions &options);

/// Waits until the open conversation's answer was compared with its sources, where it is to be. Ctrl+C goes on without.
void awaitChecks(ServiceSession &session, MessageId answer);

/// The sources that an answer uses, what it rests on, and sentences that were not found; nothing without documents.
void printGrounding(const MessageValue &answer);

/// Adds to a message's object: citations, sentences, material, refused, nearest.
void insertGrounding(QJsonObject &object, const MessageValue &message);

} // namespace app::cli
