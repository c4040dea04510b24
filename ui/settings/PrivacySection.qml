// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Library
import Carrel.Services
import Carrel.Style

SettingsSection {
    id: section

    required property AppContext context

    title: qsTr("Privacy")

    Card {
        width: parent.width
        height: proof.height + Theme.px(32)

        Icon {
            id: shield
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(16)
            y: Theme.px(16)
            width: Theme.px(20)
            height: width
            name: "shield"
            color: Theme.accent
        }
        Column {
            id: proof
            anchors.left: shield.right
            anchors.leftMargin: Theme.px(12)
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(16)
            y: Theme.px(16)
            spacing: Theme.px(6)

            Words {
                width: parent.width
                wrapMode: Text.WordWrap
                text: network.anySent ? qsTr("Only what you asked for left this computer") : qsTr("Nothing leaves this computer")
                font.weight: Font.DemiBold
                font.pixelSize: Theme.control
            }
            Words {
                width: parent.width
                wrapMode: Text.WordWrap
                isQuiet: true
                text: network.anySent ? qsTr("Models run here, in this program, which has no way to the network itself. A helper fetches models and what their makers say of them when you ask for it; every request stands below, and none carries a word of yours.") : qsTr("Models run here, in this program. Carrel has no account, sends no statistics and looks for no updates.")
            }
            Toggle {
                anchors.left: parent.left
                text: qsTr("Offline: no request is sent, whatever asks for it")
                checked: section.context.settings.offline
                onToggled: section.context.settings.offline = checked
            }
        }
    }
    NetworkStatus {
        id: network
        ledger: section.context.ledger
        settings: section.context.settings
    }
    Words {
        anchors.left: parent.left
        topPadding: Theme.px(6)
        text: qsTr("What was sent")
        font.pixelSize: Theme.control
        font.weight: Font.DemiBold
        Accessible.role: Accessible.Heading
    }
    LedgerTable {
        width: parent.width
        service: section.context.ledger
        onCopied: section.context.noticed(qsTr("Copied"))
        onSaveWanted: ledger => dialogs.show(ledger)
    }
    Loader {
        id: dialogs

        function chooseFolder(): void {
            dialogs.active = true;
            dialogs.setSource("DownloadFolderDialog.qml", {
                context: section.context,
                home: dialogs
            });
        }
        function show(ledger: LedgerListModel): void {
            dialogs.active = true;
            dialogs.setSource("SaveLedgerDialog.qml", {
                context: section.context,
                ledger: ledger,
                home: dialogs
            });
        }

        active: false
    }
    Words {
        anchors.left: parent.left
        topPadding: Theme.px(6)
        text: qsTr("Downloads")
        font.pixelSize: Theme.control
        font.weight: Font.DemiBold
        Accessible.role: Accessible.Heading
    }
    TokenRow {
        width: parent.width
        token: section.context.hubToken
    }
    ProxyRow {
        width: parent.width
        settings: section.context.settings
    }
    Column {
        width: parent.width
        spacing: Theme.px(6)

        Words {
            anchors.left: parent.left
            text: qsTr("Speed of all downloads together")
        }
        Segments {
            anchors.left: parent.left
            readonly property list<int> limits: [0, 1000000, 5000000, 20000000]

            name: qsTr("Speed of downloads")
            options: [qsTr("No limit"), qsTr("1 MB/s"), qsTr("5 MB/s"), qsTr("20 MB/s")]
            current: limits.indexOf(section.context.downloads.speedLimit)
            onChosen: index => section.context.downloads.speedLimit = limits[index]
        }
    }
    Item {
        width: parent.width
        height: Math.max(folder.height, choose.height)

        Words {
            id: folder
            anchors.left: parent.left
            anchors.right: choose.left
            anchors.rightMargin: Theme.px(12)
            anchors.verticalCenter: parent.verticalCenter
            wrapMode: Text.WrapAtWordBoundaryOrAnywhere
            text: qsTr("Models are put into %1").arg(LibraryWords.place(section.context.downloadFolder))
        }
        PlainButton {
            id: choose
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Another folder…")
            onClicked: dialogs.chooseFolder()
        }
    }
    Repeater {
        model: [qsTr("Your conversations are kept in a database in your data folder, and nowhere else."), qsTr("What a model writes is shown as plain text. No picture is loaded from it, and a link opens only after you have seen it in full and said yes."), qsTr("Deleted conversations wait in the trash until you empty it; then they are erased.")]

        Item {
            id: line

            required property string modelData

            width: section.width
            height: words.height

            Icon {
                anchors.left: parent.left
                y: Theme.px(2)
                width: Theme.px(15)
                height: width
                name: "check"
                color: Theme.accent
            }
            Words {
                id: words
                anchors.left: parent.left
                anchors.leftMargin: Theme.px(26)
                anchors.right: parent.right
                wrapMode: Text.WordWrap
                text: line.modelData
            }
        }
    }
}
