// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

/// How much of what the model can read is taken.
Row {
    id: meter

    required property promptFit fit
    readonly property bool shown: fit.known && fit.contextLength > 0

    spacing: Theme.px(10)
    visible: shown

    Words {
        anchors.verticalCenter: parent.verticalCenter
        text: qsTr("%1 / %2").arg(meter.fit.promptTokens.toLocaleString(Qt.locale(), "f", 0)).arg(meter.fit.contextLength.toLocaleString(Qt.locale(), "f", 0))
        color: meter.fit.fits ? Theme.quiet : Theme.warn
        font.features: ({
                "tnum": 1
            })
        objectName: "contextMeter"
        Accessible.name: qsTr("%1 of %2 tokens of context used").arg(meter.fit.promptTokens).arg(meter.fit.contextLength)
    }
    ThinBar {
        anchors.verticalCenter: parent.verticalCenter
        name: qsTr("Context used")
        value: meter.fit.contextLength > 0 ? meter.fit.promptTokens / meter.fit.contextLength : 0
        tint: meter.fit.fits ? Theme.accent : Theme.warn
    }
}
