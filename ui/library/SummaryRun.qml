// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Chat
import Carrel.Services
import Carrel.Style

/// A summary while it is made and when it is done: how far it is, its text, how much it rests on, and what was found in
/// each section.
FocusScope {
    id: run

    required property RoomPage page
    required property SummaryDesk desk
    readonly property SummaryService service: page.context.summaries
    readonly property bool wide: width > Theme.px(740)
    readonly property bool done: desk.standing === SummaryDesk.Done
    readonly property bool ended: done || desk.standing === SummaryDesk.Paused || desk.standing === SummaryDesk.Failed
    readonly property bool hasSections: sectionModel.count > 0 || service.sectionsTotal > 1

    function openPlace(path: string): void {
        run.page.context.openFile(path);
    }
    function showSource(source: summarySource): void {
        run.desk.showSource(run.page.context.sources, source);
    }
    function chooseLink(target: string): void {
        const source = written.sourceOf(target);
        if (source > 0) {
            run.showSource(run.service.sources.find(one => one.id === source));
            return;
        }
        links.active = true;
        (links.item as LinkSheet).target = target;
        (links.item as LinkSheet).open();
    }
    /// Moves no further than is needed.
    function reveal(item: Item): void {
        const top = item.mapToItem(column, 0, 0).y;
        const bottom = top + item.height + Theme.px(16);
        const most = Math.max(0, flick.contentHeight - flick.height);
        if (bottom > flick.contentY + flick.height)
            flick.contentY = Math.min(most, bottom - flick.height);
        if (top < flick.contentY)
            flick.contentY = Math.max(0, top - Theme.px(16));
    }
    function act(action: int): void {
        if (action === App.FailureAction.Retry) {
            run.desk.goOn();
        } else if (action === App.FailureAction.RunOnCpu) {
            run.page.context.devices.choose("cpu");
            run.desk.goOn();
        } else {
            run.page.failureActionWanted(action);
        }
    }

    onDoneChanged: if (done)
        run.Accessible.announce(qsTr("%1. %2").arg(run.desk.title).arg(run.service.coverage.sentence))

    SummarySections {
        id: sectionModel
        service: run.service
    }
    SummaryBlocks {
        id: written
        text: run.service.text
        growing: run.desk.standing === SummaryDesk.Working
    }
    Loader {
        id: links
        active: false
        sourceComponent: LinkSheet {
            parent: run
            target: ""
            onOpenWanted: target => run.page.context.openLink(target)
        }
    }
    Flickable {
        id: flick
        width: run.wide && run.hasSections ? parent.width - side.width - Theme.px(24) : Math.min(parent.width, Theme.columnWidth + Theme.px(48))
        height: parent.height
        contentHeight: column.height + Theme.px(28)
        clip: true
        focus: true
        boundsBehavior: Flickable.StopAtBounds
        objectName: "summaryText"

        ScrollBar.vertical: Scroller {}
        Keys.onUpPressed: flick.contentY = Math.max(0, flick.contentY - Theme.px(60))
        Keys.onDownPressed: flick.contentY = Math.max(0, Math.min(flick.contentHeight - flick.height, flick.contentY + Theme.px(60)))

        Column {
            id: column
            width: parent.width
            spacing: Theme.px(16)

            SummaryProgress {
                width: parent.width
                visible: !run.done && run.desk.standing !== SummaryDesk.Failed
                desk: run.desk
            }
            FailureRow {
                width: Math.min(parent.width, Theme.columnWidth) + 2 * Theme.px(24)
                x: -Theme.px(24)
                visible: run.desk.standing === SummaryDesk.Failed
                failure: run.service.failure
                messageState: App.MessageState.Failed
                onActionWanted: run.act(run.service.failure.action)
                onCopyWanted: Clipboard.copy(run.service.failure.details)
            }
            Card {
                width: parent.width
                height: body.height + Theme.px(28)
                visible: written.count > 0

                Column {
                    id: body
                    y: Theme.px(14)
                    width: parent.width

                    Words {
                        x: Theme.px(24)
                        width: parent.width - 2 * x
                        bottomPadding: Theme.px(6)
                        text: run.desk.chosen
                        isQuiet: true
                        font.pixelSize: Theme.small
                    }
                    SummaryText {
                        width: parent.width
                        blocks: written
                        onLinkChosen: target => run.chooseLink(target)
                    }
                    CoverageLine {
                        id: covered
                        x: Theme.px(24)
                        width: parent.width - 2 * x
                        visible: run.ended && run.service.coverage.sectionsTotal > 0
                        coverage: run.service.coverage
                        kept: run.desk.kept
                        onOpenWanted: path => run.openPlace(path)
                        onSeen: run.reveal(covered)
                    }
                }
            }
            CoverageLine {
                width: parent.width
                visible: written.count === 0 && run.ended && run.service.coverage.sectionsTotal > 0
                coverage: run.service.coverage
                kept: ""
                onOpenWanted: path => run.openPlace(path)
            }
            NewestSection {
                width: parent.width
                visible: written.count === 0 && sectionModel.count > 0 && !run.ended
                section: sectionModel.newest
            }
            SourceList {
                width: parent.width
                visible: run.done && run.service.sources.length > 0
                sources: run.service.sources
                onPageWanted: source => run.showSource(source)
            }
            Loader {
                width: parent.width
                active: !run.wide && run.hasSections
                visible: active
                sourceComponent: SectionList {
                    height: Math.min(wantedHeight, Theme.px(420))
                    sections: sectionModel
                    service: run.service
                    onPageWanted: source => run.showSource(source)
                }
            }
        }
    }
    Loader {
        id: side
        anchors.right: parent.right
        width: Math.min(Theme.px(340), run.width * 0.38)
        height: parent.height - Theme.px(24)
        active: run.wide && run.hasSections
        sourceComponent: SectionList {
            sections: sectionModel
            service: run.service
            onPageWanted: source => run.showSource(source)
        }
    }
}
