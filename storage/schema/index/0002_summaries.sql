-- SPDX-FileCopyrightText: 2026 The Carrel developers
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Schema 2 of index.db: what summaries are made of.

-- What a model wrote about a piece of text, or about what other rows say of several. Named by a hash of all that decided
-- it (the model, its settings and every word it was given), so that a row is right wherever the same is asked again.
CREATE TABLE summary_nodes (
    key TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('points', 'merge', 'final')),
    outcome TEXT NOT NULL CHECK (outcome IN ('kept', 'empty', 'loop')),
    text TEXT NOT NULL,
    tokens INTEGER NOT NULL, -- that the model wrote
    cut INTEGER NOT NULL CHECK (cut IN (0, 1)), -- it did not come to an end
    bytes INTEGER NOT NULL,
    used_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX summary_nodes_by_use ON summary_nodes (used_ms, bytes);

-- Whose words went into a node, by the hash of the content.
CREATE TABLE summary_origins (
    node_key TEXT NOT NULL REFERENCES summary_nodes (key) ON DELETE CASCADE,
    document_sha256 TEXT NOT NULL,
    PRIMARY KEY (node_key, document_sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX summary_origins_by_document ON summary_origins (document_sha256);
