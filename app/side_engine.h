// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// An engine beside the one that answers, for models that serve search.
#pragma once

#include "app/failure.h"
#include "inference/engine.h"

#include <QList>
#include <QString>

#include <cstdint>
#include <expected>
#include <memory>
#include <stop_token>
#include <string>

namespace app {

/// One model on an engine of its own, whose calls block. One call at a time, from any thread but the GUI's.
class SideEngine {
public:
    struct Options {
        std::uint32_t threads = 0;       ///< 0: all performance cores
        std::uint32_t contextLength = 0; ///< longest input in tokens, bounded by the model's own; 0: the usual one
    };
    /// Loads the model on the processor. Failures name the file.
    static std::expected<std::unique_ptr<SideEngine>, Failure> load(const QString &path, const Options &options);

    [[nodiscard]] const inference::LoadedModel &model() const { return m_model; }
    /// Of the model's files, hex.
    [[nodiscard]] const std::string &sha256() const { return m_sha256; }

    /// Code "inference.cancelled" after `stop`.
    std::expected<inference::EmbedResult, Failure> embed(inference::EmbedRequest request, const std::stop_token &stop);
    /// Code "inference.cancelled" after `stop`.
    std::expected<inference::RerankResult, Failure> rerank(inference::RerankRequest request,
                                                           const std::stop_token &stop);

private:
    explicit SideEngine(QString subject);
    template <class Answer, class Start>
    std::expected<Answer, Failure> finished(const std::stop_token &stop, Start start);

    QString m_subject;
    std::string m_sha256;
    inference::LoadedModel m_model;
    inference::Engine m_engine; ///< last: ends before what it uses
};

/// A model file that can be used for something.
struct InstalledModel {
    QString path;
    QString name; ///< as the file says; else its own
    qint64 bytes = 0;
};

/// The models that are installed for a purpose: what the environment variable names, then those that are made for it in
/// `folder` beside the starter models, and those among them. At most `most`; reads headers of files.
QList<InstalledModel> installedModels(const char *variable, const QString &folder, inference::ModelPurpose purpose,
                                      qsizetype most = 100);
/// Path of the first of them; empty: none.
QString installedModel(const char *variable, const QString &folder, inference::ModelPurpose purpose);

} // namespace app
