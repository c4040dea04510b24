// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Style

/// The passages that answer a question.
FocusScope {
    id: passages

    required property PassageListModel found

    signal openWanted(path: string)

    Words {
        id: summary
        height: Theme.px(36)
        leftPadding: Theme.px(2)
        visible: passages.found.count > 0
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
        text: passages.found.trouble.length > 0 ? passages.found.trouble : qsTr("Nothing in these documents answers that.")
        isQuiet: true
    }
}
