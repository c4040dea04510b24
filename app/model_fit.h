// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whether a model fits a device, computed from its header before it is loaded: also of a model that is not downloaded
// yet, from its file's first bytes.
#pragma once

#include "app/device_service.h"
#include "app/types.h"
#include "inference/memory_needs.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>

namespace app {

struct ModelCard;

/// What a model took when it was loaded here.
struct MeasuredMemory {
    QString device; ///< uuid, or "cpu"
    quint32 context = 0;
    inference::KvType kv = inference::KvType::F16;
    quint64 bytes = 0; ///< weights, cache and scratch on that device
    bool operator==(const MeasuredMemory &) const = default;
};

/// What is asked of fitOn().
struct FitQuestion {
    DeviceValue device = {};
    quint32 context = 0;        ///< positions that are wanted
    quint32 trainedContext = 0; ///< most that the model was trained for; 0: not known
    inference::KvType kv = inference::KvType::F16;
    QList<MeasuredMemory> measured = {}; ///< of this model; those of other devices are passed over
};

/// The answer, in numbers and words.
struct ModelFit {
    Q_GADGET
    Q_PROPERTY(app::FitLevel level MEMBER level)
    Q_PROPERTY(QString text MEMBER text)
    Q_PROPERTY(QString parts MEMBER parts)
    Q_PROPERTY(QString device MEMBER device)
    Q_PROPERTY(quint64 needBytes MEMBER needBytes)
    Q_PROPERTY(quint64 freeBytes MEMBER freeBytes)
    Q_PROPERTY(quint64 weightBytes MEMBER weightBytes)
    Q_PROPERTY(quint64 cacheBytes MEMBER cacheBytes)
    Q_PROPERTY(quint64 scratchBytes MEMBER scratchBytes)
    Q_PROPERTY(quint32 context MEMBER context)
    Q_PROPERTY(quint32 largestContext MEMBER largestContext)
    Q_PROPERTY(bool measured MEMBER measured)
public:
    FitLevel level = FitLevel::Unknown;
    QString text;   ///< "Fits, 5.2 GB", "Won't fit: needs 9.1 GB, 5.2 GB are free"
    QString parts;  ///< "Weights 4.9 GB, conversation of 8,192 tokens 1.1 GB, working memory 0.1 GB"
    QString device; ///< its name
    quint64 needBytes = 0;
    quint64 freeBytes = 0; ///< what models may take; 0: not known
    quint64 weightBytes = 0;
    quint64 cacheBytes = 0; ///< of the conversation: caches of every kind and states
    quint64 scratchBytes = 0;
    quint32 context = 0;        ///< the one that was asked about, at most the trained one
    quint32 largestContext = 0; ///< that fits; 0: none
    bool measured = false;      ///< corrected by what the model took here before
    bool operator==(const ModelFit &) const = default;
};

/// Whether a model with these needs fits. A mixture whose experts alone do not fit a graphics card is slow on it, not
/// too large; the processor can read weights that do not fit from the disk. Pure; any thread.
ModelFit fitOn(const inference::ModelNeeds &needs, const FitQuestion &question);

/// fitOn() for each device that can be given work, in their order.
QList<ModelFit> fitOnEach(const inference::ModelNeeds &needs, const QList<DeviceValue> &devices, FitQuestion question);

/// A model's shape as catalogues state it.
struct ModelShape {
    quint64 weightBytes = 0; ///< of the file
    quint64 parameters = 0;
    quint64 activeParameters = 0;       ///< fewer than all: a mixture of experts
    quint64 cacheNumbersPerToken = 0;   ///< of the layers whose cache grows with the context
    quint64 slidingNumbersPerToken = 0; ///< of those that see a window only
    quint32 slidingWindow = 0;
    quint64 stateBytes = 0; ///< one copy
    quint32 width = 0;
    quint32 feedForward = 0;
    quint32 vocabulary = 0;
};

/// Needs by rule of thumb, for lists of models whose header nobody has read. Never for models that are here.
inference::ModelNeeds needsFromShape(const ModelShape &shape);

/// Fills in fit, fitText, memoryBytes and fitContext of a card for the context length that the settings ask for.
void estimateFit(ModelCard &card, const DeviceValue &device, quint32 contextLength,
                 inference::KvType kv = inference::KvType::F16);

/// For databases: one line of JSON. Reading answers nothing for what this version did not write.
QByteArray needsToJson(const inference::ModelNeeds &needs);
std::optional<inference::ModelNeeds> needsFromJson(const QByteArray &json);

} // namespace app
