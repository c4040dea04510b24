// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtTest
import Carrel.Style

Item {
    id: root

    width: 600
    height: 400

    property int clicks: 0

    Column {
        id: column

        PrimaryButton {
            id: primary
            text: "Go"
            onClicked: root.clicks++
        }
        PlainButton {
            id: plain
            text: "Other"
            iconName: "plus"
            onClicked: root.clicks++
        }
        TextButton {
            id: textButton
            text: "More"
            onClicked: root.clicks++
        }
        IconButton {
            id: iconButton
            name: "Copy"
            iconName: "copy"
            keys: "Ctrl+C"
            onClicked: root.clicks++
        }
        Field {
            id: field
            name: "Title"
            placeholderText: "Name it"
        }
        Toggle {
            id: toggle
            text: "Serif"
        }
        Segments {
            id: segments
            name: "Look"
            options: ["System", "Light", "Dark"]
            onChosen: index => current = index
        }
        LevelSlider {
            id: slider
            name: "Scale"
            from: 80
            to: 200
            stepSize: 10
            value: 100
        }
        ThinBar {
            id: bar
            name: "Context"
            value: 0.25
        }
        Badge {
            id: badge
            text: "Fits"
            tone: Badge.Good
        }
    }

    Toast {
        id: toast
        parent: root
    }
    PopupMenu {
        id: menu
        name: "Actions"
        MenuEntry {
            text: "Rename"
            iconName: "edit"
            note: "F2"
            onTriggered: root.clicks++
        }
        MenuEntry {
            text: "Delete"
            dangerous: true
        }
    }

    TestCase {
        name: "Controls"
        when: windowShown

        function init(): void {
            root.clicks = 0;
        }

        function test_names_data(): var {
            return [
                {
                    tag: "primary",
                    item: primary,
                    name: "Go",
                    role: Accessible.Button
                },
                {
                    tag: "plain",
                    item: plain,
                    name: "Other",
                    role: Accessible.Button
                },
                {
                    tag: "text",
                    item: textButton,
                    name: "More",
                    role: Accessible.Button
                },
                {
                    tag: "icon",
                    item: iconButton,
                    name: "Copy",
                    role: Accessible.Button
                },
                {
                    tag: "field",
                    item: field,
                    name: "Title",
                    role: Accessible.EditableText
                },
                {
                    tag: "toggle",
                    item: toggle,
                    name: "Serif",
                    role: Accessible.CheckBox
                },
                {
                    tag: "segments",
                    item: segments,
                    name: "Look",
                    role: Accessible.Grouping
                },
                {
                    tag: "slider",
                    item: slider,
                    name: "Scale",
                    role: Accessible.Slider
                },
                {
                    tag: "bar",
                    item: bar,
                    name: "Context: 25 %",
                    role: Accessible.ProgressBar
                },
            ];
        }
        function test_names(data: var): void {
            compare(data.item.Accessible.name, data.name);
            compare(data.item.Accessible.role, data.role);
            verify(data.item.objectName.length > 0);
        }

        function test_keyboardPresses_data(): var {
            return [
                {
                    tag: "primary",
                    item: primary
                },
                {
                    tag: "plain",
                    item: plain
                },
                {
                    tag: "text",
                    item: textButton
                },
                {
                    tag: "icon",
                    item: iconButton
                }
            ];
        }
        function test_keyboardPresses(data: var): void {
            data.item.forceActiveFocus(Qt.TabFocusReason);
            verify(data.item.visualFocus);
            keyClick(Qt.Key_Space);
            compare(root.clicks, 1);
            keyClick(Qt.Key_Return);
            compare(root.clicks, 2);
        }

        function test_tabVisitsEverything(): void {
            primary.forceActiveFocus(Qt.TabFocusReason);
            for (const next of [plain, textButton, iconButton, field, toggle]) {
                keyClick(Qt.Key_Tab);
                verify(next.activeFocus, next.objectName);
            }
        }

        function test_segments(): void {
            const dark = findChild(segments, "Dark");
            mouseClick(dark);
            compare(segments.current, 2);
            verify(dark.Accessible.checked);
            keyClick(Qt.Key_Left);
            keyClick(Qt.Key_Space);
            compare(segments.current, 1);
        }

        function test_toastStaysInside_data(): var {
            return [
                {
                    tag: "words",
                    text: "A sentence that is far too long for one line of a narrow window. ".repeat(3)
                },
                {
                    tag: "a path",
                    text: "/data/" + "folder".repeat(40)
                }
            ];
        }
        function test_toastStaysInside(data: var): void {
            toast.show(data.text, "Do something about it");
            tryVerify(() => toast.opened);
            verify(toast.width <= root.width - 16, `${toast.width} of ${root.width}`);
            verify(toast.x >= 8, toast.x);
            verify(toast.contentItem.children[0].lineCount > 1);
            verify(toast.contentItem.children[0].contentWidth <= toast.widest + 1);
            toast.close();
            tryVerify(() => !toast.visible);
        }

        function test_menuByKeyboard(): void {
            menu.popup();
            tryVerify(() => menu.opened);
            keyClick(Qt.Key_Down);
            keyClick(Qt.Key_Return);
            compare(root.clicks, 1);
            tryVerify(() => !menu.visible);
        }
    }
}
