// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// A passage that is cited: its number and place in one line, which opens its words.
Column {
    id: quote

    required property summarySource source
    property bool unfolded: false
    readonly property string place: LibraryWords.placeOf(source)

    signal pageWanted(source: summarySource)

    spacing: Theme.px(4)

    PlaceButton {
        id: fold
        x: quote.LayoutMirroring.enabled ? 0 : -leftPadding
        width: parent.width + leftPadding
        text: qsTr("[%1] %2").arg(quote.source.id).arg(quote.place)
        iconName: quote.unfolded ? "chevron-down" : "chevron-right"
        tint: Theme.quiet
        font.pixelSize: Theme.small
        objectName: "passage " + quote.source.id
        Accessible.name: quote.unfolded ? qsTr("Source %1, %2, shown").arg(quote.source.id).arg(quote.place) : qsTr("Source %1, %2, folded").arg(quote.source.id).arg(quote.place)
        onClicked: quote.unfolded = !quote.unfolded
    }
    Loader {
        width: parent.width
        active: quote.unfolded
        visible: active
        sourceComponent: Item {
            implicitHeight: inside.height

            Rectangle {
                x: quote.LayoutMirroring.enabled ? parent.width - width : 0
                width: Theme.px(3)
                height: parent.height
                radius: width / 2
                color: Theme.hairline
            }
            Column {
                id: inside
                x: quote.LayoutMirroring.enabled ? 0 : Theme.px(14)
                width: parent.width - Theme.px(14)
                spacing: Theme.px(4)

                Words {
                    width: parent.width
                    visible: text.length > 0
                    text: quote.source.heading
                    font.pixelSize: Theme.small
                    font.weight: Font.Medium
                }
                TextEdit {
                    width: parent.width
                    text: quote.source.text
                    textFormat: TextEdit.PlainText
                    readOnly: true
                    selectByMouse: true
                    wrapMode: TextEdit.Wrap
                    color: Theme.ink
                    selectionColor: Theme.selection
                    selectedTextColor: Theme.ink
                    font.family: Theme.readingFamily
                    font.pixelSize: Theme.label
                    Accessible.role: Accessible.StaticText
                    Accessible.name: text
                    Accessible.readOnly: true
                }
                TextButton {
                    x: quote.LayoutMirroring.enabled ? parent.width - width + leftPadding : -leftPadding
                    text: quote.source.numbered ? qsTr("Show it on its page") : qsTr("Show it in the document")
                    iconName: "document"
                    font.pixelSize: Theme.small
                    objectName: "show passage " + quote.source.id
                    onClicked: quote.pageWanted(quote.source)
                }
            }
        }
    }
}
