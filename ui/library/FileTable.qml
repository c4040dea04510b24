// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// The files of a collection with their states.
FocusScope {
    id: table

    required property IngestService ingest
    required property collectionId collection
    required property ReadingStatus status
    readonly property bool wide: width > Theme.px(700)
    readonly property real stateX: wide ? width * 0.42 : width * 0.5
    readonly property real pagesX: wide ? width * 0.64 : width
    readonly property bool sifted: filter.text.length > 0 || troubled.checked

    signal openWanted(path: string)
    signal summarizeWanted(paths: list<string>)
    signal filesWanted
    signal folderWanted

    Item {
        id: head
        width: parent.width
        height: Theme.px(42)
        visible: model.total > 0

        Rectangle {
            z: 1
            anchors.fill: parent
            visible: model.selectedCount > 0
            color: Theme.paper

            Words {
                anchors.left: parent.left
                anchors.leftMargin: Theme.px(8)
                anchors.verticalCenter: parent.verticalCenter
                text: qsTr("%n file(s) selected", "", model.selectedCount)
                font.weight: Font.Medium
            }
            Row {
                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                spacing: Theme.px(6)

                TextButton {
                    anchors.verticalCenter: parent.verticalCenter
                    text: qsTr("Summarize them")
                    iconName: "sparkle"
                    onClicked: table.summarizeWanted(model.selectedPaths())
                }
                IconButton {
                    anchors.verticalCenter: parent.verticalCenter
                    name: qsTr("Select nothing")
                    iconName: "close"
                    keys: qsTr("Esc")
                    onClicked: model.clearSelection()
                }
            }
        }
        Field {
            id: filter
            anchors.left: parent.left
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(Theme.px(220), table.stateX - Theme.px(20))
            implicitHeight: Theme.px(30)
            name: qsTr("Filter by name")
            placeholderText: name
            font.pixelSize: Theme.label
            onTextChanged: model.filter = text
            Keys.onEscapePressed: event => {
                event.accepted = text.length > 0;
                clear();
            }
        }
        Words {
            anchors.left: parent.left
            anchors.leftMargin: table.stateX
            anchors.verticalCenter: parent.verticalCenter
            visible: table.wide
            text: qsTr("State")
            isQuiet: true
            font.pixelSize: Theme.small
        }
        Words {
            anchors.left: parent.left
            anchors.leftMargin: table.pagesX
            anchors.verticalCenter: parent.verticalCenter
            visible: table.wide
            text: qsTr("Pages")
            isQuiet: true
            font.pixelSize: Theme.small
        }
        TextButton {
            anchors.right: troubled.visible ? troubled.left : parent.right
            anchors.rightMargin: troubled.visible ? Theme.px(4) : 0
            anchors.verticalCenter: parent.verticalCenter
            visible: model.leftOut > 0
            text: qsTr("Read the %n left out", "", model.leftOut)
            onClicked: table.ingest.readLeftOut(table.collection)
        }
        TextButton {
            id: troubled
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            visible: table.status.counts.troubled > 0 || checked
            checkable: true
            text: checked ? qsTr("Show all files") : qsTr("%n not read whole", "", table.status.counts.troubled)
            tint: checked ? Theme.accent : Theme.warn
            onToggled: model.onlyTroubled = checked
        }
        Hairline {
            anchors.bottom: parent.bottom
            width: parent.width
        }
    }
    ListView {
        id: list
        anchors.top: head.bottom
        anchors.bottom: parent.bottom
        width: parent.width
        clip: true
        focus: true
        activeFocusOnTab: true
        keyNavigationEnabled: true
        highlightMoveDuration: 0
        boundsBehavior: Flickable.StopAtBounds
        reuseItems: true
        objectName: "fileList"
        Accessible.role: Accessible.List
        Accessible.name: qsTr("%n file(s)", "", count)

        ScrollBar.vertical: Scroller {}
        footer: Item {
            height: Theme.px(20)
        }
        model: FileListModel {
            id: model
            ingest: table.ingest
            collection: table.collection
        }
        delegate: FileRow {
            id: row
            width: list.width
            stateX: table.stateX
            pagesX: table.pagesX
            wide: table.wide
            onOpenWanted: table.openWanted(row.file.path)
            onRetryWanted: table.ingest.retry(row.file)
            onSkipWanted: table.ingest.skip(row.file)
            onPasswordWanted: password.ask(row.file)
            onSummarizeWanted: table.summarizeWanted(row.selected ? model.selectedPaths() : [row.file.path])
            onToggleWanted: model.toggle(row.index)
            onRangeWanted: model.selectThrough(row.index)
        }
        Keys.onPressed: event => {
            if (event.matches(StandardKey.SelectAll))
                model.selectAll();
            else if (event.key === Qt.Key_Escape && model.selectedCount > 0)
                model.clearSelection();
            else
                return;
            event.accepted = true;
        }
        // Not when a row was clicked: it becomes the current one itself.
        onActiveFocusChanged: if (Window.activeFocusItem === list && currentIndex < 0 && count > 0)
            currentIndex = 0
    }
    EmptyState {
        anchors.centerIn: parent
        width: Math.min(Theme.px(440), parent.width)
        visible: model.total === 0 && !model.waiting
        iconName: "document"
        sentence: table.status.sources.length > 0 ? qsTr("Nothing has been found in its folders yet.") : qsTr("This collection is empty. Add a folder or some files; they stay where they are.")
        actionText: qsTr("Add a folder")
        onActionChosen: table.folderWanted()
    }
    Words {
        anchors.horizontalCenter: parent.horizontalCenter
        y: head.height + Theme.px(36)
        visible: model.total > 0 && list.count === 0 && table.sifted
        text: qsTr("No file is called so.")
        isQuiet: true
    }
    PasswordSheet {
        id: password
        parent: table
        ingest: table.ingest
    }
}
