// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// The tensors: name, type, shape, size and share of the file.
FocusScope {
    id: view

    required property ModelInspector inspector
    readonly property bool wide: width > Theme.px(720)
    readonly property real typeX: width * (wide ? 0.4 : 0.52)
    readonly property real shapeX: width * 0.52
    readonly property real sizeEnd: width * (wide ? 0.84 : 1) - Theme.px(wide ? 0 : 8)

    Field {
        id: filter
        width: Math.min(Theme.px(280), parent.width)
        implicitHeight: Theme.px(30)
        name: qsTr("Filter by name or type")
        placeholderText: name
        font.pixelSize: Theme.label
        onTextChanged: model.filter = text
        Keys.onEscapePressed: event => {
            event.accepted = text.length > 0;
            clear();
        }
    }
    Words {
        anchors.left: filter.right
        anchors.leftMargin: Theme.px(16)
        anchors.right: parent.right
        anchors.verticalCenter: filter.verticalCenter
        visible: view.wide
        horizontalAlignment: Text.AlignRight
        text: model.types
        isQuiet: true
        font.pixelSize: Theme.small
    }
    Item {
        id: heads
        anchors.top: filter.bottom
        anchors.topMargin: Theme.px(6)
        width: parent.width
        height: Theme.px(32)

        SortHead {
            x: view.LayoutMirroring.enabled ? parent.width - width : 0
            width: view.typeX - Theme.px(8)
            text: qsTr("Name")
            sorted: model.order === TensorModel.Order.Name
            descending: model.descending
            onClicked: model.sortBy(TensorModel.Order.Name)
        }
        SortHead {
            x: view.LayoutMirroring.enabled ? parent.width - view.typeX - width : view.typeX
            width: Theme.px(80)
            text: qsTr("Type")
            sorted: model.order === TensorModel.Order.Type
            descending: model.descending
            onClicked: model.sortBy(TensorModel.Order.Type)
        }
        SortHead {
            x: view.LayoutMirroring.enabled ? parent.width - view.shapeX - width : view.shapeX
            width: Theme.px(120)
            visible: view.wide
            text: qsTr("Shape")
            sorted: model.order === TensorModel.Order.Weights
            descending: model.descending
            onClicked: model.sortBy(TensorModel.Order.Weights)
        }
        SortHead {
            x: view.LayoutMirroring.enabled ? parent.width - view.sizeEnd : view.sizeEnd - width
            width: Theme.px(90)
            atEnd: true
            text: qsTr("Size")
            sorted: model.order === TensorModel.Order.Bytes
            descending: model.descending
            onClicked: model.sortBy(TensorModel.Order.Bytes)
        }
        Words {
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(8)
            anchors.verticalCenter: parent.verticalCenter
            visible: view.wide
            text: qsTr("Share")
            isQuiet: true
            font.pixelSize: Theme.small
        }
        Hairline {
            anchors.bottom: parent.bottom
            width: parent.width
        }
    }
    ListView {
        id: list
        anchors.top: heads.bottom
        anchors.bottom: parent.bottom
        width: parent.width
        clip: true
        focus: true
        activeFocusOnTab: true
        keyNavigationEnabled: true
        highlightMoveDuration: 0
        currentIndex: -1
        reuseItems: true
        // Rows that are still being made when another filter comes would be asked for in vain.
        cacheBuffer: 0
        boundsBehavior: Flickable.StopAtBounds
        objectName: "tensorList"
        Accessible.role: Accessible.List
        Accessible.name: qsTr("%n tensor(s)", "", count)

        ScrollBar.vertical: Scroller {}
        footer: Item {
            height: Theme.px(20)
        }
        model: TensorModel {
            id: model
            inspector: view.inspector
        }
        delegate: Item {
            id: row

            required property int index
            required property tensorValue tensor

            width: list.width
            height: Theme.px(30)

            Accessible.role: Accessible.ListItem
            Accessible.name: qsTr("%1, %2, %3, %4, %5 of the file").arg(row.tensor.name).arg(row.tensor.type).arg(row.tensor.shape).arg(InspectorWords.size(row.tensor.bytes)).arg(InspectorWords.share(row.tensor.share))

            TapHandler {
                onTapped: {
                    list.forceActiveFocus(Qt.MouseFocusReason);
                    list.currentIndex = row.index;
                }
            }
            FocusRing {
                anchors.fill: parent
                visible: list.activeFocus && list.currentIndex === row.index
                gap: -Theme.px(2)
            }
            Words {
                anchors.left: parent.left
                anchors.leftMargin: Theme.px(6)
                anchors.verticalCenter: parent.verticalCenter
                width: view.typeX - Theme.px(16)
                elide: Text.ElideMiddle
                text: row.tensor.name
                font.family: Theme.monoFamily
                font.pixelSize: Theme.small
                Accessible.ignored: true
            }
            Words {
                anchors.left: parent.left
                anchors.leftMargin: view.typeX + Theme.px(6)
                anchors.verticalCenter: parent.verticalCenter
                text: row.tensor.type
                font.pixelSize: Theme.small
                Accessible.ignored: true
            }
            Words {
                anchors.left: parent.left
                anchors.leftMargin: view.shapeX + Theme.px(6)
                anchors.verticalCenter: parent.verticalCenter
                width: view.sizeEnd - Theme.px(90) - view.shapeX
                visible: view.wide
                text: row.tensor.shape
                isQuiet: true
                font.pixelSize: Theme.small
                Accessible.ignored: true
            }
            Words {
                anchors.right: parent.right
                anchors.rightMargin: parent.width - view.sizeEnd
                anchors.verticalCenter: parent.verticalCenter
                text: row.tensor.bytes > 0 ? InspectorWords.size(row.tensor.bytes) : qsTr("not known")
                font.pixelSize: Theme.small
                font.features: {
                    "tnum": 1
                }
                Accessible.ignored: true
            }
            Rectangle {
                anchors.right: share.left
                anchors.rightMargin: Theme.px(6)
                anchors.verticalCenter: parent.verticalCenter
                width: Math.max(Theme.px(2), (row.width - view.sizeEnd - Theme.px(78)) * row.tensor.share / Math.max(model.largestShare, 0.0001))
                height: Theme.px(6)
                radius: height / 2
                visible: view.wide && row.tensor.bytes > 0
                color: Theme.accent
                opacity: 0.55
            }
            Words {
                id: share
                anchors.right: parent.right
                anchors.rightMargin: Theme.px(8)
                anchors.verticalCenter: parent.verticalCenter
                width: Theme.px(50)
                horizontalAlignment: Text.AlignRight
                visible: view.wide
                text: InspectorWords.share(row.tensor.share)
                isQuiet: true
                font.pixelSize: Theme.small
                Accessible.ignored: true
            }
            Hairline {
                anchors.bottom: parent.bottom
                width: parent.width
            }
        }
        Keys.onPressed: event => {
            if (!event.matches(StandardKey.Copy) || currentIndex < 0)
                return;
            Clipboard.copy(model.copyText(currentIndex));
            event.accepted = true;
        }
        onActiveFocusChanged: if (activeFocus && currentIndex < 0 && count > 0)
            currentIndex = 0
    }
    Words {
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.top: heads.bottom
        anchors.topMargin: Theme.px(36)
        visible: list.count === 0
        text: model.total > 0 ? qsTr("No tensor is called so.") : qsTr("There is no tensor in this file.")
        isQuiet: true
    }
}
