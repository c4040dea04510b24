// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtTest
import Carrel.Style

TestCase {
    id: test

    name: "Theme"

    function cleanup(): void {
        Theme.scheme = Theme.System;
        Theme.highContrast = false;
        Theme.scale = 1;
        Theme.reducedMotion = false;
    }

    function channel(value: real): real {
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
    function luminance(c: color): real {
        return 0.2126 * channel(c.r) + 0.7152 * channel(c.g) + 0.0722 * channel(c.b);
    }
    /// WCAG 2 contrast of two opaque colours.
    function contrast(a: color, b: color): real {
        const x = luminance(a), y = luminance(b);
        return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
    }

    function test_contrast_data(): var {
        const rows = [];
        for (const dark of [false, true])
            for (const high of [false, true])
                rows.push({
                    tag: (dark ? "dark" : "light") + (high ? ", high contrast" : ""),
                    dark: dark,
                    high: high
                });
        return rows;
    }
    function test_contrast(data: var): void {
        Theme.scheme = data.dark ? Theme.Dark : Theme.Light;
        Theme.highContrast = data.high;
        compare(Theme.dark, data.dark);
        const grounds = {
            paper: Theme.paper,
            surface: Theme.surface,
            fill: Theme.fill,
            codePaper: Theme.codePaper
        };
        const pairs = [];
        for (const ground of ["paper", "surface", "fill", "codePaper"]) {
            for (const text of ["ink", "quiet", "accent"])
                pairs.push([text, Theme[text], ground, grounds[ground]]);
        }
        for (const ground of ["paper", "surface"]) {
            for (const text of ["warn", "stop"])
                pairs.push([text, Theme[text], ground, grounds[ground]]);
        }
        for (const text of ["codeKeyword", "codeString", "codeNumber", "codeFunction", "codeComment", "codeType"])
            pairs.push([text, Theme[text], "codePaper", Theme.codePaper]);
        pairs.push(["accentInk", Theme.accentInk, "accent", Theme.accent], ["accentInk", Theme.accentInk, "accentHover", Theme.accentHover]);
        pairs.push(["accent", Theme.accent, "accentSoft", Theme.accentSoft], ["warn", Theme.warn, "warnSoft", Theme.warnSoft]);
        pairs.push(["stop", Theme.stop, "stopSoft", Theme.stopSoft], ["ink", Theme.ink, "selection", Theme.selection]);
        pairs.push(["ink", Theme.ink, "found", Theme.found], ["paper", Theme.paper, "ink", Theme.ink]);
        const wanted = data.high ? 7 : 4.5;
        for (const [text, a, ground, b] of pairs) {
            const ratio = contrast(a, b);
            const needed = ["accentInk", "accent", "warn", "stop"].includes(text) || text.startsWith("code") ? 4.5 : wanted;
            verify(ratio >= needed, `${text} on ${ground}: ${ratio.toFixed(2)} < ${needed}`);
        }
    }

    function test_followsTheSystem(): void {
        Theme.scheme = Theme.System;
        compare(Theme.dark, Application.styleHints.colorScheme === Qt.ColorScheme.Dark);
    }

    function test_scale(): void {
        const body = Theme.body;
        Theme.scale = 2;
        compare(Theme.body, 2 * body);
        Theme.scale = 0.8;
        compare(Theme.body, Math.round(0.8 * body));
    }

    function test_motion(): void {
        verify(Theme.gentle < 160 && Theme.quick < 160);
        Theme.reducedMotion = true;
        compare(Theme.gentle, 0);
        compare(Theme.quick, 0);
    }
}
