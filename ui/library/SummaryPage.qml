// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// The summary of some files: the choices first, then what is read and written.
FocusScope {
    id: view

    required property RoomPage page
    required property SummaryDesk desk
    /// Where one came from.
    required property string backName
    readonly property bool choosing: desk.standing === SummaryDesk.Choosing

    signal backWanted

    Accessible.role: Accessible.Pane
    Accessible.name: view.desk.title

    Keys.onEscapePressed: backWanted()

    Item {
        id: head
        x: view.page.margin
        width: parent.width - 2 * x
        height: Theme.px(72)

        IconButton {
            id: menu
            anchors.left: parent.left
            anchors.verticalCenter: parent.verticalCenter
            visible: view.page.showMenuButton
            name: qsTr("Show the sidebar")
            iconName: "sidebar"
            keys: qsTr("Ctrl+B")
            onClicked: view.page.menuWanted()
        }
        TextButton {
            id: back
            anchors.left: menu.visible ? menu.right : parent.left
            anchors.leftMargin: menu.visible ? Theme.px(6) : -Theme.px(8)
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, Theme.px(200))
            text: view.backName
            Accessible.name: qsTr("Back to %1").arg(view.backName)
            tint: Theme.quiet
            font.weight: Font.Normal
            onClicked: view.backWanted()
        }
        Icon {
            id: arrow
            anchors.left: back.right
            anchors.leftMargin: Theme.px(2)
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.px(14)
            height: width
            name: "chevron-right"
            mirrored: view.LayoutMirroring.enabled
            color: Theme.quiet
        }
        Words {
            anchors.left: arrow.right
            anchors.leftMargin: Theme.px(10)
            anchors.right: buttons.left
            anchors.rightMargin: Theme.px(10)
            anchors.verticalCenter: parent.verticalCenter
            text: view.desk.title
            elide: Text.ElideMiddle
            font.pixelSize: Theme.title
            font.weight: Font.DemiBold
            Accessible.role: Accessible.Heading
        }
        Row {
            id: buttons
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.px(10)
            visible: !view.choosing

            PlainButton {
                visible: view.desk.standing !== SummaryDesk.Working
                text: qsTr("Other choices")
                onClicked: view.desk.chooseAgain()
            }
            PlainButton {
                visible: view.desk.standing === SummaryDesk.Done
                text: copied.running ? qsTr("Copied") : qsTr("Copy")
                iconName: copied.running ? "check" : "copy"
                onClicked: {
                    Clipboard.copy(view.desk.markdown());
                    copied.restart();
                }
                Timer {
                    id: copied
                    interval: 1600
                }
            }
            PlainButton {
                visible: view.desk.standing === SummaryDesk.Done
                text: qsTr("Save as…")
                iconName: "download"
                onClicked: dialogs.show()
            }
        }
    }
    Loader {
        id: dialogs

        function show(): void {
            dialogs.active = true;
            dialogs.setSource("SaveSummaryDialog.qml", {
                page: view.page,
                desk: view.desk,
                home: dialogs
            });
        }

        active: false
    }
    Loader {
        anchors.top: head.bottom
        anchors.bottom: parent.bottom
        x: view.page.margin
        width: parent.width - 2 * x
        focus: true
        sourceComponent: view.choosing ? choices : run
        onLoaded: (item as Item)?.forceActiveFocus(Qt.OtherFocusReason)
    }
    Component {
        id: choices

        SummaryChoices {
            page: view.page
            desk: view.desk
            focus: true
        }
    }
    Component {
        id: run

        SummaryRun {
            page: view.page
            desk: view.desk
            focus: true
        }
    }
}
