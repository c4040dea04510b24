// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What can be seen inside a model's file: its header, its tokenizer at work, its chat template filled in. Blocking
// functions over values, for worker threads and the terminal.
#pragma once

#include "app/failure.h"
#include "app/types.h"
#include "inference/file_header.h"
#include "inference/text_model.h"
#include "inference/types.h"

#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>

#include <expected>
#include <memory>
#include <span>

namespace app {

/// One key of a file's metadata.
struct HeaderEntryValue {
    Q_GADGET
    Q_PROPERTY(QString key MEMBER key)
    Q_PROPERTY(QString type MEMBER type)
    Q_PROPERTY(QString text MEMBER text)
    Q_PROPERTY(bool array MEMBER isArray)
    Q_PROPERTY(qint64 elements MEMBER elements)
public:
    QString key;
    QString type;         ///< as the format calls it
    QString text;         ///< whole, but of an array the first elements alone
    bool isArray = false; ///< see arrayElements()
    qint64 elements = 0;  ///< of an array
    bool operator==(const HeaderEntryValue &) const = default;
};

/// One tensor of a file.
struct TensorValue {
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QString type MEMBER type)
    Q_PROPERTY(QString shape MEMBER shape)
    Q_PROPERTY(quint64 weights MEMBER weights)
    Q_PROPERTY(quint64 bytes MEMBER bytes)
    Q_PROPERTY(double share MEMBER share)
public:
    QString name;
    QString type;
    QString shape; ///< "576 × 49,152", the contiguous dimension first
    quint64 weights = 0;
    quint64 bytes = 0;  ///< 0: not known
    double share = 0.0; ///< of all tensors' bytes, 0 … 1
    bool operator==(const TensorValue &) const = default;
};

/// One token of a text.
struct TokenValue {
    Q_GADGET
    Q_PROPERTY(int id MEMBER id)
    Q_PROPERTY(QString text MEMBER text)
    Q_PROPERTY(QString bytes MEMBER bytes)
    Q_PROPERTY(bool special MEMBER isSpecial)
    Q_PROPERTY(bool whole MEMBER isWhole)
public:
    int id = 0;
    QString text;           ///< with marks in place of what cannot be seen: spaces, ends of lines, parts of characters
    QString bytes;          ///< hex, "20 74 68"
    bool isSpecial = false; ///< steers the model; its text is never part of what is written
    bool isWhole = true;    ///< its bytes are whole characters
    bool operator==(const TokenValue &) const = default;
};

/// A text in a model's tokens.
struct TokenizedText {
    QList<TokenValue> tokens; ///< at most as many as were asked for
    qsizetype total = 0;      ///< tokens in all
    qsizetype characters = 0; ///< as people count them: code points
    qsizetype bytes = 0;      ///< UTF-8
};

/// How to make tokens of a text.
struct TokenizeOptions {
    bool addSpecial = true;    ///< with what the model has before and after a whole text
    bool parseControl = false; ///< control tokens written in the text are recognised
    qsizetype most = 2000;     ///< tokens to describe
};

/// A stretch of a prompt.
struct PromptPiece {
    QString text;
    bool isControl = false; ///< made of control tokens
    bool operator==(const PromptPiece &) const = default;
};

/// A message of a conversation as the model gets it, with what the template puts around it.
struct PromptPart {
    PromptPartKind kind = PromptPartKind::User;
    QList<PromptPiece> pieces;
    qsizetype tokens = 0;
    qsizetype messages = 1; ///< that it holds; 0 for Opening and Answer
    bool operator==(const PromptPart &) const = default;
};

/// A conversation as it is sent.
struct PromptView {
    QList<PromptPart> parts;
    qsizetype tokens = 0;
};

/// The header of a file and, where it has one that Carrel knows, its tokenizer.
struct InspectedFile {
    std::shared_ptr<const inference::FileHeader> header;
    std::shared_ptr<const inference::TextModel> model; ///< null: `modelFailure` says why there are no tokens
    Failure modelFailure;
    QList<HeaderEntryValue> entries;
    QList<TensorValue> tensors;
};

/// Reads a file's header; the weights are not touched. Takes milliseconds to a second. Failures name the file.
std::expected<InspectedFile, Failure> inspectFile(const QString &path);

/// `count` elements of the array entries[entry] from `first` on.
QStringList arrayElements(const inference::FileHeader &header, qsizetype entry, qint64 first, qint64 count);

TokenizedText tokenized(const inference::TextModel &model, const QString &text, const TokenizeOptions &options);

/// Fills the model's template in with these messages, as for an answer at `now` (seconds since 1970), and divides what
/// comes of it by message. Where a template treats a message differently for what follows it, that message stands
/// together with the next one.
std::expected<PromptView, Failure> viewPrompt(const inference::TextModel &model,
                                              std::span<const inference::Message> messages, qint64 now);

/// A short conversation to show a template with.
std::vector<inference::Message> sampleConversation();

} // namespace app
