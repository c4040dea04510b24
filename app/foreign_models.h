// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Models that other programs have downloaded. They are looked for when the user asks and never else, and used where
// they lie: Carrel neither copies nor changes anything there.
#pragma once

#include "app/failure.h"
#include "app/types.h"

#include <QHash>
#include <QList>
#include <QObject>
#include <QString>
#include <QThreadPool>

#include <stop_token>

namespace app {

class ModelLibrary;

/// What is there of another program's model.
enum class ForeignState {
    Complete,    ///< whole and of a kind that Carrel uses
    Partial,     ///< its download is not finished, or broke off
    Missing,     ///< it is named, and its file is not there
    Unreadable,  ///< it may not be read
    Unsupported, ///< whole, and nothing that Carrel uses
};

/// One model of another program.
struct ForeignModel {
    Q_GADGET
    Q_PROPERTY(QString program MEMBER program)
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QString path MEMBER path)
    Q_PROPERTY(quint64 bytes MEMBER bytes)
    Q_PROPERTY(QString architecture MEMBER architecture)
    Q_PROPERTY(QString sizeLabel MEMBER sizeLabel)
    Q_PROPERTY(QString quantization MEMBER quantization)
    Q_PROPERTY(app::ModelUse purpose MEMBER purpose)
    Q_PROPERTY(QString license MEMBER license)
    Q_PROPERTY(QString licenceText MEMBER licenceText)
    Q_PROPERTY(QString sha256 MEMBER sha256)
    Q_PROPERTY(bool complete READ isComplete)
    Q_PROPERTY(bool listed MEMBER listed)
    Q_PROPERTY(app::Failure failure MEMBER failure)
public:
    QString program; ///< "Ollama"
    QString name;    ///< as that program calls it: "llama3.2:latest"; foreign text
    QString path;    ///< of the first file, empty where there is none
    quint64 bytes = 0;
    QString architecture;
    QString sizeLabel;
    QString quantization;
    ModelUse purpose = ModelUse::Chat;
    QString license;     ///< as the file names it
    QString licenceText; ///< that the program keeps with it, at most 256 KiB; foreign text
    QString sha256;      ///< that the program says it has; empty: it says nothing
    ForeignState state = ForeignState::Complete;
    bool listed = false; ///< Carrel has it already
    Failure failure;     ///< why it cannot be taken over
    [[nodiscard]] bool isComplete() const { return state == ForeignState::Complete; }
    bool operator==(const ForeignModel &) const = default;
};

/// Where to look.
struct ForeignPlaces {
    QString home;                         ///< the user's
    QString system = QStringLiteral("/"); ///< what stands before /usr; for tests
    QHash<QString, QString> environment;  ///< the variables that name other places
    /// Of this process.
    static ForeignPlaces ofThisUser();
};

/// Looks at the folders of Ollama, LM Studio, Jan, GPT4All, the Hugging Face cache and llama.cpp's: by program, then by
/// name, each file once. What it reads there is foreign: sizes are bounded, and no text becomes a path but below the
/// folder it stands in. Blocking; not on the GUI thread.
QList<ForeignModel> findForeignModels(const ForeignPlaces &places, const std::stop_token &stop);

/// The search for the window and the terminal. GUI thread.
class ForeignModels : public QObject {
    Q_OBJECT
    Q_PROPERTY(QList<app::ForeignModel> models READ models NOTIFY modelsChanged FINAL)
    Q_PROPERTY(bool looking READ isLooking NOTIFY lookingChanged FINAL)
    Q_PROPERTY(bool looked READ hasLooked NOTIFY lookingChanged FINAL)
public:
    explicit ForeignModels(ModelLibrary &library, ForeignPlaces places, QObject *parent = nullptr);
    ~ForeignModels() override;

    [[nodiscard]] const QList<ForeignModel> &models() const { return m_models; }
    [[nodiscard]] bool isLooking() const { return m_looking; }
    [[nodiscard]] bool hasLooked() const { return m_looked; } ///< an empty list then says that there is nothing

    /// modelsChanged() follows.
    Q_INVOKABLE void find();
    /// Puts a complete one on the library's list, where it lies; ModelLibrary::added() or failed() follows.
    Q_INVOKABLE void adopt(const QString &path);

Q_SIGNALS:
    void modelsChanged();
    void lookingChanged();

private:
    void markListed();

    ModelLibrary &m_library;
    ForeignPlaces m_places;
    QList<ForeignModel> m_models;
    bool m_looking = false;
    bool m_looked = false;
    std::stop_source m_stop;
    QThreadPool m_worker;
};

} // namespace app
