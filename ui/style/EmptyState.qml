// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

/// A room with nothing in it yet: one sentence, one button.
Column {
    id: state

    required property string iconName
    required property string sentence
    property string actionText: ""

    signal actionChosen

    spacing: Theme.px(14)

    Icon {
        anchors.horizontalCenter: parent.horizontalCenter
        width: Theme.px(34)
        height: width
        name: state.iconName
        color: Theme.quiet
    }
    Words {
        anchors.horizontalCenter: parent.horizontalCenter
        width: Math.min(implicitWidth, state.width)
        horizontalAlignment: Text.AlignHCenter
        text: state.sentence
        wrapMode: Text.WordWrap
        isQuiet: true
        font.pixelSize: Theme.body
    }
    PrimaryButton {
        anchors.horizontalCenter: parent.horizontalCenter
        visible: state.actionText.length > 0
        text: state.actionText
        onClicked: state.actionChosen()
    }
}
