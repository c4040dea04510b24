// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/failure.h"
#include "app/model_fit.h"
#include "app/types.h"
#include "inference/kv_type.h"
#include "inference/model_summary.h"

#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>
#include <vector>

namespace app {

class DeviceService;
struct DeviceValue;
class InferencePort;
class Settings;

/// What can be said of a model file before it is loaded. Read from its header alone.
struct ModelCard {
    Q_GADGET
    Q_PROPERTY(QString id MEMBER id)
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QString path MEMBER path)
    Q_PROPERTY(app::ModelOrigin origin MEMBER origin)
    Q_PROPERTY(QString architecture MEMBER architecture)
    Q_PROPERTY(QString sizeLabel MEMBER sizeLabel)
    Q_PROPERTY(QString quantization MEMBER quantization)
    Q_PROPERTY(QString license MEMBER license)
    Q_PROPERTY(quint64 parameters MEMBER parameters)
    Q_PROPERTY(quint64 fileBytes MEMBER fileBytes)
    Q_PROPERTY(quint32 contextLength MEMBER contextLength)
    Q_PROPERTY(bool hasChatTemplate MEMBER hasChatTemplate)
    Q_PROPERTY(bool usable MEMBER usable)
    Q_PROPERTY(app::FitLevel fit MEMBER fit)
    Q_PROPERTY(QString fitText MEMBER fitText)
    Q_PROPERTY(app::Failure failure MEMBER failure)
public:
    QString id; ///< stable: derived from the file's name; unique in the list
    QString name;
    QString path;
    ModelOrigin origin = ModelOrigin::Starter;
    QString architecture;
    QString sizeLabel;    ///< "135M"
    QString quantization; ///< "Q4_1"
    QString license;      ///< as the file names it, "" = not stated
    quint64 parameters = 0;
    quint64 fileBytes = 0;
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
    bool hasChatTemplate = false;
    bool usable = false; ///< complete, readable and of a kind Carrel runs
    FitLevel fit = FitLevel::Unknown;
    QString fitText; ///< "Fits, 98 MB", "Won't fit: needs 9.1 GB, 5.2 GB are free"
    Failure failure; ///< why not usable
    bool operator==(const ModelCard &) const = default;
};

/// What the terminal asks for instead of the settings.
struct LoadOverrides {
    QString device; ///< empty: the settings'
    std::optional<quint32> threads;
    std::optional<quint32> contextLength;
    std::optional<inference::KvType> kv; ///< f16 unless given
    std::optional<quint32> hostExperts = {};
    QList<AdapterChoice> adapters = {};
};

/// The models on this computer and the one that answers. Headers are read on a worker thread; every call returns at
/// once. GUI thread; collaborators are borrowed and outlive the service.
class ModelService : public QObject {
    Q_OBJECT
    Q_PROPERTY(QString chosenId READ chosenId NOTIFY chosenChanged FINAL)
    Q_PROPERTY(bool empty READ isEmpty NOTIFY modelsChanged FINAL)
    Q_PROPERTY(bool scanning READ isScanning NOTIFY scanningChanged FINAL)
public:
    /// `folders`: where starter models are, see modelFolders().
    ModelService(Settings &settings, DeviceService &devices, InferencePort &inference, QStringList folders,
                 QObject *parent = nullptr);
    ~ModelService() override;

    [[nodiscard]] const QList<ModelCard> &models() const; ///< usable ones first, then by name
    [[nodiscard]] const ModelCard *find(const QString &idOrPath) const;
    [[nodiscard]] QString chosenId() const; ///< empty: none
    [[nodiscard]] bool isEmpty() const;     ///< no usable model
    [[nodiscard]] bool isScanning() const;

    /// Reads the folders and the added files again; modelsChanged() follows. To be called once after building.
    Q_INVOKABLE void refresh();
    /// Adds a file where it lies; added() or failed() follows.
    Q_INVOKABLE void add(const QString &path);
    /// Takes an added file off the list; the file itself is never touched.
    Q_INVOKABLE void forget(const QString &id);
    /// Makes this the model that answers, remembers it and begins to load it.
    Q_INVOKABLE void choose(const QString &id);
    /// Loads the chosen model unless it is loaded with the present settings already.
    /// Waits for a scan or a device probe that is under way.
    Q_INVOKABLE void ensureLoaded();
    /// Overrides that hold until the program ends; for the next ensureLoaded().
    void setOverrides(const LoadOverrides &overrides);
    /// Chooses an installed model, or a file anywhere, without remembering it in the settings; a file's header is read
    /// first (scanning). A model that cannot run is chosen too, so that its failure is met by whoever loads it.
    void useOnce(const QString &idOrPath);

Q_SIGNALS:
    void modelsChanged();
    void scanningChanged();
    void chosenChanged();
    void added(const QString &id);
    void failed(const app::Failure &failure);

private:
    void accept(QList<ModelCard> cards);
    void updateFit();
    void load();

    struct State;
    std::unique_ptr<State> m_state;
};

/// Folders of starter models, in the order of precedence: CARREL_MODELS (colon-separated), the installation's
/// share/carrel/models, the user's cache (~/.cache/carrel/models).
QStringList modelFolders();

/// The id of a model file: its stem in lower case, every run of other characters than letters, digits, '.', '_' as '-'.
/// All files of a model of several have one id.
QString modelIdFromPath(const QString &path);

/// One of the files of a model of several that is not its first, which lies beside it: lists leave it out.
bool isFurtherFile(const QString &path);

/// What tells whether a model's files are still the same.
struct FileState {
    qint64 bytes = 0;      ///< of all files
    qint64 modifiedMs = 0; ///< of the one changed last
};
FileState stateOfFiles(const QString &path);

/// Reads one file's header into a card. Blocking; for worker threads and the terminal.
ModelCard readModelCard(const QString &path, ModelOrigin origin);

} // namespace app
