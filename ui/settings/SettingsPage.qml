// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// All settings, one part at a time.
RoomPage {
    id: page

    property int part: 0
    readonly property list<string> parts: [qsTr("Appearance"), qsTr("Models and devices"), qsTr("Reading documents"), qsTr("Privacy"), qsTr("Data"), qsTr("Keyboard"), qsTr("About")]
    readonly property list<string> icons: ["palette", "chip", "document", "lock", "database", "keyboard", "info"]
    readonly property bool wide: width > Theme.px(720)

    objectName: "settingsPage"
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Settings")

    PageHead {
        id: head
        x: page.margin
        width: parent.width - 2 * x
        title: qsTr("Settings")
        showMenuButton: page.showMenuButton
        onMenuWanted: page.menuWanted()
    }
    Flow {
        id: tabs
        anchors.top: head.bottom
        anchors.left: parent.left
        anchors.leftMargin: page.margin - Theme.px(10)
        width: page.wide ? Theme.px(200) : parent.width - 2 * (page.margin - Theme.px(10))
        spacing: Theme.px(2)
        Accessible.role: Accessible.PageTabList
        Accessible.name: qsTr("Parts of the settings")

        Repeater {
            model: page.parts

            Button {
                id: tab

                required property int index
                required property string modelData

                width: page.wide ? tabs.width : implicitWidth
                implicitHeight: Theme.px(34)
                leftPadding: Theme.px(10)
                rightPadding: Theme.px(12)
                focusPolicy: Qt.StrongFocus
                text: modelData
                objectName: modelData

                Accessible.role: Accessible.PageTab
                Accessible.name: tab.modelData
                Accessible.selected: page.part === tab.index

                contentItem: Row {
                    spacing: Theme.px(10)

                    Icon {
                        anchors.verticalCenter: parent.verticalCenter
                        width: Theme.px(17)
                        height: width
                        name: page.icons[tab.index]
                        color: page.part === tab.index ? Theme.ink : Theme.quiet
                    }
                    Words {
                        anchors.verticalCenter: parent.verticalCenter
                        text: tab.modelData
                        font.pixelSize: Theme.control
                        font.weight: page.part === tab.index ? Font.Medium : Font.Normal
                        Accessible.ignored: true
                    }
                }
                background: Rectangle {
                    radius: Theme.radiusSmall
                    color: page.part === tab.index || tab.hovered ? Theme.fill : "transparent"

                    FocusRing {
                        visible: tab.visualFocus
                        gap: 0
                    }
                }
                Keys.onReturnPressed: click()
                onClicked: page.part = index
                HoverHandler {
                    cursorShape: Qt.PointingHandCursor
                }
            }
        }
    }
    Flickable {
        id: body
        anchors.top: page.wide ? head.bottom : tabs.bottom
        anchors.topMargin: page.wide ? Theme.px(4) : Theme.px(18)
        anchors.bottom: parent.bottom
        anchors.left: page.wide ? tabs.right : parent.left
        anchors.leftMargin: page.wide ? Theme.px(36) : page.margin
        anchors.right: parent.right
        anchors.rightMargin: page.margin
        contentHeight: section.height + Theme.px(40)
        clip: true
        boundsBehavior: Flickable.StopAtBounds

        ScrollBar.vertical: Scroller {}

        Loader {
            id: section
            x: page.LayoutMirroring.enabled ? body.width - width : 0
            width: Math.min(body.width - Theme.px(12), Theme.px(620))
            sourceComponent: [appearance, devices, documents, privacy, data, shortcuts, about][page.part]
        }
    }
    Component {
        id: appearance
        AppearanceSection {
            settings: page.context.settings
        }
    }
    Component {
        id: devices
        DevicesSection {
            settings: page.context.settings
            devices: page.context.devices
        }
    }
    Component {
        id: documents
        DocumentsSection {
            context: page.context
        }
    }
    Component {
        id: privacy
        PrivacySection {
            context: page.context
        }
    }
    Component {
        id: data
        DataSection {
            context: page.context
        }
    }
    Component {
        id: shortcuts
        ShortcutsSection {}
    }
    Component {
        id: about
        AboutSection {
            context: page.context
        }
    }
}
