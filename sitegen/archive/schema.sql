-- The archive. Times are ISO 8601 in UTC. Tables `conversation`, `message`, `attachment` and `import` are meant
-- to be read by other tools too (sqlite3, Datasette); `record` is the truth that they are derived from.

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- One export that was merged; `id` is the beginning of its fingerprint, `reader` the source of the reader that read it. `made` is the date of the export itself, never
-- of the import. `new`, `changed`, `unchanged` and `gone` count conversations against the exports made before it,
-- whenever those were imported.
CREATE TABLE import (
  id TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL,
  reader TEXT NOT NULL,
  generation TEXT NOT NULL,
  export_name TEXT NOT NULL,
  account TEXT NOT NULL,
  complete INTEGER NOT NULL,
  made TEXT,
  imported TEXT NOT NULL,
  found INTEGER NOT NULL DEFAULT 0,
  new INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0,
  gone INTEGER NOT NULL DEFAULT 0,
  unreadable INTEGER NOT NULL DEFAULT 0,
  attachments INTEGER NOT NULL DEFAULT 0,
  attachments_missing INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- The provider's own bytes of each conversation, once for each different state, compressed with zlib. `source` is that
-- of the reader that reads them; `conversation` is the key that the provider's id gives (conversation.record_key).
CREATE TABLE record (
  hash TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  conversation TEXT NOT NULL,
  place TEXT NOT NULL,
  context TEXT NOT NULL,
  raw BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX record_conversation ON record (conversation);

-- Which import held which record.
CREATE TABLE sighting (
  record TEXT NOT NULL REFERENCES record (hash),
  import TEXT NOT NULL REFERENCES import (id),
  PRIMARY KEY (record, import)
) WITHOUT ROWID;

-- What could not be read, with its bytes where they could be had.
CREATE TABLE problem (
  import TEXT NOT NULL REFERENCES import (id),
  position INTEGER NOT NULL,
  place TEXT NOT NULL,
  reason TEXT NOT NULL,
  context TEXT NOT NULL,
  raw BLOB NOT NULL,
  PRIMARY KEY (import, position)
) WITHOUT ROWID;

-- Parts of records that the reader didn't know: kept in the conversation, counted here.
CREATE TABLE unknown (
  import TEXT NOT NULL REFERENCES import (id),
  type TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (import, type)
) WITHOUT ROWID;

-- `content` is the whole conversation as JSON, compressed with zlib. `gone` is the import since which it is no longer in
-- its account. `record_key` is its key but where two accounts hold a conversation of the same id.
CREATE TABLE conversation (
  key TEXT PRIMARY KEY,
  record_key TEXT NOT NULL,
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  created TEXT,
  updated TEXT,
  model TEXT NOT NULL,
  project TEXT,
  flags TEXT NOT NULL,
  gone TEXT REFERENCES import (id),
  messages INTEGER NOT NULL,
  content_hash TEXT NOT NULL,
  content BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX conversation_created ON conversation (created);
CREATE INDEX conversation_record_key ON conversation (record_key);

-- What an export changed, against those made before it: "new", "changed" (how, as JSON), "gone", "returned".
CREATE TABLE change (
  import TEXT NOT NULL REFERENCES import (id),
  conversation TEXT NOT NULL REFERENCES conversation (key),
  kind TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (import, conversation, kind)
) WITHOUT ROWID;
CREATE INDEX change_conversation ON change (conversation);

-- `text` is what was said; `steps` is reasoning, tool calls and their results, and texts before an edit. `absent` ones
-- are not in the newest export that holds the conversation.
CREATE TABLE message (
  conversation TEXT NOT NULL REFERENCES conversation (key),
  position INTEGER NOT NULL,
  id TEXT NOT NULL,
  parent TEXT,
  role TEXT NOT NULL,
  model TEXT NOT NULL,
  created TEXT,
  hidden INTEGER NOT NULL,
  absent INTEGER NOT NULL,
  text TEXT NOT NULL,
  steps TEXT NOT NULL,
  PRIMARY KEY (conversation, position)
) WITHOUT ROWID;

-- `hash` names the file under attachments/; NULL while no export has brought the bytes.
CREATE TABLE attachment (
  conversation TEXT NOT NULL REFERENCES conversation (key),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size INTEGER,
  hash TEXT,
  made TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (conversation, id)
) WITHOUT ROWID;
