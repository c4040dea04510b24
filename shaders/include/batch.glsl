// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The batch at hand. BATCH_BINDING must be defined.
layout(set = 0, binding = BATCH_BINDING) readonly buffer Batch
{
    BatchParams batch;
    int tokens[];
};

// Rows that this dispatch works on.
uint batchRows()
{
    return kSelectedRows != 0 ? batch.selectedRows : batch.rows;
}
