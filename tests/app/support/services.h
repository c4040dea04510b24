// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The services over a real database in a temporary folder, a scripted engine and a tiny model file.
#pragma once

#include "app/assistant_service.h"
#include "app/chat_service.h"
#include "app/conversation_service.h"
#include "app/device_service.h"
#include "app/model_library.h"
#include "app/model_provenance.h"
#include "app/model_service.h"
#include "app/scripted_inference.h"
#include "app/settings.h"
#include "app/store_thread.h"
#include "tests/support/tiny_model.h"

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace tests {

/// Waits for an answer without blocking the event loop; fails the test after five seconds.
template <class T>
T await(app::StoreAnswer<T> answer)
{
    if (!QTest::qWaitFor([&] { return answer.isThere(); }))
        qFatal("an answer did not come in time");
    return answer.take();
}

/// Built in the order of app::Composition.
struct Services {
    /// `withModel`: a starter model is installed.
    explicit Services(bool withModel = true)
    {
        const QString starters = folder.filePath(QStringLiteral("models"));
        QDir().mkpath(starters);
        if (withModel)
            writeTinyModel(starters.toStdString() + "/tiny.gguf");
        store = std::make_unique<app::StoreThread>();
        const storage::OpenReport report = await(store->open({.path = databasePath().toStdString()}));
        if (report.outcome != storage::OpenOutcome::Created && report.outcome != storage::OpenOutcome::Current)
            qFatal("the database did not open: %s", report.detail.c_str());
        settings = std::make_unique<app::Settings>(QString());
        devices = std::make_unique<app::DeviceService>(
            *settings, [](const app::DeviceTrials &) { return std::vector<app::DeviceValue>{}; });
        inference = std::make_unique<app::ScriptedInference>();
        library = std::make_unique<app::ModelLibrary>(store.get(), *settings,
                                                      app::LibraryOptions{.starterFolders = {starters}});
        models = std::make_unique<app::ModelService>(*settings, *devices, *inference, *library);
        provenance = std::make_unique<app::ModelProvenance>(*store);
        assistants = std::make_unique<app::AssistantService>(*store);
        conversations = std::make_unique<app::ConversationService>(*store);
        chat = std::make_unique<app::ChatService>(app::ChatService::Collaborators{.store = *store,
                                                                                  .inference = *inference,
                                                                                  .models = *models,
                                                                                  .assistants = *assistants,
                                                                                  .provenance = *provenance});
        assistants->load();
        models->refresh();
        if (!QTest::qWaitFor([this] { return !models->isScanning() && assistants->defaultId().isValid(); }))
            qFatal("the services did not settle");
    }

    [[nodiscard]] QString databasePath() const { return folder.filePath(QStringLiteral("carrel.db")); }

    QTemporaryDir folder;
    std::unique_ptr<app::StoreThread> store;
    std::unique_ptr<app::Settings> settings;
    std::unique_ptr<app::DeviceService> devices;
    std::unique_ptr<app::ScriptedInference> inference;
    std::unique_ptr<app::ModelLibrary> library;
    std::unique_ptr<app::ModelService> models;
    std::unique_ptr<app::ModelProvenance> provenance;
    std::unique_ptr<app::AssistantService> assistants;
    std::unique_ptr<app::ConversationService> conversations;
    std::unique_ptr<app::ChatService> chat;
};

} // namespace tests
