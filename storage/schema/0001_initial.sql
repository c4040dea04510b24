-- SPDX-FileCopyrightText: 2026 The Carrel developers
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Schema 1 of carrel.db: what cannot be made again. Times are milliseconds since 1970 (UTC).
-- Released: never edited again. A change is a new file with the next number.

-- What a program must know before it touches anything else.
-- min_reader: the oldest schema version whose program can read this file.
CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta (key, value) VALUES ('min_reader', '1');

CREATE TABLE folders (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    -- Removing a folder moves its contents up first (ConversationStore), so nothing may be left here.
    parent_id INTEGER REFERENCES folders (id) ON DELETE RESTRICT,
    name TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX folders_by_parent ON folders (parent_id, position);

-- A removed model keeps its row for the answers it gave; removed_ms says so.
CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL,
    size_bytes INTEGER NOT NULL DEFAULT 0,
    file_modified_ms INTEGER NOT NULL DEFAULT 0,
    header_json TEXT NOT NULL DEFAULT '{}',
    source TEXT NOT NULL DEFAULT '',
    added_ms INTEGER NOT NULL,
    last_used_ms INTEGER NOT NULL DEFAULT 0,
    removed_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX models_by_hash ON models (sha256) WHERE sha256 <> '';

CREATE TABLE collections (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    embedder_sha256 TEXT NOT NULL DEFAULT '',
    sources_json TEXT NOT NULL DEFAULT '[]',
    created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE assistants (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    picture TEXT NOT NULL DEFAULT '',
    instructions TEXT NOT NULL DEFAULT '',
    model_id INTEGER REFERENCES models (id) ON DELETE SET NULL,
    adapters_json TEXT NOT NULL DEFAULT '[]',
    sampling_json TEXT NOT NULL DEFAULT '{}',
    is_default INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1)),
    position INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX assistants_one_default ON assistants (is_default) WHERE is_default = 1;
CREATE INDEX assistants_by_model ON assistants (model_id);
CREATE TRIGGER assistants_keep_default BEFORE DELETE ON assistants WHEN old.is_default = 1
BEGIN
    SELECT raise(ABORT, 'the default assistant cannot be removed');
END;
-- The same UUID everywhere, so that restoring an export meets the built-in assistant instead of doubling it.
-- Without instructions a template may bring its own, which small models follow worse than this sentence.
INSERT INTO assistants (uuid, name, instructions, is_default, created_ms, updated_ms)
VALUES ('00000000-0000-7000-8000-000000000001', 'Carrel', 'You are an AI assistant.', 1, 0, 0);

CREATE TABLE assistant_collections (
    assistant_id INTEGER NOT NULL REFERENCES assistants (id) ON DELETE CASCADE,
    collection_id INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (assistant_id, collection_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX assistant_collections_by_collection ON assistant_collections (collection_id);

CREATE TABLE conversations (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL DEFAULT '',
    pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
    folder_id INTEGER REFERENCES folders (id) ON DELETE SET NULL,
    assistant_id INTEGER REFERENCES assistants (id) ON DELETE SET NULL,
    model_id INTEGER REFERENCES models (id) ON DELETE SET NULL,
    -- End of the path shown. NULL: no message yet.
    active_leaf_id INTEGER REFERENCES messages (id) ON DELETE SET NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    trashed_ms INTEGER
) STRICT;
CREATE INDEX conversations_by_time ON conversations (updated_ms, id) WHERE trashed_ms IS NULL;
CREATE INDEX conversations_by_pin ON conversations (pinned, updated_ms, id) WHERE trashed_ms IS NULL;
CREATE INDEX conversations_by_folder ON conversations (folder_id, pinned, updated_ms, id);
CREATE INDEX conversations_in_trash ON conversations (trashed_ms, id) WHERE trashed_ms IS NOT NULL;
CREATE INDEX conversations_by_leaf ON conversations (active_leaf_id);
CREATE INDEX conversations_by_assistant ON conversations (assistant_id);
CREATE INDEX conversations_by_model ON conversations (model_id);

CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    -- Not CASCADE: a long conversation is a deep chain, and foreign key actions nest at most 1,000 deep. All messages of
    -- a conversation go in one statement, at the end of which this holds again.
    -- A parent is older than its children: no damage or foreign file can make a circle.
    parent_id INTEGER REFERENCES messages (id) ON DELETE NO ACTION CHECK (parent_id < id),
    -- Order among the messages with the same parent: 1, 2, 3 …
    sibling INTEGER NOT NULL CHECK (sibling >= 1),
    -- The sibling number of the child last shown, 0: none. A hint; the truth is conversations.active_leaf_id.
    shown_child INTEGER NOT NULL DEFAULT 0,
    role TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant', 'tool')),
    state TEXT NOT NULL CHECK (state IN ('complete', 'streaming', 'interrupted', 'stopped', 'failed')),
    content TEXT NOT NULL DEFAULT '',
    thinking TEXT NOT NULL DEFAULT '',
    thinking_ms INTEGER NOT NULL DEFAULT 0,
    error_code TEXT NOT NULL DEFAULT '',
    error_detail TEXT NOT NULL DEFAULT '',
    created_ms INTEGER NOT NULL,
    finished_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX messages_by_parent ON messages (parent_id, sibling) WHERE parent_id IS NOT NULL;
CREATE UNIQUE INDEX messages_first ON messages (conversation_id, sibling) WHERE parent_id IS NULL;
CREATE INDEX messages_by_conversation ON messages (conversation_id);
CREATE INDEX messages_streaming ON messages (state) WHERE state = 'streaming';

-- What was generated since the last tick, until the answer ends and takes it in.
CREATE TABLE answer_journal (
    message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL CHECK (sequence >= 0),
    tokens BLOB NOT NULL,   -- int32, little endian
    text BLOB NOT NULL,     -- UTF-8
    thinking BLOB NOT NULL, -- UTF-8
    written_ms INTEGER NOT NULL,
    PRIMARY KEY (message_id, sequence)
) STRICT, WITHOUT ROWID;

-- How an answer came about. Integer lists are int32, little endian.
CREATE TABLE answer_records (
    message_id INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    model_sha256 TEXT NOT NULL,
    model_name TEXT NOT NULL,
    model_path TEXT NOT NULL,
    template_sha256 TEXT NOT NULL,
    adapters_json TEXT NOT NULL,
    sampling_json TEXT NOT NULL,
    seed INTEGER NOT NULL, -- the 64 bits of an unsigned number
    engine_version TEXT NOT NULL,
    device TEXT NOT NULL,
    backend TEXT NOT NULL,
    instruction_set TEXT NOT NULL,
    threads INTEGER NOT NULL,
    context_tokens INTEGER NOT NULL,
    batch_boundaries BLOB NOT NULL,
    -- The prompt is the first prompt_base_tokens of (prompt ++ generated) of the answer prompt_base_id, an ancestor,
    -- followed by prompt_tokens: a long chat would else store its whole text once per turn.
    -- prompt_check is FNV-1a 64 over the whole prompt's bytes.
    prompt_base_id INTEGER REFERENCES answer_records (message_id) ON DELETE NO ACTION,
    prompt_base_tokens INTEGER NOT NULL,
    prompt_tokens BLOB NOT NULL,
    prompt_check INTEGER NOT NULL,
    prompt_count INTEGER NOT NULL,
    generated_tokens BLOB NOT NULL,
    generated_count INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    load_ms REAL NOT NULL,
    prefill_ms REAL NOT NULL,
    first_token_ms REAL NOT NULL,
    decode_ms REAL NOT NULL,
    total_ms REAL NOT NULL,
    finish_reason TEXT NOT NULL,
    details_json TEXT NOT NULL
) STRICT;
CREATE INDEX answer_records_without_hash ON answer_records (model_path) WHERE model_sha256 = '';
CREATE INDEX answer_records_by_base ON answer_records (prompt_base_id) WHERE prompt_base_id IS NOT NULL;

-- Names a document by collection and content hash: rows of index.db come and go. Keeps its own text.
CREATE TABLE citations (
    id INTEGER PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    collection_uuid TEXT NOT NULL,
    document_sha256 TEXT NOT NULL,
    document_name TEXT NOT NULL,
    page INTEGER NOT NULL,
    start_byte INTEGER NOT NULL,
    end_byte INTEGER NOT NULL,
    text TEXT NOT NULL,
    lexical_rank INTEGER NOT NULL,
    dense_rank INTEGER NOT NULL,
    score REAL NOT NULL,
    used INTEGER NOT NULL CHECK (used IN (0, 1)),
    UNIQUE (message_id, ordinal)
) STRICT;

CREATE TABLE conversation_settings (
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (conversation_id, key)
) STRICT, WITHOUT ROWID;

-- conversation_id NULL: the page of a new chat.
CREATE TABLE drafts (
    id INTEGER PRIMARY KEY,
    conversation_id INTEGER REFERENCES conversations (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    updated_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX drafts_by_conversation ON drafts (ifnull(conversation_id, 0));
CREATE INDEX drafts_cascade ON drafts (conversation_id);

CREATE TABLE network_ledger (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- numbers are never used twice: a gap shows
    at_ms INTEGER NOT NULL,
    method TEXT NOT NULL,
    url TEXT NOT NULL,
    purpose TEXT NOT NULL,
    bytes_sent INTEGER NOT NULL DEFAULT 0,
    bytes_received INTEGER NOT NULL DEFAULT 0,
    status INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT ''
) STRICT;

-- Search. The indexes hold words only; the text stays in the tables above.
-- secure-delete: words of deleted rows leave the index at once instead of at the next merge.
CREATE VIRTUAL TABLE message_index USING fts5 (
    content, content = 'messages', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO message_index (message_index, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER messages_index_insert AFTER INSERT ON messages
BEGIN
    INSERT INTO message_index (rowid, content) VALUES (new.id, new.content);
END;
CREATE TRIGGER messages_index_delete AFTER DELETE ON messages
BEGIN
    INSERT INTO message_index (message_index, rowid, content) VALUES ('delete', old.id, old.content);
END;
CREATE TRIGGER messages_index_update AFTER UPDATE OF content ON messages
BEGIN
    INSERT INTO message_index (message_index, rowid, content) VALUES ('delete', old.id, old.content);
    INSERT INTO message_index (rowid, content) VALUES (new.id, new.content);
END;

CREATE VIRTUAL TABLE title_index USING fts5 (
    title, content = 'conversations', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO title_index (title_index, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER conversations_index_insert AFTER INSERT ON conversations
BEGIN
    INSERT INTO title_index (rowid, title) VALUES (new.id, new.title);
END;
CREATE TRIGGER conversations_index_delete AFTER DELETE ON conversations
BEGIN
    INSERT INTO title_index (title_index, rowid, title) VALUES ('delete', old.id, old.title);
END;
CREATE TRIGGER conversations_index_update AFTER UPDATE OF title ON conversations
BEGIN
    INSERT INTO title_index (title_index, rowid, title) VALUES ('delete', old.id, old.title);
    INSERT INTO title_index (rowid, title) VALUES (new.id, new.title);
END;
