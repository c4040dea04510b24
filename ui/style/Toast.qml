// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic

/// A short note at the bottom of the window, with one action. It stays while the pointer or the keyboard is on it.
Popup {
    id: toast

    property string text: ""
    property string actionText: ""
    /// What must not be covered at the bottom of the window.
    property real clearance: 0
    /// Of the words: the toast itself, with its button, stays inside the window.
    readonly property real widest: Math.min(Theme.px(440), (parent ? parent.width : Theme.px(560)) - Theme.px(32) - leftPadding - rightPadding - (action.visible ? action.width + Theme.px(10) : 0))

    signal actionChosen

    function show(words: string, action: string): void {
        toast.text = words;
        toast.actionText = action;
        toast.open();
        timer.restart();
    }

    x: parent ? Math.round((parent.width - width) / 2) : 0
    y: parent ? Math.max(0, parent.height - height - clearance - Theme.px(12)) : 0
    padding: Theme.px(6)
    leftPadding: mirrored ? Theme.px(6) : Theme.px(14)
    rightPadding: mirrored ? Theme.px(14) : Theme.px(6)
    // A popup that Escape closes takes every shortcut from the window while it is shown.
    closePolicy: Popup.NoAutoClose
    objectName: "toast"

    contentItem: Row {
        Accessible.role: Accessible.AlertMessage
        Accessible.name: toast.text
        spacing: Theme.px(10)

        Words {
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, toast.widest)
            text: toast.text
            color: Theme.paper
            wrapMode: implicitWidth > toast.widest ? Text.Wrap : Text.NoWrap // a path has no spaces to break at
            elide: Text.ElideNone
            rightPadding: toast.actionText.length > 0 ? 0 : Theme.px(8)
            topPadding: Theme.px(5)
            bottomPadding: Theme.px(5)
        }
        Button {
            id: action
            visible: toast.actionText.length > 0
            text: toast.actionText
            padding: 0
            leftPadding: Theme.px(10)
            rightPadding: Theme.px(10)
            implicitHeight: Theme.px(26)
            objectName: text
            Accessible.role: Accessible.Button
            Accessible.name: text
            contentItem: Words {
                text: action.text
                color: Theme.paper
                font.weight: Font.DemiBold
                Accessible.ignored: true
            }
            background: Rectangle {
                radius: Theme.px(5)
                color: action.hovered || action.visualFocus ? Theme.overInk : "transparent"
                border.color: Theme.paper
                border.width: action.visualFocus ? 2 : 0
            }
            onClicked: {
                toast.close();
                toast.actionChosen();
            }
        }
    }
    background: Rectangle {
        radius: Theme.radiusSmall
        color: Theme.ink
    }
    enter: Transition {
        NumberAnimation {
            property: "opacity"
            from: 0
            to: 1
            duration: Theme.gentle
        }
    }
    exit: Transition {
        NumberAnimation {
            property: "opacity"
            from: 1
            to: 0
            duration: Theme.quick
        }
    }

    Timer {
        id: timer
        interval: 8000
        running: toast.opened && !hover.hovered && !action.activeFocus
        onTriggered: toast.close()
    }
    HoverHandler {
        id: hover
        parent: toast.contentItem
    }
}
