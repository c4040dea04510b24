// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// What is to be known before a model is downloaded: its licence in plain words, its size, whether it fits.
Sheet {
    id: sheet

    required property GetDesk desk
    required property Settings settings
    readonly property bool asking: desk.phase === GetDesk.Asking
    readonly property bool ready: desk.phase === GetDesk.Ready

    /// A failure's way out, an App.FailureAction.
    signal failureActionWanted(action: int)
    signal pageWanted(address: string)

    title: qsTr("Get %1").arg(sheet.desk.title)
    preferredWidth: Theme.px(600)
    // Not the button: whoever pressed Enter to come here has read nothing yet.
    onOpened: body.forceActiveFocus()
    onClosed: if (sheet.desk.phase !== GetDesk.Idle)
        sheet.desk.leave()

    contentItem: Column {
        spacing: Theme.px(14)

        DiskRoom {
            id: room
            folder: sheet.visible ? sheet.desk.folder : ""
            wanted: sheet.desk.bytes
        }

        Words {
            width: parent.width
            wrapMode: Text.WordWrap
            visible: sheet.asking
            text: qsTr("Asking its source for size, hash and licence…")
            isQuiet: true
        }
        Words {
            width: parent.width
            wrapMode: Text.WordWrap
            visible: sheet.desk.phase === GetDesk.Failed
            text: qsTr("%1. %2").arg(sheet.desk.failure.title).arg(sheet.desk.failure.explanation)
            color: Theme.stop
        }
        Flickable {
            id: body

            function moveBy(distance: real): void {
                contentY = Math.max(0, Math.min(contentHeight - height, contentY + distance));
            }

            width: parent.width
            height: Math.min(contentHeight, Math.max(Theme.px(96), (sheet.Overlay.overlay ? sheet.Overlay.overlay.height : Theme.px(700)) - rest.height - Theme.px(124)))
            contentHeight: column.height
            visible: sheet.ready
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            activeFocusOnTab: true
            objectName: "licenceGuard"
            Accessible.role: Accessible.Grouping
            Accessible.name: qsTr("Licence: %1").arg(sheet.desk.licence.name)

            Keys.onDownPressed: moveBy(Theme.px(48))
            Keys.onUpPressed: moveBy(-Theme.px(48))
            Keys.onPressed: event => {
                event.accepted = event.key === Qt.Key_PageDown || event.key === Qt.Key_PageUp;
                if (event.accepted)
                    moveBy((event.key === Qt.Key_PageDown ? 0.9 : -0.9) * height);
            }

            // What is cut off holds as much as what is seen.
            ScrollBar.vertical: Scroller {
                policy: ScrollBar.AlwaysOn
            }

            Column {
                id: column
                width: body.width - (body.contentHeight > body.height ? Theme.px(14) : 0)
                spacing: Theme.px(12)

                Words {
                    width: parent.width
                    wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                    visible: sheet.desk.herePath.length > 0
                    text: qsTr("This very file is on this computer already: %1").arg(sheet.desk.herePath)
                    color: Theme.warn
                }
                Words {
                    width: parent.width
                    text: sheet.desk.licence.name
                    font.weight: Font.DemiBold
                    font.pixelSize: Theme.control
                    Accessible.role: Accessible.Heading
                }
                LicenceFacts {
                    width: parent.width
                    value: sheet.desk.licence
                }
                Words {
                    width: parent.width
                    wrapMode: Text.WordWrap
                    visible: text.length > 0
                    text: sheet.desk.licenceNote
                    color: Theme.warn
                }
                Words {
                    width: parent.width
                    wrapMode: Text.WordWrap
                    visible: sheet.desk.gated
                    text: qsTr("Its makers ask for a name: it comes only with a token of somebody whom they let in. The token stands in the settings, under Privacy.")
                    color: Theme.warn
                }
                TextButton {
                    anchors.left: parent.left
                    anchors.leftMargin: -Theme.px(8)
                    visible: sheet.desk.licenceText.length > 0
                    checkable: true
                    text: checked ? qsTr("Hide the text") : qsTr("Read the licence's text")
                    onToggled: words.visible = checked
                }
                Words {
                    width: parent.width
                    wrapMode: Text.WordWrap
                    visible: sheet.desk.licenceText.length === 0
                    text: qsTr("Its repository holds no licence text; the plain words above are all there is.")
                    isQuiet: true
                    font.pixelSize: Theme.small
                }
                Words {
                    id: words
                    width: parent.width
                    wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                    visible: false
                    text: sheet.desk.licenceText
                    isQuiet: true
                    font.family: Theme.monoFamily
                    font.pixelSize: Theme.small
                }
            }
        }
        Column {
            id: rest
            width: parent.width
            spacing: Theme.px(14)

            Hairline {
                width: parent.width
                visible: sheet.ready
                color: body.activeFocus ? Theme.accent : Theme.hairline
            }
            Item {
                width: parent.width
                height: uses.height
                visible: sheet.ready

                Words {
                    anchors.left: parent.left
                    anchors.right: uses.left
                    anchors.rightMargin: Theme.px(10)
                    anchors.verticalCenter: uses.verticalCenter
                    text: qsTr("I use models for")
                }
                Segments {
                    id: uses
                    anchors.right: parent.right
                    name: qsTr("What I use models for")
                    options: [qsTr("Myself"), qsTr("Business"), qsTr("Research")]
                    current: sheet.settings.modelUse
                    onChosen: index => sheet.settings.modelUse = index
                }
            }
            Words {
                width: parent.width
                wrapMode: Text.WordWrap
                visible: text.length > 0
                text: sheet.desk.warning
                color: Theme.stop
            }
            Column {
                width: parent.width
                spacing: Theme.px(5)
                visible: sheet.ready

                Badge {
                    anchors.left: parent.left
                    width: Math.min(implicitWidth, parent.width)
                    visible: text.length > 0
                    text: sheet.desk.fit
                    tone: sheet.desk.fitTone
                }
                Words {
                    width: parent.width
                    wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                    text: sheet.desk.words
                }
                Words {
                    width: parent.width
                    wrapMode: Text.WordWrap
                    visible: text.length > 0
                    text: room.words
                    isQuiet: !room.tight
                    color: room.tight ? Theme.stop : Theme.quiet
                }
                Words {
                    width: parent.width
                    wrapMode: Text.WordWrap
                    text: sheet.desk.hashWords
                    isQuiet: true
                }
            }
            Row {
                anchors.left: parent.left
                spacing: Theme.px(8)

                PrimaryButton {
                    id: get
                    visible: sheet.desk.phase !== GetDesk.Failed
                    enabled: sheet.ready
                    text: sheet.desk.warning.length > 0 || sheet.desk.herePath.length > 0 ? qsTr("Download all the same") : qsTr("Download")
                    iconName: "download"
                    onClicked: {
                        sheet.desk.begin();
                        sheet.close();
                    }
                }
                PlainButton {
                    visible: sheet.desk.phase === GetDesk.Failed && sheet.desk.failure.action !== App.FailureAction.None
                    text: sheet.desk.failure.actionLabel
                    onClicked: {
                        const action = sheet.desk.failure.action;
                        sheet.close();
                        sheet.failureActionWanted(action);
                    }
                }
                PlainButton {
                    text: qsTr("Not now")
                    onClicked: sheet.close()
                }
                PlainButton {
                    id: pageButton
                    visible: sheet.desk.page.length > 0 && (sheet.desk.gated || (sheet.desk.phase === GetDesk.Failed && !sheet.settings.offline))
                    text: qsTr("Its page")
                    iconName: "external"
                    Accessible.description: qsTr("Opens %1 in your browser").arg(sheet.desk.page)
                    onClicked: sheet.pageWanted(sheet.desk.page)

                    Hint {
                        text: sheet.desk.page
                        visible: pageButton.hovered || pageButton.visualFocus
                    }
                }
            }
        }
    }
}
