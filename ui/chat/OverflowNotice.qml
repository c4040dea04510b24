// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

/// Says, before anything is sent, that the conversation is longer than the model can read, and what can be done.
Item {
    id: notice

    required property promptFit fit

    signal dropOldestWanted
    signal longerContextWanted

    implicitHeight: box.height + Theme.px(8)
    objectName: "overflowNotice"

    Accessible.role: Accessible.AlertMessage
    Accessible.name: headline.text

    Rectangle {
        id: box
        x: Theme.px(6)
        y: Theme.px(6)
        width: parent.width - 2 * x
        height: inside.height + Theme.px(20)
        radius: Theme.px(9)
        color: Theme.warnSoft

        Column {
            id: inside
            x: Theme.px(12)
            y: Theme.px(10)
            width: parent.width - 2 * x
            spacing: Theme.px(8)

            Words {
                id: headline
                width: parent.width
                wrapMode: Text.WordWrap
                text: notice.fit.possible ? (notice.fit.promptTokens > notice.fit.contextLength ? qsTr("This chat is longer than the model can read: %1 of %2 tokens.") : qsTr("This chat leaves no room for an answer: %1 of %2 tokens are taken.")).arg(notice.fit.promptTokens.toLocaleString(Qt.locale(), "f", 0)).arg(notice.fit.contextLength.toLocaleString(Qt.locale(), "f", 0)) : qsTr("This message alone is longer than the model can read: %1 of %2 tokens. Shorten it, or give the model a longer context.").arg(notice.fit.promptTokens.toLocaleString(Qt.locale(), "f", 0)).arg(notice.fit.contextLength.toLocaleString(Qt.locale(), "f", 0))
                color: Theme.warn
            }
            Flow {
                width: parent.width
                spacing: Theme.px(8)

                PlainButton {
                    visible: notice.fit.possible
                    text: qsTr("Leave out the oldest %n turn(s)", "", notice.fit.turnsToDrop)
                    objectName: "dropOldest"
                    onClicked: notice.dropOldestWanted()
                }
                PlainButton {
                    text: qsTr("Longer context…")
                    objectName: "longerContext"
                    onClicked: notice.longerContextWanted()
                }
            }
        }
    }
}
