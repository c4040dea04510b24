-- SPDX-FileCopyrightText: 2026 The Carrel developers
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Schema 5 of carrel.db: under which terms a model was downloaded, and models that come in several files.
-- Released: never edited again. A change is a new file with the next number.

ALTER TABLE models ADD COLUMN catalogue_id TEXT NOT NULL DEFAULT '';
-- What applied when it was downloaded, as Carrel's table of licences calls it; empty: unknown, or nobody downloaded it.
ALTER TABLE models ADD COLUMN licence_id TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN licence_text BLOB NOT NULL DEFAULT x''; -- as it was shown before the download

-- The download of the model's first file, which stands for the whole. Empty: this is one.
ALTER TABLE downloads ADD COLUMN part_of INTEGER REFERENCES downloads (id) ON DELETE CASCADE;
CREATE INDEX downloads_by_whole ON downloads (part_of);
