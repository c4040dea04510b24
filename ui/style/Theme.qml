// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma Singleton

import QtQuick

/// Every colour, size, radius, duration and font of the window.
QtObject {
    id: theme

    enum Scheme {
        System,
        Light,
        Dark
    }

    /// Set by the shell from the settings.
    property int scheme: Theme.System
    property real scale: 1
    property bool highContrast: false
    property bool reducedMotion: false
    property bool serifReading: false

    readonly property bool dark: scheme === Theme.Dark || (scheme === Theme.System && Application.styleHints.colorScheme === Qt.ColorScheme.Dark)

    // Surfaces
    readonly property color paper: dark ? (highContrast ? "#000000" : "#171613") : (highContrast ? "#ffffff" : "#faf8f4")
    readonly property color surface: dark ? (highContrast ? "#0b0b0a" : "#1f1e1a") : "#ffffff"
    readonly property color fill: dark ? "#2a2823" : "#f1ebe4"
    readonly property color fillStrong: dark ? "#35322c" : "#e7dfd5"
    readonly property color hairline: highContrast ? (dark ? "#8a8577" : "#7d766a") : (dark ? "#33312b" : "#e6e1d8")
    readonly property color outline: highContrast ? (dark ? "#b5ae9f" : "#5c564c") : (dark ? "#423f38" : "#d8d1c5")
    readonly property color shade: dark ? "#a6000000" : "#4d22201c"
    readonly property color shadow: dark ? "#17000000" : "#0722201c"

    // Text
    readonly property color ink: highContrast ? (dark ? "#ffffff" : "#000000") : (dark ? "#ece7dd" : "#22201c")
    readonly property color quiet: highContrast ? (dark ? "#d8d2c5" : "#3d3932") : (dark ? "#a09a8d" : "#6f6a61")

    readonly property color overInk: dark ? "#26171613" : "#33ffffff"

    // Meaning
    readonly property color accent: highContrast ? (dark ? "#a6e3cb" : "#1c4a3a") : (dark ? "#7cc0a6" : "#2f6b57")
    readonly property color accentHover: dark ? "#93d0b8" : "#275a49"
    readonly property color accentInk: dark ? "#171613" : "#ffffff"
    readonly property color accentSoft: dark ? "#1f332b" : "#e8f0eb"
    readonly property color warn: highContrast ? (dark ? "#f0cd85" : "#6b4808") : (dark ? "#d9b15f" : "#8f6210")
    readonly property color warnSoft: dark ? "#332b1a" : "#f7eeda"
    readonly property color stop: highContrast ? (dark ? "#f5a99d" : "#7d2418") : (dark ? "#e08b7d" : "#a33a2c")
    readonly property color stopSoft: dark ? "#382320" : "#f8e9e5"
    readonly property color selection: dark ? "#2f5a4b" : "#cfe3d9"
    readonly property color found: dark ? "#5c4a17" : "#fbe9a9"

    // Pages of documents, which are paper in every light
    readonly property color pagePaper: "#ffffff"
    readonly property color pageInk: "#5c574e"
    readonly property color pageMark: "#fbe28a"

    // Code
    readonly property color codePaper: dark ? "#1b1a17" : "#fdfcfa"
    readonly property color codeInline: dark ? "#2a2823" : "#f1ebe4"
    readonly property color codeKeyword: dark ? "#d68fb0" : "#8b3a62"
    readonly property color codeString: dark ? "#9dc08b" : "#3f6d34"
    readonly property color codeNumber: dark ? "#dba86a" : "#8a5a12"
    readonly property color codeFunction: dark ? "#86b5dc" : "#2a5d8a"
    readonly property color codeComment: dark ? "#948e81" : "#736d63"
    readonly property color codeType: dark ? "#7cc0a6" : "#2f6b57"

    // Colours that only tell things apart: soft grounds, and inks that can be read on them
    readonly property list<color> tintGrounds: dark ? ["#1f332b", "#1e2d3a", "#2c2639", "#382430", "#362c17", "#39261d", "#2a2e33", "#2c2f19"] : ["#e3efe9", "#e3ecf4", "#ece7f4", "#f6e6ec", "#f6ecd6", "#f7e6df", "#e8eaed", "#eceed9"]
    readonly property list<color> tintInks: dark ? ["#7cc0a6", "#86b5dc", "#b7a2e0", "#d68fb0", "#d9b15f", "#dfa07f", "#b3bcc6", "#b9c27a"] : ["#2a6350", "#2a5d8a", "#63488f", "#8b3a62", "#7a5410", "#93431f", "#4a5560", "#55611c"]

    // Sizes, in device-independent pixels at a scale of 100 %
    readonly property real radius: px(10)
    readonly property real radiusSmall: px(7)
    readonly property real hair: 1
    readonly property real columnWidth: px(760)
    readonly property real sidebarWidth: px(248)
    readonly property real paneWidth: px(372)
    readonly property real controlHeight: px(32)
    readonly property real iconSize: px(18)
    readonly property real leading: 1.55
    /// The same as a factor of the font's own line height, as Text takes it.
    readonly property real lines: 1.28

    // Type
    readonly property string family: "Inter"
    readonly property string readingFamily: serifReading ? "Noto Serif" : "Inter"
    readonly property string monoFamily: "JetBrains Mono NL"
    readonly property real tiny: px(11)
    readonly property real small: px(12)
    readonly property real label: px(13)
    readonly property real control: px(14)
    readonly property real body: px(15)
    readonly property real title: px(20)
    readonly property real code: px(13)

    // Time, in milliseconds
    readonly property int quick: reducedMotion ? 0 : 90
    readonly property int gentle: reducedMotion ? 0 : 140

    /// The ground of the colour with that number; they come round again.
    function tintSoft(number: int): color {
        return tintGrounds[Math.max(0, number) % tintGrounds.length];
    }
    function tintInk(number: int): color {
        return highContrast ? ink : tintInks[Math.max(0, number) % tintInks.length];
    }
    /// A length that grows with the scale of the window.
    function px(length: real): real {
        return Math.round(length * scale);
    }
}
