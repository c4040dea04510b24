// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/device_service.h"
#include "app/model_library.h"
#include "app/model_service.h"
#include "app/scripted_inference.h"
#include "app/settings.h"
#include "ui/offline/sample_models.h"

#include <QTemporaryDir>
#include <QTest>

namespace ui::testing {

/// The services over a folder of sample models, on the sample devices.
struct ShelfServices {
    ShelfServices()
        : devices(settings, [](const app::DeviceTrials &) { return app::DeviceReport(sampleDevices()); })
        , library(nullptr, settings, {.starterFolders = {folder.path()}})
        , models(settings, devices, port, library)
    {
        devices.refresh();
    }
    /// A small model of that stated name, whole or broken off.
    bool write(const char *stated, const char *file, bool complete = true) const
    {
        SampleModel model = sampleModels().front();
        model.name = QString::fromUtf8(stated);
        model.fileName = QString::fromUtf8(file);
        model.complete = complete;
        return writeSampleModel(folder.path(), model);
    }
    bool scan()
    {
        models.refresh();
        return QTest::qWaitFor([this] { return !models.isScanning() && !devices.isProbing(); }, 60'000);
    }

    QTemporaryDir folder;
    app::Settings settings{QString()};
    app::ScriptedInference port;
    app::DeviceService devices;
    app::ModelLibrary library;
    app::ModelService models;
};

} // namespace ui::testing
