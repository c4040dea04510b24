// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

/// The last line of the composer: what the chat is about, how full the context is, and the button that sends.
Item {
    id: foot

    required property AttachmentListModel attachments
    required property ChatService chat
    required property promptFit fit
    required property bool hasModel
    required property bool canSend
    required property bool enterSends

    signal filesWanted
    signal modelsWanted
    /// Or stop.
    signal sendWanted
    /// The keyboard belongs to the text again.
    signal writingWanted

    implicitHeight: Math.max(Theme.px(48), chips.height + Theme.px(18))

    IconButton {
        id: clip
        anchors.left: parent.left
        anchors.leftMargin: Theme.px(9)
        anchors.verticalCenter: send.verticalCenter
        name: qsTr("Attach files")
        iconName: "clip"
        onClicked: foot.filesWanted()
    }
    AttachmentRow {
        id: chips
        anchors.left: clip.right
        anchors.leftMargin: Theme.px(7)
        anchors.right: models.visible ? models.left : meter.visible ? meter.left : send.left
        anchors.rightMargin: Theme.px(12)
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.px(9)
        height: implicitHeight
        attachments: foot.attachments
        chat: foot.chat
        onWritingWanted: foot.writingWanted()
    }
    TextButton {
        id: models
        anchors.right: send.left
        anchors.rightMargin: Theme.px(8)
        anchors.verticalCenter: send.verticalCenter
        visible: !foot.hasModel
        text: qsTr("Choose a model")
        iconName: "cube"
        onClicked: foot.modelsWanted()
    }
    ContextMeter {
        id: meter
        anchors.right: send.left
        anchors.rightMargin: Theme.px(10)
        anchors.verticalCenter: send.verticalCenter
        visible: shown && foot.hasModel
        fit: foot.fit
    }
    SendButton {
        id: send
        anchors.right: parent.right
        anchors.rightMargin: Theme.px(12)
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.px(8)
        busy: foot.chat.busy
        enabled: busy || foot.canSend
        enterSends: foot.enterSends
        Keys.onEscapePressed: foot.writingWanted()
        onClicked: foot.sendWanted()
    }
}
