-- SPDX-FileCopyrightText: 2026 The Carrel developers
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Schema 3 of carrel.db: the library of models.
-- Released: never edited again. A change is a new file with the next number.

-- A row is on the list, or it is there for the answers it gave: used once by its path, or taken off the list.
ALTER TABLE models ADD COLUMN listed INTEGER NOT NULL DEFAULT 0 CHECK (listed IN (0, 1));
-- What settings and people call the model; it stays when the file moves. Empty: it never was on the list.
ALTER TABLE models ADD COLUMN slug TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN purpose TEXT NOT NULL DEFAULT '';   -- chat, embedding, reranking, adapter; empty: unknown
ALTER TABLE models ADD COLUMN inode INTEGER NOT NULL DEFAULT 0;   -- of the first file; the 64 bits of an unsigned number
ALTER TABLE models ADD COLUMN missing_ms INTEGER NOT NULL DEFAULT 0; -- since when its file is not there; 0: it is
-- Not there either is the folder it lay in: a drive that is not connected, more often than a deleted file.
ALTER TABLE models ADD COLUMN folder_missing INTEGER NOT NULL DEFAULT 0 CHECK (folder_missing IN (0, 1));
-- The file that was there before the one that is there now, until somebody has accepted the change. 0: none.
ALTER TABLE models ADD COLUMN previous_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN previous_modified_ms INTEGER NOT NULL DEFAULT 0;
-- What its source says that the file's hash is, and who says it.
ALTER TABLE models ADD COLUMN promised_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN promised_by TEXT NOT NULL DEFAULT '';
-- The last whole check of the file: when, and what came of it: sound, changed, damaged, or empty for none.
ALTER TABLE models ADD COLUMN checked_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE models ADD COLUMN check_result TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN check_detail TEXT NOT NULL DEFAULT ''; -- technical English
-- What it took when it was loaded here, a JSON list, the latest first.
ALTER TABLE models ADD COLUMN memory_json TEXT NOT NULL DEFAULT '[]';
-- Where its files lie in the desktop's trash, a JSON list of pairs: where they were, where they are.
ALTER TABLE models ADD COLUMN trashed_json TEXT NOT NULL DEFAULT '[]';

-- How fast a model was here, summed over answers; old ones count less and less.
CREATE TABLE model_speeds (
    model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    device TEXT NOT NULL, -- its name, as records of answers have it
    prefill_tokens INTEGER NOT NULL,
    prefill_ms REAL NOT NULL,
    decode_tokens INTEGER NOT NULL,
    decode_ms REAL NOT NULL,
    measured_ms INTEGER NOT NULL,
    PRIMARY KEY (model_id, device)
) STRICT, WITHOUT ROWID;
INSERT INTO model_speeds (model_id, device, prefill_tokens, prefill_ms, decode_tokens, decode_ms, measured_ms)
SELECT models.id, device, sum(max(prompt_count - cached_tokens, 0)), sum(prefill_ms), sum(max(generated_count - 1, 0)),
       sum(decode_ms), max(messages.finished_ms)
FROM answer_records
JOIN messages ON messages.id = answer_records.message_id
JOIN models ON models.sha256 = answer_records.model_sha256
WHERE answer_records.model_sha256 <> '' AND device <> ''
GROUP BY models.id, device;

-- Folders whose models are on the list by themselves.
CREATE TABLE model_folders (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    added_ms INTEGER NOT NULL
) STRICT;

-- Which models an adapter was compared with, and whether it can change them. Rows go when either file changes.
CREATE TABLE adapter_fits (
    adapter_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    fits INTEGER NOT NULL CHECK (fits IN (0, 1)),
    PRIMARY KEY (adapter_id, model_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX adapter_fits_by_model ON adapter_fits (model_id);
