// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Model files and devices that carrel-offline shows: headers in the right format over sparse files that hold no
// weights.
#pragma once

#include "app/device_service.h"

#include <QString>

#include <vector>

namespace ui {

/// What a model's header says.
struct SampleModel {
    QString name;
    QString fileName;
    QString sizeLabel;
    QString license;
    quint32 fileType = 0; ///< general.file_type
    quint32 tensorType = 0;
    quint32 contextLength = 0;
    quint32 layers = 0;
    quint32 width = 0;
    quint32 hidden = 0;
    quint32 heads = 0;
    quint32 kvHeads = 0;
    bool complete = true; ///< else the file ends in the middle, as after a broken download
};

/// Writes the sample models into a folder, which is made. False when it cannot be written.
bool writeSampleModels(const QString &folder);
/// One of them.
bool writeSampleModel(const QString &folder, const SampleModel &model);
std::vector<SampleModel> sampleModels();

/// Models of other programs below a home folder: whole ones, and one whose download broke off. False when they cannot
/// be written.
bool writeSampleForeignModels(const QString &home);

/// A laptop with a processor, a working graphics device, a quarantined one and a software one.
std::vector<app::DeviceValue> sampleDevices();

} // namespace ui
