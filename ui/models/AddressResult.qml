// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// What a pasted address leads to.
Card {
    id: result

    required property GetDesk desk
    required property string address
    required property bool offline
    readonly property bool found: desk.found.length > 0

    /// A failure's way out, an App.FailureAction.
    signal failureActionWanted(action: int)

    implicitHeight: top.height + (found ? list.contentHeight + Theme.px(12) : 0) + Theme.px(32)
    objectName: "addressResult"

    Column {
        id: top
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.margins: Theme.px(16)
        y: Theme.px(16)
        spacing: Theme.px(6)

        Item {
            width: parent.width
            height: Math.max(words.height, look.visible ? look.height : 0)

            Words {
                id: words
                anchors.left: parent.left
                anchors.right: look.visible ? look.left : parent.right
                anchors.rightMargin: look.visible ? Theme.px(12) : 0
                anchors.verticalCenter: parent.verticalCenter
                wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                text: result.desk.looking ? qsTr("Asking the hub about %1…").arg(result.address) : result.found ? result.desk.foundName : !result.desk.lookFailure.empty ? qsTr("%1. %2").arg(result.desk.lookFailure.title).arg(result.desk.lookFailure.explanation) : qsTr("Ask the hub which files %1 has. Nothing else is sent.").arg(result.address)
                font.weight: result.found ? Font.DemiBold : Font.Normal
                color: !result.desk.lookFailure.empty && !result.desk.looking ? Theme.stop : Theme.ink
            }
            PrimaryButton {
                id: look
                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                visible: !result.found
                enabled: !result.desk.looking && !result.offline
                text: result.desk.lookFailure.empty ? qsTr("Look it up") : qsTr("Ask again")
                onClicked: result.desk.lookUp(result.address)
            }
        }
        Words {
            width: parent.width
            wrapMode: Text.WordWrap
            visible: text.length > 0
            text: result.desk.foundLicence
            isQuiet: true
        }
    }
    ListView {
        id: list
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: top.bottom
        anchors.bottom: parent.bottom
        anchors.margins: Theme.px(16)
        anchors.topMargin: Theme.px(8)
        anchors.bottomMargin: Theme.px(8)
        visible: result.found
        clip: true
        activeFocusOnTab: true
        keyNavigationEnabled: true
        boundsBehavior: Flickable.StopAtBounds
        objectName: "foundFiles"
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Files of %1").arg(result.desk.foundName)

        ScrollBar.vertical: Scroller {}
        model: result.desk.found
        delegate: FileChoiceRow {
            id: line

            required property catalogueFileRow modelData

            width: list.width - Theme.px(12)
            file: modelData
            onGetWanted: result.desk.askFound(line.modelData.file)
        }
    }
}
