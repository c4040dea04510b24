// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// The sections that were read; each opens what was found in it.
Card {
    id: box

    required property SummarySections sections
    required property SummaryService service
    /// Of all that there is to be seen.
    readonly property real wantedHeight: head.height + list.contentHeight + Theme.px(8)

    signal pageWanted(source: summarySource)

    Item {
        id: head
        width: parent.width
        height: Theme.px(44)

        Words {
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(16)
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Read in parts")
            font.weight: Font.DemiBold
            Accessible.role: Accessible.Heading
        }
        Words {
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(16)
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("%1 of %2").arg(box.service.sectionsDone).arg(box.service.sectionsTotal)
            isQuiet: true
            font.pixelSize: Theme.small
            Accessible.name: qsTr("%1 of %2 parts are read").arg(box.service.sectionsDone).arg(box.service.sectionsTotal)
        }
        Hairline {
            anchors.bottom: parent.bottom
            width: parent.width
        }
    }
    ListView {
        id: list

        /// Whose points are shown; -1: none.
        property int unfolded: -1
        /// The reader is at the end, which stays in sight while the list fills.
        property bool following: true

        anchors.top: head.bottom
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.px(4)
        width: parent.width
        clip: true
        focus: true
        activeFocusOnTab: true
        keyNavigationEnabled: true
        highlightMoveDuration: 0
        boundsBehavior: Flickable.StopAtBounds
        objectName: "sectionList"
        Accessible.role: Accessible.List
        Accessible.name: qsTr("%n part(s) read", "", count)

        ScrollBar.vertical: Scroller {}
        model: box.sections
        delegate: SectionRow {
            id: row
            width: list.width
            named: box.sections.several
            unfolded: list.unfolded === row.index
            onFoldWanted: list.unfolded = row.unfolded ? -1 : row.index
            onPageWanted: source => box.pageWanted(source)
        }
        onMovementEnded: following = atYEnd
        onCountChanged: if (following && box.service.busy)
            Qt.callLater(list.positionViewAtEnd)
    }
}
