// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/composition.h"
#include "ui/services/engine_status.h"

#include "app/assistant_service.h"
#include "app/catalogue_service.h"
#include "app/chat_material.h"
#include "app/chat_service.h"
#include "app/collection_service.h"
#include "app/compare_service.h"
#include "app/conversation_service.h"
#include "app/device_service.h"
#include "app/document_finder.h"
#include "app/download_service.h"
#include "app/embedder_list.h"
#include "app/export_service.h"
#include "app/foreign_models.h"
#include "app/hub_token.h"
#include "app/ingest_service.h"
#include "app/ledger_service.h"
#include "app/model_check.h"
#include "app/model_library.h"
#include "app/model_service.h"
#include "app/model_updates.h"
#include "app/passage_finder.h"
#include "app/settings.h"
#include "app/source_service.h"
#include "app/summary_service.h"

#include <QObject>
#include <QThreadPool>
#include <qqmlregistration.h>

#include <algorithm>

namespace ui {

/// The one object handed to Main.qml: the services as typed properties, and what only a program can do. GUI thread.
class AppContext : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the program")
    Q_PROPERTY(app::ChatService *chat READ chat CONSTANT FINAL)
    Q_PROPERTY(app::ConversationService *conversations READ conversations CONSTANT FINAL)
    Q_PROPERTY(app::ModelService *models READ models CONSTANT FINAL)
    Q_PROPERTY(app::ModelLibrary *library READ library CONSTANT FINAL)
    Q_PROPERTY(app::ModelCheck *modelCheck READ modelCheck CONSTANT FINAL)
    Q_PROPERTY(app::ModelUpdates *modelUpdates READ modelUpdates CONSTANT FINAL)
    Q_PROPERTY(app::ForeignModels *foreignModels READ foreignModels CONSTANT FINAL)
    Q_PROPERTY(app::CatalogueService *catalogue READ catalogue CONSTANT FINAL)
    Q_PROPERTY(app::DownloadService *downloads READ downloads CONSTANT FINAL)
    Q_PROPERTY(app::LedgerService *ledger READ ledger CONSTANT FINAL)
    Q_PROPERTY(app::HubToken *hubToken READ hubToken CONSTANT FINAL)
    Q_PROPERTY(app::AssistantService *assistants READ assistants CONSTANT FINAL)
    Q_PROPERTY(app::CollectionService *collections READ collections CONSTANT FINAL)
    Q_PROPERTY(app::IngestService *ingest READ ingest CONSTANT FINAL)
    Q_PROPERTY(app::PassageFinder *finder READ finder CONSTANT FINAL)
    Q_PROPERTY(app::SourceService *sources READ sources CONSTANT FINAL)
    Q_PROPERTY(app::DocumentFinder *documentFinder READ documentFinder CONSTANT FINAL)
    Q_PROPERTY(app::ChatMaterial *material READ material CONSTANT FINAL)
    Q_PROPERTY(app::EmbedderList *embedders READ embedders CONSTANT FINAL)
    Q_PROPERTY(app::CompareService *compare READ compare CONSTANT FINAL)
    Q_PROPERTY(app::SummaryService *summaries READ summaries CONSTANT FINAL)
    Q_PROPERTY(app::ExportService *exports READ exports CONSTANT FINAL)
    Q_PROPERTY(app::DeviceService *devices READ devices CONSTANT FINAL)
    Q_PROPERTY(app::Settings *settings READ settings CONSTANT FINAL)
    Q_PROPERTY(ui::EngineStatus *engine READ engine CONSTANT FINAL)
    /// Name of the assistant that answers in the open chat.
    Q_PROPERTY(QString assistantName READ assistantName NOTIFY assistantNameChanged FINAL)
    Q_PROPERTY(QString dataFolder READ dataFolder CONSTANT FINAL)
    /// Where models are downloaded to.
    Q_PROPERTY(QString downloadFolder READ downloadFolder NOTIFY downloadFolderChanged FINAL)
    Q_PROPERTY(QString version READ version CONSTANT FINAL)
    Q_PROPERTY(QString qtVersion READ qtVersion CONSTANT FINAL)
    /// This machine in one sentence: "8 cores, 32 GB of memory, Radeon 780M".
    Q_PROPERTY(QString machine READ machine NOTIFY machineChanged FINAL)
    /// The same for the Models room, with what it means for models: "This computer: … Models up to about 14 GB run
    /// well."
    Q_PROPERTY(QString machineSentence READ machineSentence NOTIFY machineChanged FINAL)
public:
    /// `composition` is borrowed and outlives this object.
    explicit AppContext(app::Composition &composition, QObject *parent = nullptr);
    /// Waits for what it looks at on the disk.
    ~AppContext() override;

    [[nodiscard]] app::ChatService *chat() const { return &m_composition.chat(); }
    [[nodiscard]] app::ConversationService *conversations() const { return &m_composition.conversations(); }
    [[nodiscard]] app::ModelService *models() const { return &m_composition.models(); }
    [[nodiscard]] app::ModelLibrary *library() const { return &m_composition.library(); }
    [[nodiscard]] app::ModelUpdates *modelUpdates() const { return &m_composition.modelUpdates(); }
    [[nodiscard]] app::ModelCheck *modelCheck() const { return &m_composition.modelCheck(); }
    [[nodiscard]] app::ForeignModels *foreignModels() const { return &m_composition.foreignModels(); }
    [[nodiscard]] app::CatalogueService *catalogue() const { return &m_composition.catalogue(); }
    [[nodiscard]] app::DownloadService *downloads() const { return &m_composition.downloads(); }
    [[nodiscard]] app::LedgerService *ledger() const { return &m_composition.ledger(); }
    [[nodiscard]] app::HubToken *hubToken() const { return &m_composition.hubToken(); }
    [[nodiscard]] app::AssistantService *assistants() const { return &m_composition.assistants(); }
    [[nodiscard]] app::CollectionService *collections() const { return &m_composition.collections(); }
    [[nodiscard]] app::IngestService *ingest() const { return &m_composition.ingest(); }
    [[nodiscard]] app::PassageFinder *finder() const { return &m_composition.finder(); }
    [[nodiscard]] app::SourceService *sources() const { return &m_composition.sources(); }
    [[nodiscard]] app::DocumentFinder *documentFinder() const { return &m_composition.documentFinder(); }
    [[nodiscard]] app::ChatMaterial *material() const { return &m_composition.material(); }
    [[nodiscard]] app::EmbedderList *embedders() const { return &m_composition.embedders(); }
    [[nodiscard]] app::CompareService *compare() const { return &m_composition.compare(); }
    [[nodiscard]] app::SummaryService *summaries() const { return &m_composition.summaries(); }
    [[nodiscard]] app::ExportService *exports() const { return &m_composition.exports(); }
    [[nodiscard]] app::DeviceService *devices() const { return &m_composition.devices(); }
    [[nodiscard]] app::Settings *settings() const { return &m_composition.settings(); }
    [[nodiscard]] EngineStatus *engine() { return &m_engine; }
    [[nodiscard]] QString assistantName() const;
    [[nodiscard]] QString dataFolder() const { return m_composition.dataFolder(); }
    [[nodiscard]] QString downloadFolder() const;
    [[nodiscard]] QString version() const;
    [[nodiscard]] QString qtVersion() const;
    [[nodiscard]] QString machine() const;
    [[nodiscard]] QString machineSentence() const;

    /// Asks the program to open a web address that the user has confirmed.
    Q_INVOKABLE void openLink(const QString &target) { Q_EMIT linkRequested(target); }
    Q_INVOKABLE void openDataFolder() { Q_EMIT fileRequested(dataFolder()); }
    /// Asks the program to open a document in the system's viewer.
    Q_INVOKABLE void openFile(const QString &path) { Q_EMIT fileRequested(path); }
    /// Shows the folder that a file is in.
    Q_INVOKABLE void showInFolder(const QString &path)
    {
        Q_EMIT fileRequested(path.left(std::max(path.lastIndexOf(u'/'), qsizetype{1})));
    }
    /// The id of the listed model whose file lies there; empty: there is none.
    Q_INVOKABLE [[nodiscard]] QString modelIdAt(const QString &path) const;
    /// Adds model files, and watches folders for models.
    Q_INVOKABLE void addModelPaths(const QStringList &paths);
    /// The local path of a file chosen in a dialog or dropped on the window; empty for others.
    Q_INVOKABLE [[nodiscard]] QString localPath(const QUrl &url) const;
    Q_INVOKABLE void loadSerif() const;

Q_SIGNALS:
    void assistantNameChanged();
    void machineChanged();
    void downloadFolderChanged();
    void linkRequested(const QString &target);
    /// A file or a folder.
    void fileRequested(const QString &path);
    /// Something to know once, in a toast.
    void noticed(const QString &text);
    /// A model file could not be added.
    void modelFailed(const app::Failure &failure);
    /// The data folder could not be opened: nothing can be kept.
    void openFailed(const app::Failure &failure);

private:
    app::Composition &m_composition;
    EngineStatus m_engine;
    QThreadPool m_worker;
};

} // namespace ui
