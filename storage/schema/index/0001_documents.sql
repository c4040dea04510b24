-- SPDX-FileCopyrightText: 2026 The Carrel developers
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Schema 1 of index.db: what can be made again from the files that collections name. A program that finds a file of another
-- version makes it anew. Times are milliseconds since 1970 (UTC), offsets are bytes.

-- A content, however many files hold it. Named by its hash: rows come and go, a hash stays.
CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    size_bytes INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'reading', 'read', 'partial', 'scanned', 'encrypted',
                                         'unsupported', 'too_large', 'malformed', 'failed')),
    reason TEXT NOT NULL DEFAULT '',       -- technical English, never text of the document
    attempts INTEGER NOT NULL DEFAULT 0,   -- what speaks against it, see DocumentStore::kMostAttempts
    reader_version INTEGER NOT NULL DEFAULT 0,
    format TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT '',
    author TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    numbered INTEGER NOT NULL DEFAULT 0 CHECK (numbered IN (0, 1)),
    page_count INTEGER NOT NULL DEFAULT 0,
    pages_with_text INTEGER NOT NULL DEFAULT 0,
    word_count INTEGER NOT NULL DEFAULT 0,
    token_count INTEGER NOT NULL DEFAULT 0,
    passage_count INTEGER NOT NULL DEFAULT 0,
    notices_json TEXT NOT NULL DEFAULT '[]',
    read_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX documents_by_state ON documents (state);

-- A file that a collection holds. document_id NULL: its content was not looked at yet.
CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    collection_uuid TEXT NOT NULL,
    path TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    presence TEXT NOT NULL DEFAULT 'present' CHECK (presence IN ('present', 'offline', 'unreadable')),
    document_id INTEGER REFERENCES documents (id) ON DELETE SET NULL,
    added_ms INTEGER NOT NULL,
    UNIQUE (collection_uuid, path)
) STRICT;
CREATE INDEX files_by_document ON files (document_id);
CREATE INDEX files_unknown ON files (id) WHERE document_id IS NULL;

-- The document's text is its pages' texts, each followed by one form feed; text_begin is where a page's begins in it.
CREATE TABLE pages (
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    number INTEGER NOT NULL, -- from 0
    label TEXT NOT NULL,
    width REAL NOT NULL,
    height REAL NOT NULL,
    recognised INTEGER NOT NULL CHECK (recognised IN (0, 1)), -- read from a picture
    confidence INTEGER NOT NULL,
    text_begin INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (document_id, number)
) STRICT, WITHOUT ROWID;

-- Headings and what stands under them. Section 0 is what comes before the first heading.
CREATE TABLE sections (
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    parent INTEGER, -- number of the section around it
    level INTEGER NOT NULL,
    title TEXT NOT NULL,
    first_page INTEGER NOT NULL,
    text_begin INTEGER NOT NULL,
    text_end INTEGER NOT NULL, -- before its first subsection
    token_count INTEGER NOT NULL,
    PRIMARY KEY (document_id, number)
) STRICT, WITHOUT ROWID;

-- heading: title and headings above the passage. boxes: page, left, top, right, bottom as f32 per line of text.
CREATE TABLE passages (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    number INTEGER NOT NULL, -- neighbours have the numbers before and after
    section INTEGER NOT NULL,
    first_page INTEGER NOT NULL,
    last_page INTEGER NOT NULL,
    text_begin INTEGER NOT NULL,
    text_end INTEGER NOT NULL,
    token_count INTEGER NOT NULL,
    heading TEXT NOT NULL,
    text TEXT NOT NULL,
    boxes BLOB NOT NULL,
    UNIQUE (document_id, number)
) STRICT;

-- secure-delete: words of deleted rows leave the index at once instead of at the next merge.
CREATE VIRTUAL TABLE passage_words USING fts5 (
    heading, text, content = 'passages', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
);
INSERT INTO passage_words (passage_words, rank) VALUES ('secure-delete', 1);
-- For scripts without spaces and for parts of words. Without positions: a match is looked up in the text.
CREATE VIRTUAL TABLE passage_trigrams USING fts5 (
    text, content = 'passages', content_rowid = 'id', tokenize = 'trigram', detail = 'none'
);
INSERT INTO passage_trigrams (passage_trigrams, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER passages_insert AFTER INSERT ON passages
BEGIN
    INSERT INTO passage_words (rowid, heading, text) VALUES (new.id, new.heading, new.text);
    INSERT INTO passage_trigrams (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER passages_delete AFTER DELETE ON passages
BEGIN
    INSERT INTO passage_words (passage_words, rowid, heading, text) VALUES ('delete', old.id, old.heading, old.text);
    INSERT INTO passage_trigrams (passage_trigrams, rowid, text) VALUES ('delete', old.id, old.text);
END;

CREATE TABLE embedders (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    width INTEGER NOT NULL CHECK (width > 0)
) STRICT;

-- The documents of which every passage has its vectors.
CREATE TABLE embedded (
    embedder_id INTEGER NOT NULL REFERENCES embedders (id) ON DELETE CASCADE,
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    PRIMARY KEY (embedder_id, document_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX embedded_by_document ON embedded (document_id);

-- A passage longer than what the embedder was trained on has a vector for each of its windows. Of unit length:
-- codes are int8 to be multiplied by scale; halves the same in f16, little endian, apart because they are rarely read.
CREATE TABLE vectors (
    embedder_id INTEGER NOT NULL REFERENCES embedders (id) ON DELETE CASCADE,
    passage_id INTEGER NOT NULL REFERENCES passages (id) ON DELETE CASCADE,
    window INTEGER NOT NULL,
    scale REAL NOT NULL,
    codes BLOB NOT NULL,
    PRIMARY KEY (embedder_id, passage_id, window)
) STRICT, WITHOUT ROWID;
CREATE INDEX vectors_by_passage ON vectors (passage_id);
CREATE TABLE vector_halves (
    embedder_id INTEGER NOT NULL,
    passage_id INTEGER NOT NULL,
    window INTEGER NOT NULL,
    halves BLOB NOT NULL,
    PRIMARY KEY (embedder_id, passage_id, window),
    FOREIGN KEY (embedder_id, passage_id, window) REFERENCES vectors (embedder_id, passage_id, window)
        ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
