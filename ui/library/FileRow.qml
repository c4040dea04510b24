// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// A file with its state, and what can be done about it.
ItemDelegate {
    id: row

    required property int index
    required property fileValue file
    required property string current
    required property bool selected
    property real stateX: 0
    property real pagesX: 0
    property bool wide: true
    readonly property bool byKeyboard: visualFocus || (activeFocus && ListView.isCurrentItem)
    readonly property bool isLocked: LibraryWords.needsPassword(file)
    readonly property bool isReading: file.condition === App.FileCondition.Reading
    readonly property string stateText: LibraryWords.state(file)
    /// The one thing that is likely wanted here.
    readonly property string remedy: isLocked ? qsTr("Password…") : LibraryWords.canRetry(file) ? qsTr("Try again") : ""

    signal openWanted
    signal retryWanted
    signal skipWanted
    signal passwordWanted
    signal summarizeWanted
    signal toggleWanted
    signal rangeWanted

    function act(): void {
        if (row.isLocked)
            row.passwordWanted();
        else
            row.retryWanted();
    }
    function openMenu(): void {
        menu.active = true;
        (menu.item as PopupMenu)?.popup(more, more.width - (menu.item as PopupMenu).width, more.height);
    }

    implicitHeight: Theme.px(36)
    padding: 0
    focusPolicy: Qt.ClickFocus // the list is one stop of the Tab key; arrows walk its rows
    text: file.name
    objectName: text

    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1, %2").arg(row.file.name).arg(row.stateText)
    Accessible.selectable: true
    Accessible.selected: row.selected
    Accessible.description: LibraryWords.note(row.file)

    contentItem: Item {
        Icon {
            id: icon
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(8)
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.px(16)
            height: width
            name: row.selected ? "check" : row.isLocked ? "lock" : "document"
            color: row.selected ? Theme.accent : Theme.quiet
        }
        Words {
            anchors.left: icon.right
            anchors.leftMargin: Theme.px(9)
            width: row.stateX - icon.x - icon.width - Theme.px(24)
            anchors.verticalCenter: parent.verticalCenter
            text: row.file.name
            elide: Text.ElideMiddle
            font.pixelSize: Theme.control
            Accessible.ignored: true
        }
        Badge {
            anchors.left: parent.left
            anchors.leftMargin: row.stateX
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, (row.wide ? row.pagesX : end.x) - row.stateX - Theme.px(12))
            text: row.stateText
            tone: LibraryWords.tone(row.file)
        }
        Words {
            anchors.left: parent.left
            anchors.leftMargin: row.pagesX
            anchors.verticalCenter: parent.verticalCenter
            visible: row.wide
            text: row.isReading && row.current.length > 0 ? row.current : LibraryWords.pages(row.file)
            isQuiet: true
            Accessible.ignored: true
        }
        Row {
            id: end
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.px(2)

            Words {
                anchors.verticalCenter: parent.verticalCenter
                width: Math.min(implicitWidth, row.width - row.pagesX - Theme.px(row.remedy.length > 0 ? 160 : 100))
                rightPadding: Theme.px(6)
                visible: row.wide && text.length > 0
                text: LibraryWords.note(row.file)
                isQuiet: true
                Accessible.ignored: true
            }
            TextButton {
                anchors.verticalCenter: parent.verticalCenter
                visible: row.remedy.length > 0
                text: row.remedy
                Accessible.name: qsTr("%1: %2").arg(row.remedy).arg(row.file.name)
                focusPolicy: Qt.NoFocus
                onClicked: row.act()
            }
            IconButton {
                id: more
                anchors.verticalCenter: parent.verticalCenter
                opacity: row.hovered || row.byKeyboard || menu.active ? 1 : 0
                name: qsTr("More about %1").arg(row.file.name)
                iconName: "more"
                focusPolicy: Qt.NoFocus
                onClicked: row.openMenu()
            }
        }
        Hairline {
            anchors.bottom: parent.bottom
            width: parent.width
        }
    }
    background: Rectangle {
        radius: Theme.radiusSmall
        color: row.selected ? Theme.accentSoft : row.down ? Theme.fillStrong : row.hovered ? Theme.fill : "transparent"

        FocusRing {
            visible: row.byKeyboard
            gap: -1
        }
    }
    Loader {
        id: menu
        active: false
        sourceComponent: PopupMenu {
            name: qsTr("File")

            MenuEntry {
                text: qsTr("Open")
                iconName: "external"
                note: qsTr("Enter")
                onTriggered: row.openWanted()
            }
            MenuEntry {
                text: qsTr("Summarize it")
                iconName: "sparkle"
                onTriggered: row.summarizeWanted()
            }
            MenuEntry {
                text: row.selected ? qsTr("Select it no longer") : qsTr("Select")
                iconName: "check"
                note: qsTr("Space")
                onTriggered: row.toggleWanted()
            }
            MenuEntry {
                text: row.isLocked ? qsTr("Enter the password") : qsTr("Read it again")
                iconName: row.isLocked ? "lock" : "refresh"
                enabled: !row.isReading
                onTriggered: row.act()
            }
            MenuEntry {
                text: qsTr("Stop reading it")
                iconName: "stop"
                enabled: row.isReading
                onTriggered: row.skipWanted()
            }
            MenuEntry {
                text: qsTr("Copy its path")
                iconName: "copy"
                onTriggered: Clipboard.copy(row.file.path)
            }
            MenuEntry {
                text: qsTr("Copy details")
                iconName: "info"
                enabled: row.file.reason.length > 0
                onTriggered: Clipboard.copy(qsTr("%1: %2").arg(row.file.path).arg(row.file.reason))
            }
            onClosed: Qt.callLater(() => menu.active = false)
        }
    }

    onActiveFocusChanged: if (activeFocus)
        ListView.view.currentIndex = index
    onDoubleClicked: openWanted()
    Keys.onReturnPressed: openWanted()
    Keys.onEnterPressed: openWanted()
    Keys.onSpacePressed: toggleWanted()
    Keys.onPressed: event => {
        if (event.key === Qt.Key_Menu || (event.key === Qt.Key_F10 && event.modifiers & Qt.ShiftModifier))
            row.openMenu();
        else
            return;
        event.accepted = true;
    }
    TapHandler {
        acceptedModifiers: Qt.ControlModifier
        onTapped: row.toggleWanted()
    }
    TapHandler {
        acceptedModifiers: Qt.ShiftModifier
        onTapped: row.rangeWanted()
    }
    TapHandler {
        acceptedButtons: Qt.RightButton
        onTapped: row.openMenu()
    }
}
