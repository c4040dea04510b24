// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// Where a block stands: the column in the middle of the page, bars of quotes, indents and markers of lists.
Item {
    id: frame

    required property markdownBlock block
    property real above: Theme.px(7)
    property real below: Theme.px(7)
    readonly property real indent: Theme.px(24) * block.listDepth + Theme.px(16) * block.quoteDepth
    default property alias content: holder.data
    readonly property real columnWidth: Math.min(Theme.columnWidth, width - 2 * Theme.px(24)) - indent
    readonly property real columnX: (width - Math.min(Theme.columnWidth, width - 2 * Theme.px(24))) / 2

    implicitHeight: holder.height + above + below

    // Most blocks stand in no quote and no list: what only those need is made for them alone.
    Loader {
        active: frame.block.quoteDepth > 0
        sourceComponent: Item {
            Repeater {
                model: frame.block.quoteDepth

                Rectangle {
                    required property int index

                    x: frame.mirrored ? frame.width - frame.columnX - Theme.px(16) * index - width : frame.columnX + Theme.px(16) * index
                    width: Theme.px(3)
                    height: frame.height
                    radius: width / 2
                    color: Theme.outline
                }
            }
        }
    }
    Loader {
        active: frame.block.marker.length > 0
        x: frame.mirrored ? holder.x + holder.width + Theme.px(8) : holder.x - Theme.px(8) - width
        y: frame.above
        sourceComponent: Words {
            text: frame.block.marker
            color: Theme.quiet
            font.family: Theme.readingFamily
            font.pixelSize: Theme.body
            verticalAlignment: Text.AlignTop
        }
    }
    Item {
        id: holder
        x: frame.mirrored ? frame.columnX : frame.columnX + frame.indent
        y: frame.above
        width: frame.columnWidth
        height: childrenRect.height
    }
    readonly property bool mirrored: LayoutMirroring.enabled || Application.layoutDirection === Qt.RightToLeft
}
