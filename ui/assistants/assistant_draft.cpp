// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/assistants/assistant_draft.h"

#include "ui/assistants/assistant_words.h"

#include <QFileInfo>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace ui {

namespace {

using namespace std::chrono_literals;
constexpr auto kSaveAfter = 400ms;

using Setting = AssistantDraft::Setting;

/// What a setting is where nobody has said anything: the neutral chain's.
double usual(Setting setting)
{
    switch (setting) {
    case Setting::Temperature:
        return 0.8;
    case Setting::TopP:
        return 0.95;
    case Setting::MinP:
        return 0.05;
    case Setting::TopK:
        return 40;
    case Setting::RepeatPenalty:
        return 1.0;
    }
    return 0.0;
}

std::optional<double> read(const app::SamplingOverrides &sampling, Setting setting)
{
    switch (setting) {
    case Setting::Temperature:
        return sampling.temperature;
    case Setting::TopP:
        return sampling.topP;
    case Setting::MinP:
        return sampling.minP;
    case Setting::TopK:
        return sampling.topK;
    case Setting::RepeatPenalty:
        return sampling.repeatPenalty;
    }
    return std::nullopt;
}

void write(app::SamplingOverrides &sampling, Setting setting, std::optional<double> value)
{
    const std::optional<float> number = value ? std::optional(static_cast<float>(*value)) : std::nullopt;
    switch (setting) {
    case Setting::Temperature:
        sampling.temperature = number;
        break;
    case Setting::TopP:
        sampling.topP = number;
        break;
    case Setting::MinP:
        sampling.minP = number;
        break;
    case Setting::TopK:
        sampling.topK = value ? std::optional(static_cast<std::int32_t>(std::lround(*value))) : std::nullopt;
        break;
    case Setting::RepeatPenalty:
        sampling.repeatPenalty = number;
        break;
    }
}

} // namespace

AssistantDraft::AssistantDraft(QObject *parent)
    : QObject(parent)
{
    m_saver.setSingleShot(true);
    m_saver.setInterval(kSaveAfter);
    connect(&m_saver, &QTimer::timeout, this, &AssistantDraft::flush);
    connect(this, &AssistantDraft::changed, this, &AssistantDraft::judgeAdapters);
}

AssistantDraft::~AssistantDraft()
{
    flush();
}

void AssistantDraft::setService(app::AssistantService *service)
{
    if (service == m_service)
        return;
    if (m_service)
        m_service->disconnect(this);
    m_service = service;
    if (service != nullptr) {
        connect(service, &app::AssistantService::assistantsChanged, this, [this] {
            if (!m_dirty)
                take();
        });
    }
    take();
    Q_EMIT serviceChanged();
}

void AssistantDraft::setLibrary(app::ModelLibrary *library)
{
    if (library == m_library)
        return;
    if (m_library)
        m_library->disconnect(this);
    m_library = library;
    if (library != nullptr) {
        connect(library, &app::ModelLibrary::adaptersChanged, this, &AssistantDraft::judgeAdapters);
        connect(library, &app::ModelLibrary::modelsChanged, this, &AssistantDraft::judgeAdapters);
    }
    judgeAdapters();
    Q_EMIT libraryChanged();
}

void AssistantDraft::judgeAdapters()
{
    QStringList obstacles;
    for (const app::AssistantAdapter &adapter : std::as_const(m_value.adapters))
        obstacles.append(m_library ? adapterObstacle(adapter, m_value.modelPath, *m_library) : QString());
    if (obstacles == m_obstacles)
        return;
    m_obstacles = obstacles;
    Q_EMIT obstaclesChanged();
}

void AssistantDraft::setAssistant(app::AssistantId id)
{
    if (id == m_id)
        return;
    flush();
    m_dirty = false;
    m_nameless = false;
    m_id = id;
    take();
}

void AssistantDraft::take()
{
    const app::AssistantValue *found = m_service ? m_service->find(m_id) : nullptr;
    app::AssistantValue value = found != nullptr ? *found : app::AssistantValue();
    if (m_nameless)
        value.name = m_value.name;
    if (value == m_value)
        return;
    m_value = value;
    Q_EMIT changed();
}

void AssistantDraft::touch()
{
    m_dirty = true;
    m_saver.start();
    Q_EMIT changed();
}

void AssistantDraft::flush()
{
    m_saver.stop();
    const app::AssistantValue *kept = m_service ? m_service->find(m_id) : nullptr;
    if (!m_dirty || kept == nullptr)
        return;
    m_dirty = false;
    app::AssistantValue value = m_value;
    if (m_nameless)
        value.name = kept->name;
    m_service->save(value);
}

void AssistantDraft::setName(const QString &name)
{
    if (name == m_value.name)
        return;
    m_value.name = name;
    m_nameless = name.trimmed().isEmpty();
    touch();
}

void AssistantDraft::setTint(int tint)
{
    if (tint == m_value.tint)
        return;
    m_value.tint = tint;
    touch();
}

void AssistantDraft::setLetter(const QString &letter)
{
    const QString trimmed = letter.trimmed();
    const bool isPair = trimmed.size() > 1 && trimmed.front().isHighSurrogate();
    const QString first = trimmed.first(isPair ? 2 : std::min<qsizetype>(1, trimmed.size())).toUpper();
    if (first == m_value.letter)
        return;
    m_value.letter = first;
    touch();
}

void AssistantDraft::setInstructions(const QString &instructions)
{
    if (instructions == m_value.instructions)
        return;
    m_value.instructions = instructions;
    touch();
}

void AssistantDraft::setModelPath(const QString &path)
{
    if (path == m_value.modelPath)
        return;
    m_value.modelPath = path;
    m_value.modelId.clear();
    m_value.adapters.clear();
    touch();
}

void AssistantDraft::addAdapter(const QString &path)
{
    if (path.isEmpty() || std::ranges::contains(m_value.adapters, path, &app::AssistantAdapter::path))
        return;
    m_value.adapters.append({.name = QFileInfo(path).completeBaseName(), .path = path});
    touch();
}

void AssistantDraft::removeAdapter(int row)
{
    if (row < 0 || row >= m_value.adapters.size())
        return;
    m_value.adapters.removeAt(row);
    touch();
}

void AssistantDraft::enableAdapter(int row, bool enabled)
{
    if (row < 0 || row >= m_value.adapters.size() || m_value.adapters.at(row).enabled == enabled)
        return;
    m_value.adapters[row].enabled = enabled;
    touch();
}

void AssistantDraft::scaleAdapter(int row, double scale)
{
    if (row < 0 || row >= m_value.adapters.size())
        return;
    constexpr double most = 2.0;
    constexpr double steps = 20.0; // twentieths: what a slider is set to is a number that people write
    const double wanted = std::round(std::clamp(scale, -most, most) * steps) / steps;
    if (qFuzzyCompare(m_value.adapters.at(row).scale + 3.0, wanted + 3.0))
        return;
    m_value.adapters[row].scale = wanted;
    touch();
}

void AssistantDraft::useCollection(const QString &uuid, bool use)
{
    if (m_value.collections.contains(uuid) == use)
        return;
    if (use)
        m_value.collections.append(uuid);
    else
        m_value.collections.removeAll(uuid);
    touch();
}

bool AssistantDraft::has(Setting setting) const
{
    return read(m_value.sampling, setting).has_value();
}

double AssistantDraft::value(Setting setting) const
{
    return read(m_value.sampling, setting).value_or(usual(setting));
}

void AssistantDraft::set(Setting setting, double value)
{
    write(m_value.sampling, setting, value);
    touch();
}

void AssistantDraft::leave(Setting setting)
{
    if (!has(setting))
        return;
    write(m_value.sampling, setting, std::nullopt);
    touch();
}

} // namespace ui
