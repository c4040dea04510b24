// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is shown of a model or an adapter. Plain values, safe to copy between threads.
#pragma once

#include "app/failure.h"
#include "app/licence/recognise.h"
#include "app/model_fit.h"
#include "app/types.h"
#include "inference/model_summary.h"

#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>

#include <vector>

namespace app {

/// What can be said of a model file before it is loaded: what stands in its header, and what the library knows of it.
struct ModelCard {
    Q_GADGET
    Q_PROPERTY(QString id MEMBER id)
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QString path MEMBER path)
    Q_PROPERTY(QString folder MEMBER folder)
    Q_PROPERTY(app::ModelOrigin origin MEMBER origin)
    Q_PROPERTY(QString source MEMBER source)
    Q_PROPERTY(app::ModelUse purpose MEMBER purpose)
    Q_PROPERTY(QString architecture MEMBER architecture)
    Q_PROPERTY(QString sizeLabel MEMBER sizeLabel)
    Q_PROPERTY(QString quantization MEMBER quantization)
    Q_PROPERTY(QString license MEMBER license)
    Q_PROPERTY(QString licenceId MEMBER licenceId)
    Q_PROPERTY(app::licence::Finding licence MEMBER licence)
    Q_PROPERTY(bool licenceTextKept MEMBER licenceTextKept)
    Q_PROPERTY(QStringList baseModels MEMBER baseModels)
    Q_PROPERTY(QString catalogueId MEMBER catalogueId)
    Q_PROPERTY(quint64 parameters MEMBER parameters)
    Q_PROPERTY(quint64 activeParameters MEMBER activeParameters)
    Q_PROPERTY(quint64 fileBytes MEMBER fileBytes)
    Q_PROPERTY(quint32 fileCount MEMBER fileCount)
    Q_PROPERTY(qint64 fileModifiedMs MEMBER fileModifiedMs)
    Q_PROPERTY(quint32 contextLength MEMBER contextLength)
    Q_PROPERTY(quint32 fitContext MEMBER fitContext)
    Q_PROPERTY(quint64 memoryBytes MEMBER memoryBytes)
    Q_PROPERTY(QString tokenizer MEMBER tokenizer)
    Q_PROPERTY(quint32 vocabularySize MEMBER vocabularySize)
    Q_PROPERTY(quint32 embeddingWidth MEMBER embeddingWidth)
    Q_PROPERTY(bool hasChatTemplate MEMBER hasChatTemplate)
    Q_PROPERTY(QString templateSha256 MEMBER templateSha256)
    Q_PROPERTY(QString sha256 MEMBER sha256)
    Q_PROPERTY(qint64 addedMs MEMBER addedMs)
    Q_PROPERTY(qint64 lastUsedMs MEMBER lastUsedMs)
    Q_PROPERTY(double decodeTps MEMBER decodeTps)
    Q_PROPERTY(double prefillTps MEMBER prefillTps)
    Q_PROPERTY(QString speedDevice MEMBER speedDevice)
    Q_PROPERTY(QStringList duplicates MEMBER duplicates)
    Q_PROPERTY(QStringList adapters MEMBER adapters)
    Q_PROPERTY(bool missing MEMBER missing)
    Q_PROPERTY(qint64 changedFromMs MEMBER changedFromMs)
    Q_PROPERTY(QString changedFromSha256 MEMBER changedFromSha256)
    Q_PROPERTY(app::CheckResult checkResult MEMBER checkResult)
    Q_PROPERTY(qint64 checkedMs MEMBER checkedMs)
    Q_PROPERTY(QString promisedSha256 MEMBER promisedSha256)
    Q_PROPERTY(QString promisedBy MEMBER promisedBy)
    Q_PROPERTY(bool usable MEMBER usable)
    Q_PROPERTY(app::FitLevel fit MEMBER fit)
    Q_PROPERTY(QString fitText MEMBER fitText)
    Q_PROPERTY(app::Failure failure MEMBER failure)
public:
    QString id; ///< derived from the file's name, unique in the list; stays when the file moves
    QString name;
    QString path;   ///< of the first file, absolute
    QString folder; ///< that the file lies in
    ModelOrigin origin = ModelOrigin::Starter;
    QString source; ///< "starter", "adopted", the address it was downloaded from, or the program whose file it is
    ModelUse purpose = ModelUse::Chat;
    QString architecture;
    QString sizeLabel;    ///< "135M"
    QString quantization; ///< "Q4_1"
    QString license;      ///< as the file names it, "" = not stated
    QString licenseName;  ///< beside "other"
    QString licenseLink;
    QStringList baseModels;       ///< parents as the file names them: addresses or owner/name
    licence::Finding licence;     ///< what applies by all that is known: file, parents, where it was downloaded from
    QString licenceId;            ///< licence.id: as Carrel's table of licences calls it, "" = unknown
    bool licenceTextKept = false; ///< ModelLibrary::licenceText() has it; else it was not fetched
    QString catalogueId;          ///< of the entry it was downloaded as
    quint64 parameters = 0;
    quint64 activeParameters = 0; ///< that a token meets: of mixtures of experts fewer than all
    quint64 fileBytes = 0;        ///< of all files
    quint32 fileCount = 1;
    qint64 fileModifiedMs = 0; ///< when the file was read for this card
    quint64 kvBytesPerToken = 0;
    std::vector<inference::SlidingKv> slidingKv; ///< layers among those that stop growing
    quint64 stateBytes = 0;                      ///< of layers that carry a state
    inference::ModelNeeds needs;                 ///< of memory, at any context; not known for those that cannot run
    QList<MeasuredMemory> measured;              ///< what it took here, latest first
    quint64 expertBytes = 0;                     ///< of the file, what a graphics card may leave in main memory
    quint64 memoryBytes = 0;                     ///< weights + KV at the context in use + scratch, estimated
    quint32 contextLength = 0;                   ///< trained
    quint32 fitContext = 0;                      ///< largest context that fits, at most contextLength
    quint32 expertCount = 0;                     ///< 0: no mixture of experts
    quint32 expertsUsed = 0;                     ///< by each token
    quint32 layerCount = 0;
    QString tokenizer; ///< "gpt2, smollm": its model and how it splits text
    quint32 vocabularySize = 0;
    quint32 embeddingWidth = 0; ///< numbers in an embedding; 0 for models that write text
    bool hasChatTemplate = false;
    QString templateSha256; ///< hex, empty without a template

    QString sha256; ///< hex, over all files one after the other; empty while not known
    qint64 addedMs = 0;
    qint64 lastUsedMs = 0;     ///< 0: never
    double decodeTps = 0.0;    ///< tokens a second, over this machine's answers with the model; 0: not measured
    double prefillTps = 0.0;   ///< likewise, of prompts
    QString speedDevice;       ///< on which that was: the one used last
    QStringList duplicates;    ///< ids of other models with the same bytes
    QStringList adapters;      ///< ids of adapters that fit
    bool missing = false;      ///< the file is not there now; `failure` says so
    qint64 changedFromMs = 0;  ///< not 0: the file is another than before, which was changed last at that time;
                               ///< until ModelLibrary::acceptChange()
    QString changedFromSha256; ///< of the file before
    CheckResult checkResult = CheckResult::None; ///< of the last whole check
    qint64 checkedMs = 0;
    QString promisedSha256; ///< what its source says of the file; empty: nothing
    QString promisedBy;     ///< "catalogue", "hub", or a program's name

    bool usable = false; ///< there, complete, readable and of a kind that Carrel chats with
    FitLevel fit = FitLevel::Unknown;
    QString fitText; ///< "Fits, 98 MB", "Won't fit: needs 9.1 GB, 5.2 GB are free"
    Failure failure; ///< why not usable
    bool operator==(const ModelCard &) const = default;
};

/// An adapter (LoRA), which changes models that it fits.
struct AdapterCard {
    Q_GADGET
    Q_PROPERTY(QString id MEMBER id)
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QString path MEMBER path)
    Q_PROPERTY(quint64 fileBytes MEMBER fileBytes)
    Q_PROPERTY(QString baseModel MEMBER baseModel)
    Q_PROPERTY(QString architecture MEMBER architecture)
    Q_PROPERTY(QString license MEMBER license)
    Q_PROPERTY(quint64 leastRank MEMBER leastRank)
    Q_PROPERTY(quint64 mostRank MEMBER mostRank)
    Q_PROPERTY(QStringList fits MEMBER fits)
    Q_PROPERTY(bool missing MEMBER missing)
    Q_PROPERTY(QString sha256 MEMBER sha256)
    Q_PROPERTY(app::Failure failure MEMBER failure)
public:
    QString id; ///< as a model's, unique among both
    QString name;
    QString path;
    ModelOrigin origin = ModelOrigin::Added;
    quint64 fileBytes = 0;
    QString baseModel; ///< the model it was made for, as its file names it; empty: it does not
    QString architecture;
    QString license;
    quint64 leastRank = 0;
    quint64 mostRank = 0;
    QStringList fits; ///< ids of models that it can change
    bool missing = false;
    QString sha256;
    Failure failure; ///< why it cannot be applied
    bool operator==(const AdapterCard &) const = default;
};

/// Folders of starter models, in the order of precedence: CARREL_MODELS (colon-separated), the installation's
/// share/carrel/models, the user's cache (~/.cache/carrel/models).
QStringList modelFolders();

/// The id of a model file: its stem in lower case, every run of other characters than letters, digits, '.', '_' as '-'.
/// All files of a model of several have one id. Reads no disk.
QString modelIdFromPath(const QString &path);

/// The same of a name alone.
QString modelIdFromName(const QString &name);

/// One of the files of a model of several that is not its first, which lies beside it: lists leave it out. Blocking.
bool isFurtherFile(const QString &path);

/// A model of several files goes by its first; absolute. Blocking.
QString firstModelFile(const QString &path);

/// What tells whether a model's files are still the same.
struct FileState {
    qint64 bytes = 0;      ///< of all files
    qint64 modifiedMs = 0; ///< of the one changed last
    quint64 inode = 0;     ///< of the first
    bool exists = false;
    bool operator==(const FileState &) const = default;
};
/// Blocking.
FileState stateOfFiles(const QString &path);

/// Reads one file's header into a card. Blocking; for worker threads and the terminal.
ModelCard readModelCard(const QString &path, ModelOrigin origin);

/// Weighs what the card says of its licence, with what applied at its download (an id of ours; empty: unknown).
void weighLicence(ModelCard &card, const QString &licenceAtDownload);

/// Reads the header of an adapter's file; `failure` is set where it is none that Carrel applies. Blocking.
AdapterCard readAdapterCard(const QString &path);

} // namespace app
