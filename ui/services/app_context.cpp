// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/services/app_context.h"

#include "app/inference_port.h"
#include "ui/style/fonts.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QLocale>
#include <QThread>
#include <QUrl>

namespace ui {

AppContext::AppContext(app::Composition &composition, QObject *parent)
    : QObject(parent)
    , m_composition(composition)
    , m_engine(composition.inference())
{
    connect(&composition.chat(), &app::ChatService::assistantChanged, this, &AppContext::assistantNameChanged);
    connect(&composition.devices(), &app::DeviceService::devicesChanged, this, &AppContext::machineChanged);
    connect(&composition, &app::Composition::opened, this, [this](const QString &notice) {
        if (!notice.isEmpty())
            Q_EMIT noticed(notice);
    });
    connect(&composition, &app::Composition::openFailed, this, &AppContext::openFailed);
    const auto notice = [this](const app::Failure &failure) {
        Q_EMIT noticed(failure.explanation.isEmpty() ? failure.title : failure.explanation);
    };
    connect(&composition.conversations(), &app::ConversationService::failed, this, notice);
    connect(&composition.collections(), &app::CollectionService::failed, this, notice);
    connect(&composition.exports(), &app::ExportService::failed, this, notice);
    connect(&composition.exports(), &app::ExportService::saved, this, [this](const QString &path) {
        Q_EMIT noticed(tr("Saved as %1").arg(path.sliced(path.lastIndexOf(u'/') + 1)));
    });
    connect(&composition.settings(), &app::Settings::downloadFolderChanged, this, &AppContext::downloadFolderChanged);
    connect(&composition.ledger(), &app::LedgerService::failed, this, notice);
    connect(&composition.downloads(), &app::DownloadService::finished, this, [this](const QString &id) {
        if (const auto done = m_composition.downloads().download(id))
            Q_EMIT noticed(tr("%1 is on this computer").arg(done->title));
    });
    connect(&composition.models(), &app::ModelService::failed, this, &AppContext::modelFailed);
    connect(&composition.assistants(), &app::AssistantService::failed, this, notice);
    connect(&composition.sources(), &app::SourceService::openFileWanted, this, &AppContext::fileRequested);
}

AppContext::~AppContext()
{
    m_worker.waitForDone();
}

QString AppContext::assistantName() const
{
    const QString name = m_composition.assistants().assistant(m_composition.chat().assistant()).name;
    return name.isEmpty() ? QStringLiteral("Carrel") : name;
}

QString AppContext::downloadFolder() const
{
    const QString chosen = m_composition.settings().downloadFolder();
    return chosen.isEmpty() ? app::defaultDownloadFolder() : chosen;
}

QString AppContext::version() const
{
    return QCoreApplication::applicationVersion();
}

QString AppContext::qtVersion() const
{
    return QString::fromLatin1(qVersion());
}

QString AppContext::machine() const
{
    const app::DeviceService &devices = m_composition.devices();
    QStringList parts{tr("%n core(s)", nullptr, QThread::idealThreadCount())};
    for (const app::DeviceValue &device : devices.devices()) {
        if (device.deviceClass == app::DeviceClass::Cpu && device.memoryBytes > 0)
            parts.append(tr("%1 of memory")
                             .arg(QLocale().formattedDataSize(qint64(device.memoryBytes), 0,
                                                              QLocale::DataSizeTraditionalFormat)));
        else if (device.usable && !device.quarantined && device.deviceClass != app::DeviceClass::Cpu &&
                 device.deviceClass != app::DeviceClass::SoftwareGpu)
            parts.append(device.name);
    }
    return parts.join(tr(", "));
}

QString AppContext::machineSentence() const
{
    const app::DeviceValue &device = m_composition.devices().chosen();
    const quint64 free = device.freeBytes != 0 ? device.freeBytes : device.memoryBytes;
    QString about = tr("This computer: %1.").arg(machine());
    // A context of some length and its scratch go beside the weights.
    const quint64 roomy = free / 100 * 85;
    constexpr quint64 kGiga = 1'000'000'000;
    if (roomy < kGiga)
        return about;
    const QString size =
        QLocale().formattedDataSize(qint64(roomy), roomy < 10 * kGiga ? 1 : 0, QLocale::DataSizeSIFormat);
    // How fast a processor answers depends on more than its memory.
    return device.deviceClass == app::DeviceClass::Cpu ? tr("%1 Models up to about %2 fit.").arg(about, size)
                                                       : tr("%1 Models up to about %2 run well.").arg(about, size);
}

QString AppContext::modelIdAt(const QString &path) const
{
    const app::ModelCard *card = m_composition.models().find(path);
    return card != nullptr ? card->id : QString();
}

void AppContext::addModelPaths(const QStringList &paths)
{
    m_worker.start([this, paths] {
        QStringList folders;
        QStringList files;
        for (const QString &path : paths)
            (QFileInfo(path).isDir() ? folders : files).append(path);
        QMetaObject::invokeMethod(this, [this, folders, files] {
            for (const QString &folder : folders)
                m_composition.library().addFolder(folder);
            if (!files.isEmpty())
                m_composition.library().add(files);
        });
    });
}

QString AppContext::localPath(const QUrl &url) const
{
    return url.isLocalFile() ? url.toLocalFile() : QString();
}

void AppContext::loadSerif() const
{
    if (!ui::loadSerif())
        qWarning("The serif font is missing from the resources");
}

} // namespace ui
