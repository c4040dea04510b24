// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/failure.h"
#include "app/model_card.h"
#include "app/types.h"
#include "inference/kv_type.h"

#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>

namespace app {

class DeviceService;
class InferencePort;
class ModelLibrary;
class Settings;

/// What the terminal asks for instead of the settings.
struct LoadOverrides {
    QString device; ///< empty: the settings'
    std::optional<quint32> threads;
    std::optional<quint32> contextLength;
    std::optional<inference::KvType> kv; ///< f16 unless given
    std::optional<quint32> hostExperts = {};
    QList<AdapterChoice> adapters = {};
};

/// The one of the library's models that answers, and which of them fit this machine. Every call returns at once. GUI
/// thread; collaborators are borrowed and outlive the service.
class ModelService : public QObject {
    Q_OBJECT
    Q_PROPERTY(QString chosenId READ chosenId NOTIFY chosenChanged FINAL)
    Q_PROPERTY(bool empty READ isEmpty NOTIFY modelsChanged FINAL)
    Q_PROPERTY(bool scanning READ isScanning NOTIFY scanningChanged FINAL)
public:
    ModelService(Settings &settings, DeviceService &devices, InferencePort &inference, ModelLibrary &library,
                 QObject *parent = nullptr);
    ~ModelService() override;

    [[nodiscard]] const QList<ModelCard> &models() const; ///< the library's, with their fit: usable ones first
    [[nodiscard]] const ModelCard *find(const QString &idOrPath) const;
    [[nodiscard]] QString chosenId() const; ///< empty: none
    [[nodiscard]] bool isEmpty() const;     ///< no usable model
    [[nodiscard]] bool isScanning() const;

    /// Both could be in memory at once on the chosen device, as far as is known.
    [[nodiscard]] bool fitsBeside(const ModelCard &one, const ModelCard &other) const;
    /// Adapters of the library that a model can be changed by, at their full scale.
    Q_INVOKABLE [[nodiscard]] QList<app::AssistantAdapter> adaptersFor(const QString &idOrPath) const;

    /// ModelLibrary::refresh(); modelsChanged() follows.
    Q_INVOKABLE void refresh();
    /// ModelLibrary::add() of one file; added() or failed() follows.
    Q_INVOKABLE void add(const QString &path);
    /// ModelLibrary::forget().
    Q_INVOKABLE void forget(const QString &id);
    /// Makes this the model that answers, remembers it and begins to load it.
    Q_INVOKABLE void choose(const QString &id);
    /// Loads the chosen model unless it is loaded with the present settings already.
    /// Waits for a scan or a device probe that is under way.
    Q_INVOKABLE void ensureLoaded();
    /// The model that somebody's assistant asks for (id or path; empty: none of its own), with adapters for it. It goes
    /// before the chosen one, until another one is followed or chosen; nothing is loaded yet.
    void follow(const QString &idOrPath, const QList<AdapterChoice> &adapters);
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
    void takeLibrary();
    void endScan();
    void updateFit();
    void load();
    void noteMemory();

    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app
