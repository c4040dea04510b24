// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// The model that answers, with its loading shown in itself; opens the list of those on this computer.
Button {
    id: picker

    required property ModelService models
    required property EngineStatus engine
    readonly property modelCard current: cards.chosenCard

    signal modelsWanted
    signal addWanted
    /// The model that answers is to be shown from the inside.
    signal inspectWanted
    /// The same question to two models.
    signal compareWanted

    function openList(): void {
        list.active = true;
        (list.item as PopupMenu)?.popup(picker, 0, picker.height + Theme.px(4));
    }

    text: current.name.length > 0 ? current.name : qsTr("Choose a model")
    implicitHeight: Theme.px(32)
    leftPadding: Theme.px(12)
    rightPadding: Theme.px(10)
    focusPolicy: Qt.StrongFocus
    objectName: "modelPicker"

    Accessible.role: Accessible.ButtonMenu
    Accessible.name: engine.loading ? qsTr("Model %1, loading, %2 %").arg(text).arg(Math.round(100 * engine.progress)) : qsTr("Model %1").arg(text)

    contentItem: Row {
        spacing: Theme.px(7)

        Words {
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, Theme.px(220))
            text: picker.text
            font.pixelSize: Theme.control
            Accessible.ignored: true
        }
        Words {
            anchors.verticalCenter: parent.verticalCenter
            visible: text.length > 0
            text: picker.engine.loading ? qsTr("loading %1 %").arg(Math.round(100 * picker.engine.progress)) : picker.current.quantization
            isQuiet: true
            font.pixelSize: Theme.label
            Accessible.ignored: true
        }
        Icon {
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.px(14)
            height: width
            name: "chevron-down"
            color: Theme.quiet
        }
    }
    background: Rectangle {
        radius: height / 2
        color: picker.hovered || list.active ? Theme.fill : "transparent"

        ThinBar {
            x: Theme.px(14)
            width: parent.width - 2 * x
            height: Theme.px(3)
            anchors.bottom: parent.bottom
            visible: picker.engine.loading
            name: qsTr("Loading the model")
            value: picker.engine.progress
        }
        FocusRing {
            visible: picker.visualFocus
            radius: parent.radius + gap
        }
    }

    Keys.onReturnPressed: openList()
    Keys.onDownPressed: openList()
    onClicked: openList()

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
    ModelListModel {
        id: cards

        readonly property modelCard chosenCard: picker.models.chosenId.length > 0 && count > 0 ? card(picker.models.chosenId) : card("")

        service: picker.models
    }
    Loader {
        id: list
        active: false
        sourceComponent: PopupMenu {
            id: menu
            name: qsTr("Models on this computer")
            implicitWidth: Theme.px(420)
            onClosed: Qt.callLater(() => list.active = false)

            Instantiator {
                model: cards
                delegate: MenuEntry {
                    required property modelCard value
                    required property bool chosen

                    text: value.name
                    iconName: chosen ? "check" : "cube"
                    // How fast it is counts for more than how large, once that was measured.
                    readonly property string speed: value.decodeTps > 0 ? qsTr("%1 tok/s").arg(value.decodeTps.toFixed(value.decodeTps < 10 ? 1 : 0)) : ""

                    note: !value.usable ? value.failure.title : value.fit === App.FitLevel.WontFit ? qsTr("Won't fit") : value.fit === App.FitLevel.Slow ? (speed.length > 0 ? qsTr("Slow, %1").arg(speed) : qsTr("Slow")) : speed.length > 0 ? qsTr("%1 · %2").arg(value.fitText).arg(speed) : value.fitText
                    enabled: value.usable
                    onTriggered: picker.models.choose(value.id)
                }
                onObjectAdded: (index, object) => menu.insertItem(index, object as MenuEntry)
                onObjectRemoved: (index, object) => menu.removeItem(object as MenuEntry)
            }
            MenuLine {}
            MenuEntry {
                text: qsTr("Add a file…")
                iconName: "plus"
                onTriggered: picker.addWanted()
            }
            MenuEntry {
                text: qsTr("Compare two models…")
                iconName: "compare"
                note: qsTr("Ctrl+Shift+L")
                onTriggered: picker.compareWanted()
            }
            MenuEntry {
                text: qsTr("Look inside this model")
                iconName: "search"
                enabled: picker.current.path.length > 0
                onTriggered: picker.inspectWanted()
            }
            MenuEntry {
                text: qsTr("All about these models")
                iconName: "info"
                onTriggered: picker.modelsWanted()
            }
        }
    }
}
