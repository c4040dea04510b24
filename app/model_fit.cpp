// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_fit.h"

#include "app/model_service.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <functional>

namespace app {

namespace {

using inference::MemoryNeeds;
using inference::MemoryParts;

QString say(const char *text)
{
    return QCoreApplication::translate("ModelFit", text);
}

QString bytesText(quint64 bytes)
{
    return QLocale().formattedDataSize(static_cast<qint64>(bytes), bytes < 1'000'000'000ULL ? 0 : 1,
                                       QLocale::DataSizeSIFormat);
}

/// What was measured on this device differs from what is computed by this much, at any context.
std::optional<qint64> correction(const MemoryNeeds &needs, const FitQuestion &question)
{
    const QString &uuid = question.device.uuid;
    const QString device = uuid.isEmpty() ? QStringLiteral("cpu") : uuid;
    for (const MeasuredMemory &measured : question.measured) {
        if (measured.device != device)
            continue;
        const quint64 computed = memoryAt(needs, measured.context, measured.kv).total();
        // A measurement of a model that was only partly on the device says nothing of the whole.
        if (measured.bytes > computed / 2 && measured.bytes / 2 < computed)
            return static_cast<qint64>(measured.bytes) - static_cast<qint64>(computed);
    }
    return std::nullopt;
}

quint64 corrected(quint64 bytes, qint64 by)
{
    return by < 0 ? bytes - std::min(bytes, static_cast<quint64>(-by)) : bytes + static_cast<quint64>(by);
}

/// The longest context up to `most` whose need, which grows with it, is within `room`.
quint32 longestWithin(quint32 most, quint64 room, const std::function<quint64(quint32)> &need)
{
    if (need(most) <= room)
        return most;
    quint32 fits = 0;
    quint32 tooLong = most;
    while (tooLong - fits > 1) {
        const quint32 middle = fits + (tooLong - fits) / 2;
        (need(middle) <= room ? fits : tooLong) = middle;
    }
    return fits;
}

QString partsText(const ModelFit &fit)
{
    return say("Weights %1, a conversation of %2 tokens %3, working memory %4")
        .arg(bytesText(fit.weightBytes), QLocale().toString(fit.context), bytesText(fit.cacheBytes),
             bytesText(fit.scratchBytes));
}

} // namespace

ModelFit fitOn(const inference::ModelNeeds &modelNeeds, const FitQuestion &question)
{
    const bool processor = question.device.deviceClass == DeviceClass::Cpu;
    const MemoryNeeds &needs = processor ? modelNeeds.processor : modelNeeds.graphics;
    ModelFit fit{.device = question.device.name};
    if (!needs.known())
        return fit;
    const quint32 longest = std::max(question.trainedContext != 0 ? question.trainedContext : question.context, 1U);
    fit.context = std::clamp(question.context, 1U, longest);
    const std::optional<qint64> difference = correction(needs, question);
    fit.measured = difference.has_value();
    const auto needWith = [&](quint64 weights, quint32 context) {
        const MemoryParts parts = memoryAt(needs, context, question.kv);
        return corrected(parts.total() - parts.weightBytes + weights, difference.value_or(0));
    };
    const MemoryParts parts = memoryAt(needs, fit.context, question.kv);
    fit.weightBytes = parts.weightBytes;
    fit.cacheBytes = parts.cacheBytes();
    fit.scratchBytes = parts.scratchBytes;
    fit.needBytes = needWith(needs.weightBytes, fit.context);
    fit.parts = partsText(fit);
    const quint64 free = question.device.freeBytes != 0 ? question.device.freeBytes : question.device.memoryBytes;
    if (free == 0) {
        fit.text = bytesText(fit.needBytes);
        return fit;
    }
    fit.freeBytes = inference::memoryForModels(free);
    // What stays in memory when as little as possible does: experts leave a card, the processor reads the file.
    const quint64 least = processor ? needs.mappedBytes : needs.weightBytes - needs.expertBytes;
    const auto longestWith = [&](quint64 weights) {
        return longestWithin(longest, fit.freeBytes, [&](quint32 context) { return needWith(weights, context); });
    };
    fit.largestContext = longestWith(needs.weightBytes);
    if (fit.needBytes <= fit.freeBytes) {
        fit.level = FitLevel::Fits;
        fit.text = say("Fits, %1").arg(bytesText(fit.needBytes));
        return fit;
    }
    // Experts leave a graphics card before the context is shortened.
    if (!processor || fit.largestContext == 0)
        fit.largestContext = longestWith(least);
    const QString need = bytesText(fit.needBytes);
    const QString has = bytesText(fit.freeBytes);
    if (needWith(least, fit.context) > fit.freeBytes) {
        fit.level = FitLevel::WontFit;
        fit.text = say("Won't fit: needs %1, %2 are free").arg(need, has);
    } else if (processor) {
        fit.level = FitLevel::Slow;
        fit.text = say("Slow: needs %1, %2 are free, the rest is read from the disk again and again").arg(need, has);
    } else {
        fit.level = FitLevel::Slow;
        fit.text = say("Slow: needs %1, %2 are free, the experts that do not fit stay in main memory and run on the "
                       "processor")
                       .arg(need, has);
    }
    return fit;
}

QList<ModelFit> fitOnEach(const inference::ModelNeeds &needs, const QList<DeviceValue> &devices, FitQuestion question)
{
    QList<ModelFit> fits;
    for (const DeviceValue &device : devices) {
        if (!device.usable)
            continue;
        question.device = device;
        fits.append(fitOn(needs, question));
    }
    return fits;
}

inference::ModelNeeds needsFromShape(const ModelShape &shape)
{
    // As in the forward passes: a batch of 512 rows, each with about eight vectors of the model's width and two of the
    // feed-forward's at a time, and 64 rows of logits.
    constexpr quint64 kRows = 512;
    constexpr quint64 kLogitsRows = 64;
    constexpr quint32 kRewind = 1024; // a batch, and what a conversation may be cut back by
    const quint64 scratch =
        4 * (kRows * (8ULL * shape.width + 2ULL * shape.feedForward) + kLogitsRows * shape.vocabulary);
    MemoryNeeds needs{.weightBytes = shape.weightBytes, .stateBytes = 2 * shape.stateBytes, .scratch = {{1, scratch}}};
    if (shape.cacheNumbersPerToken > 0)
        needs.cache.push_back({inference::CacheKind::Full, 0, shape.cacheNumbersPerToken});
    if (shape.slidingNumbersPerToken > 0)
        needs.cache.push_back(
            {inference::CacheKind::Sliding, shape.slidingWindow + kRewind, shape.slidingNumbersPerToken});
    inference::ModelNeeds both{.processor = needs, .graphics = needs};
    // Of a mixture, what a token does not meet is in its experts, and what it meets is in part.
    if (shape.activeParameters > 0 && shape.activeParameters < shape.parameters) {
        const double idle = 1.0 - static_cast<double>(shape.activeParameters) / static_cast<double>(shape.parameters);
        both.graphics.expertBytes = static_cast<quint64>(static_cast<double>(shape.weightBytes) * idle);
        both.graphics.hostExpertBytes = both.graphics.expertBytes;
    }
    return both;
}

void estimateFit(ModelCard &card, const DeviceValue &device, quint32 contextLength, inference::KvType kv)
{
    card.fit = FitLevel::Unknown;
    card.fitText.clear();
    card.memoryBytes = 0;
    card.fitContext = 0;
    if (!card.usable)
        return;
    const ModelFit fit = fitOn(card.needs, {.device = device,
                                            .context = contextLength,
                                            .trainedContext = std::max(card.contextLength, 1U),
                                            .kv = kv,
                                            .measured = card.measured});
    card.fit = fit.level;
    card.fitText = fit.text.isEmpty() ? bytesText(card.fileBytes) : fit.text;
    card.memoryBytes = fit.needBytes;
    card.fitContext = fit.largestContext;
}

} // namespace app
