// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// The passages that answer a question.
FocusScope {
    id: passages

    required property PassageListModel found

    signal openWanted(path: string)

    Row {
        id: filters
        anchors.right: parent.right
        height: Theme.px(36)

        FilterChoice {
            anchors.verticalCenter: parent.verticalCenter
            name: qsTr("Kind of document")
            // In the order of App.DocumentKind.
            options: [qsTr("All kinds"), qsTr("PDF"), qsTr("Writing"), qsTr("Slides"), qsTr("Tables"), qsTr("Books"), qsTr("Mail"), qsTr("Code")]
            current: passages.found.kind
            onChosen: index => passages.found.kind = index
        }
        FilterChoice {
            anchors.verticalCenter: parent.verticalCenter
            name: qsTr("Last changed")
            // In the order of App.DocumentAge.
            options: [qsTr("Any time"), qsTr("Past week"), qsTr("Past month"), qsTr("Past year")]
            current: passages.found.age
            onChosen: index => passages.found.age = index
        }
    }
    Words {
        id: summary
        anchors.left: parent.left
        anchors.right: filters.left
        anchors.rightMargin: Theme.px(10)
        height: Theme.px(36)
        leftPadding: Theme.px(2)
        opacity: passages.found.count > 0 ? 1 : 0
        text: passages.found.byMeaning ? qsTr("%n passage(s), by words and meaning", "", passages.found.count) : qsTr("%n passage(s), by words alone", "", passages.found.count)
        isQuiet: true
        font.pixelSize: Theme.small
    }
    ListView {
        id: list
        anchors.top: summary.bottom
        anchors.bottom: parent.bottom
        width: parent.width
        spacing: Theme.px(10)
        clip: true
        focus: true
        activeFocusOnTab: true
        keyNavigationEnabled: true
        highlightMoveDuration: 0
        boundsBehavior: Flickable.StopAtBounds
        objectName: "passageList"
        Accessible.role: Accessible.List
        Accessible.name: qsTr("%n passage(s) found", "", count)

        ScrollBar.vertical: Scroller {}
        footer: Item {
            height: Theme.px(24)
        }
        model: passages.found
        delegate: PassageRow {
            id: row
            width: list.width
            question: passages.found.question
            onOpenWanted: passages.openWanted(row.path)
        }
    }
    Words {
        anchors.horizontalCenter: parent.horizontalCenter
        y: Theme.px(48)
        width: Math.min(implicitWidth, parent.width)
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.WordWrap
        visible: passages.found.count === 0 && !passages.found.waiting
        text: passages.found.trouble.length > 0 ? passages.found.trouble : passages.found.kind === App.DocumentKind.Any && passages.found.age === App.DocumentAge.Any ? qsTr("Nothing in these documents answers that.") : qsTr("Nothing in the documents of this kind and time answers that.")
        isQuiet: true
    }
}
