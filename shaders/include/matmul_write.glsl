// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The end of both tiled kernels: every invocation writes its results that lie inside the matrix.
    [[unroll]] for (uint c = 0; c < kPerColumns; ++c) {
        const uint column = columnFirst + tileColumn(c);
        if (column >= batchRows()) {
            continue;
        }
        [[unroll]] for (uint r = 0; r < kPerRows; r += 2) {
            const uint row = rowFirst + tileRow(r);
            const uint at = r * kPerColumns + c;
            if ((kEpilogue & kEpilogueGlu) != 0) {
                if (row < push.rows) {
                    writeGlu(row, column, sums[at], sums[at + kPerColumns]);
                }
                continue;
            }
            if (row < push.rows) {
                writeResult(row, column, sums[at]);
            }
            if (row + 1u < push.rows) {
                writeResult(row + 1u, column, sums[at + kPerColumns]);
            }
        }
    }
