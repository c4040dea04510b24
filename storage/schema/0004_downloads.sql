-- SPDX-FileCopyrightText: 2026 The Carrel developers
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Schema 4 of carrel.db: downloads, and how far each of them has been checked.
-- Released: never edited again. A change is a new file with the next number.

CREATE TABLE downloads (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    address TEXT NOT NULL,
    mirrors_json TEXT NOT NULL DEFAULT '[]', -- further addresses of the same file
    folder TEXT NOT NULL,
    file_name TEXT NOT NULL,
    expected_bytes INTEGER NOT NULL DEFAULT 0, -- 0: not known before the download
    expected_sha256 TEXT NOT NULL DEFAULT '',  -- empty: not known before the download
    sha256_source TEXT NOT NULL DEFAULT '',    -- who says so: 'catalogue', 'hub', 'user'
    catalogue_id TEXT NOT NULL DEFAULT '',
    licence_id TEXT NOT NULL DEFAULT '',
    licence_text BLOB NOT NULL DEFAULT x'',    -- as it was shown before the download
    purpose TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('waiting', 'paused', 'done', 'failed', 'cancelled')),
    -- Of the file that the server has: a difference means that it is another file.
    source INTEGER NOT NULL DEFAULT 0,         -- 0: address, n: mirror n
    validator TEXT NOT NULL DEFAULT '',        -- entity tag or date of last change
    total_bytes INTEGER NOT NULL DEFAULT 0,
    sha256 TEXT NOT NULL DEFAULT '',           -- of the finished file
    error_code TEXT NOT NULL DEFAULT '',
    error_detail TEXT NOT NULL DEFAULT '',
    created_ms INTEGER NOT NULL,
    finished_ms INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The SHA-256 of all bytes before an offset: what lies on the disk is compared with it when the download goes on.
CREATE TABLE download_checkpoints (
    download_id INTEGER NOT NULL REFERENCES downloads (id) ON DELETE CASCADE,
    end_byte INTEGER NOT NULL CHECK (end_byte > 0),
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    PRIMARY KEY (download_id, end_byte)
) STRICT, WITHOUT ROWID;
