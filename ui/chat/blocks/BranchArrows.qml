// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Style

/// ‹ 2 / 3 ›: walks the versions of a message.
Row {
    id: arrows

    required property int index // 0-based
    required property int count
    readonly property bool focused: before.visualFocus || after.visualFocus

    signal branchWanted(index: int)

    visible: count > 1
    spacing: 0

    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("Version %1 of %2").arg(index + 1).arg(count)

    IconButton {
        id: before
        implicitWidth: Theme.px(24)
        implicitHeight: Theme.px(26)
        iconSize: Theme.px(14)
        name: qsTr("Version before")
        iconName: "chevron-left"
        enabled: arrows.index > 0
        onClicked: arrows.branchWanted(arrows.index - 1)
    }
    Words {
        anchors.verticalCenter: parent.verticalCenter
        text: qsTr("%1 / %2").arg(arrows.index + 1).arg(arrows.count)
        isQuiet: true
    }
    IconButton {
        id: after
        implicitWidth: Theme.px(24)
        implicitHeight: Theme.px(26)
        iconSize: Theme.px(14)
        name: qsTr("Version after")
        iconName: "chevron-right"
        enabled: arrows.index < arrows.count - 1
        onClicked: arrows.branchWanted(arrows.index + 1)
    }
}
