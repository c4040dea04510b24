-- SPDX-FileCopyrightText: 2026 The Carrel developers
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Schema 2 of carrel.db: conversations about documents, and what their answers rest on.
-- Released: never edited again. A change is a new file with the next number.

-- Files that were handed to one conversation stand in a collection of its own, which no list shows and which goes with
-- the conversation.
ALTER TABLE collections ADD COLUMN conversation_id INTEGER REFERENCES conversations (id) ON DELETE CASCADE;
CREATE UNIQUE INDEX collections_by_conversation ON collections (conversation_id) WHERE conversation_id IS NOT NULL;

-- What a conversation is about besides: collections, or single files of them. Named by uuid, so that a collection may go
-- and come back. Paths are the file system's bytes.
CREATE TABLE conversation_documents (
    id INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    collection_uuid TEXT NOT NULL,
    path TEXT NOT NULL DEFAULT '', -- empty: the whole collection
    name TEXT NOT NULL,            -- as it was called then
    attached_ms INTEGER NOT NULL,
    UNIQUE (conversation_id, collection_uuid, path)
) STRICT;

-- What an answer was given of its conversation's documents. The passages stand in citations.
CREATE TABLE answer_grounding (
    message_id INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    mode TEXT NOT NULL CHECK (mode IN ('first', 'only')), -- documents first, or only from documents
    material TEXT NOT NULL CHECK (material IN ('nothing', 'passages', 'whole')),
    refused INTEGER NOT NULL CHECK (refused IN (0, 1)), -- the model was not asked; citations are the nearest passages
    checked INTEGER NOT NULL CHECK (checked IN (0, 1)), -- answer_sentences says all there is to say
    documents_total INTEGER NOT NULL,    -- files that the question was about
    documents_searched INTEGER NOT NULL, -- of these, had text that could be searched then
    documents_waiting INTEGER NOT NULL,  -- of these, were still to be read
    words_only INTEGER NOT NULL CHECK (words_only IN (0, 1)), -- not searched by meaning
    details_json TEXT NOT NULL
) STRICT;

-- Sentences of an answer, and whether its passages bear them out.
CREATE TABLE answer_sentences (
    message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    start_byte INTEGER NOT NULL,
    end_byte INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    cited BLOB NOT NULL, -- ordinals of citations, int32, little endian
    reason TEXT NOT NULL, -- technical English, never text of the document
    PRIMARY KEY (message_id, start_byte)
) STRICT, WITHOUT ROWID;

ALTER TABLE citations ADD COLUMN last_page INTEGER NOT NULL DEFAULT 0;
ALTER TABLE citations ADD COLUMN page_label TEXT NOT NULL DEFAULT ''; -- as people call the page; empty: they do not
ALTER TABLE citations ADD COLUMN heading TEXT NOT NULL DEFAULT '';
ALTER TABLE citations ADD COLUMN similarity REAL NOT NULL DEFAULT 0;  -- with the question; 0: not found by meaning
ALTER TABLE citations ADD COLUMN rerank_score REAL;                   -- NULL: no reranker looked at it
ALTER TABLE citations ADD COLUMN instructs INTEGER NOT NULL DEFAULT 0 CHECK (instructs IN (0, 1)); -- reads like orders
