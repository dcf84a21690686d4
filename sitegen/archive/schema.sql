-- The archive. Times are ISO 8601 in UTC. Tables `conversation`, `message`, `attachment` and `import` are meant
-- to be read by other tools too (sqlite3, Datasette); `record` is the truth that they are derived from.

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- One export that was merged. `made` is the date of the export itself, never of the import.
CREATE TABLE import (
  id INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL,
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
  unreadable INTEGER NOT NULL DEFAULT 0,
  attachments INTEGER NOT NULL DEFAULT 0,
  attachments_missing INTEGER NOT NULL DEFAULT 0
);

-- The provider's own bytes of each conversation, once for each different state, compressed with zlib.
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
  import INTEGER NOT NULL REFERENCES import (id),
  PRIMARY KEY (record, import)
) WITHOUT ROWID;

-- What could not be read, with its bytes where they could be had.
CREATE TABLE problem (
  import INTEGER NOT NULL REFERENCES import (id),
  place TEXT NOT NULL,
  reason TEXT NOT NULL,
  raw BLOB NOT NULL
);

-- Parts of records that the reader didn't know: kept in the conversation, counted here.
CREATE TABLE unknown (
  import INTEGER NOT NULL REFERENCES import (id),
  type TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (import, type)
) WITHOUT ROWID;

-- `content` is the whole conversation as JSON, compressed with zlib.
CREATE TABLE conversation (
  key TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  created TEXT,
  updated TEXT,
  model TEXT NOT NULL,
  project TEXT,
  flags TEXT NOT NULL,
  messages INTEGER NOT NULL,
  content_hash TEXT NOT NULL,
  content BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX conversation_created ON conversation (created);

-- `text` is what was said; `steps` is reasoning, tool calls and their results.
CREATE TABLE message (
  conversation TEXT NOT NULL REFERENCES conversation (key),
  position INTEGER NOT NULL,
  id TEXT NOT NULL,
  parent TEXT,
  role TEXT NOT NULL,
  model TEXT NOT NULL,
  created TEXT,
  hidden INTEGER NOT NULL,
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
