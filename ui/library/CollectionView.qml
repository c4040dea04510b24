// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// One collection: search, what is being read, and its files.
FocusScope {
    id: view

    required property RoomPage page
    required property collectionId collection
    /// A summary is being made, or is ready and was not looked at.
    required property bool summaryShown
    property string name: ""
    readonly property CollectionService collections: page.context.collections
    readonly property IngestService ingest: page.context.ingest
    readonly property bool wide: width > Theme.px(700)

    signal filesWanted
    signal folderWanted
    signal backWanted
    signal summarizeWanted(paths: list<string>, uuid: string)
    signal summaryWanted

    function summarizeAll(): void {
        view.summarizeWanted([], view.collections.uuid(view.collection));
    }
    function takeName(): void {
        view.name = view.collections.name(view.collection);
        if (view.name.length === 0)
            view.backWanted();
    }

    Component.onCompleted: takeName()
    Connections {
        target: view.collections

        function onCollectionsChanged(): void {
            view.takeName();
        }
    }
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
            id: all
            anchors.left: menu.visible ? menu.right : parent.left
            anchors.leftMargin: menu.visible ? Theme.px(6) : -Theme.px(8)
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Documents")
            Accessible.name: qsTr("Back to all documents")
            tint: Theme.quiet
            font.weight: Font.Normal
            onClicked: view.backWanted()
        }
        Icon {
            id: arrow
            anchors.left: all.right
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
            text: view.name
            font.pixelSize: Theme.title
            font.weight: Font.DemiBold
            Accessible.role: Accessible.Heading
        }
        Row {
            id: buttons
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.px(10)

            PlainButton {
                visible: view.wide
                text: qsTr("Add files")
                iconName: "plus"
                onClicked: view.filesWanted()
            }
            PlainButton {
                visible: view.width > Theme.px(980)
                text: qsTr("Add a folder")
                iconName: "folder"
                onClicked: view.folderWanted()
            }
            PlainButton {
                visible: view.wide
                enabled: status.counts.files > 0
                text: qsTr("Summarize all")
                onClicked: view.summarizeAll()
            }
            PrimaryButton {
                text: qsTr("Ask these documents")
                enabled: status.counts.files > 0
                onClicked: view.page.askWanted(view.collections.uuid(view.collection))
            }
            IconButton {
                id: more
                implicitHeight: Theme.controlHeight
                name: qsTr("More about %1").arg(view.name)
                iconName: "more"
                onClicked: options.popup(more, more.width - options.width, more.height)
            }
        }
    }
    Card {
        id: box
        anchors.top: head.bottom
        x: view.page.margin
        width: parent.width - 2 * x
        height: Theme.px(44)
        border.color: field.activeFocus ? Theme.accent : Theme.outline
        border.width: field.activeFocus ? Math.max(2, Theme.px(2)) : Theme.hair

        Icon {
            id: lens
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(14)
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.iconSize
            height: width
            name: "search"
            color: Theme.quiet
        }
        Field {
            id: field
            anchors.left: lens.right
            anchors.right: clear.visible ? clear.left : parent.right
            anchors.verticalCenter: parent.verticalCenter
            name: status.wordsAlone.length > 0 ? qsTr("Search %n file(s) by words", "", status.counts.searchable) : qsTr("Search %n file(s) by words and meaning", "", status.counts.searchable)
            objectName: "searchField"
            placeholderText: name
            framed: false
            focus: true
            font.pixelSize: Theme.body
            onTextChanged: pause.restart()
            onAccepted: {
                pause.stop();
                found.question = text;
            }
            Keys.onEscapePressed: event => {
                event.accepted = text.length > 0;
                clear.clicked();
            }
            Keys.onDownPressed: (passages.visible ? passages : files).forceActiveFocus(Qt.TabFocusReason)
        }
        IconButton {
            id: clear
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(8)
            anchors.verticalCenter: parent.verticalCenter
            visible: field.text.length > 0
            name: qsTr("Back to the files")
            iconName: "close"
            keys: qsTr("Esc")
            onClicked: {
                field.clear();
                pause.stop();
                found.question = "";
                field.forceActiveFocus();
            }
        }
        Timer {
            id: pause
            interval: 250
            onTriggered: found.question = field.text
        }
    }
    ReadingStatus {
        id: status
        ingest: view.ingest
        collections: view.collections
        collection: view.collection
    }
    PassageListModel {
        id: found
        finder: view.page.context.finder
        collection: view.collection
    }
    ReadingStrip {
        id: strip
        anchors.top: box.bottom
        anchors.topMargin: Theme.px(16)
        x: view.page.margin
        width: parent.width - 2 * x
        visible: status.shown && !passages.visible
        status: status
        ingest: view.ingest
        onCancelWanted: view.ingest.cancel(view.collection)
    }
    SummaryStrip {
        id: summary
        anchors.top: strip.visible ? strip.bottom : box.bottom
        anchors.topMargin: strip.visible ? Theme.px(10) : Theme.px(16)
        x: view.page.margin
        width: parent.width - 2 * x
        visible: view.summaryShown && !passages.visible
        page: view.page
        onShowWanted: view.summaryWanted()
    }
    FileTable {
        id: files
        anchors.top: summary.visible ? summary.bottom : strip.visible ? strip.bottom : box.bottom
        anchors.topMargin: Theme.px(10)
        anchors.bottom: parent.bottom
        x: view.page.margin
        width: parent.width - 2 * x
        visible: !passages.visible
        ingest: view.ingest
        collection: view.collection
        status: status
        onOpenWanted: path => view.page.context.openFile(path)
        onFilesWanted: view.filesWanted()
        onFolderWanted: view.folderWanted()
        onSummarizeWanted: paths => view.summarizeWanted(paths, "")
    }
    PassageList {
        id: passages
        anchors.top: box.bottom
        anchors.topMargin: Theme.px(10)
        anchors.bottom: parent.bottom
        x: view.page.margin
        width: parent.width - 2 * x
        visible: found.question.length > 0
        found: found
        onOpenWanted: path => view.page.context.openFile(path)
    }
    PopupMenu {
        id: options
        name: qsTr("Collection")

        MenuEntry {
            text: qsTr("Summarize all of it")
            iconName: "sparkle"
            enabled: status.counts.files > 0
            onTriggered: view.summarizeAll()
        }
        MenuEntry {
            text: qsTr("Files and folders")
            iconName: "folder"
            onTriggered: sources.open()
        }
        MenuEntry {
            text: qsTr("Look for changes")
            iconName: "refresh"
            onTriggered: view.ingest.rescan(view.collection)
        }
        MenuEntry {
            text: qsTr("Rename")
            iconName: "edit"
            onTriggered: naming.askFor(view.collection, view.name)
        }
        MenuEntry {
            text: view.page.context.settings.indexingSpeed === App.IndexingSpeed.Full ? qsTr("Read gently") : qsTr("Read at full speed")
            iconName: "chip"
            onTriggered: view.page.context.settings.indexingSpeed = view.page.context.settings.indexingSpeed === App.IndexingSpeed.Full ? App.IndexingSpeed.Gentle : App.IndexingSpeed.Full
        }
        MenuLine {}
        MenuEntry {
            text: qsTr("Remove the collection")
            iconName: "trash"
            dangerous: true
            onTriggered: removing.askFor(view.collection, view.name)
        }
    }
    NameSheet {
        id: naming
        parent: view
        service: view.collections
    }
    RemoveSheet {
        id: removing
        parent: view
        service: view.collections
    }
    SourcesSheet {
        id: sources
        parent: view
        service: view.collections
        collection: view.collection
        status: status
        onFilesWanted: view.filesWanted()
        onFolderWanted: view.folderWanted()
        onSummarizeWanted: path => view.summarizeWanted([path], "")
    }
}
