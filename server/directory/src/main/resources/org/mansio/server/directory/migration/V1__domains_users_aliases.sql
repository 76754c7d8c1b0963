-- One text for SQLite and PostgreSQL. Octets are base64 text, since the two name and bind binary columns differently.
-- Domains are lower-case A-labels; local parts are NFC, lower case.

CREATE TABLE domains (
  name TEXT NOT NULL PRIMARY KEY
);

CREATE TABLE users (
  domain TEXT NOT NULL REFERENCES domains (name),
  local_part TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  PRIMARY KEY (domain, local_part)
);

CREATE TABLE scram_verifiers (
  domain TEXT NOT NULL,
  local_part TEXT NOT NULL,
  hash TEXT NOT NULL,
  salt TEXT NOT NULL,
  iterations INTEGER NOT NULL,
  stored_key TEXT NOT NULL,
  server_key TEXT NOT NULL,
  PRIMARY KEY (domain, local_part, hash),
  FOREIGN KEY (domain, local_part) REFERENCES users (domain, local_part) ON DELETE CASCADE
);

CREATE TABLE aliases (
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  PRIMARY KEY (source, kind, target)
);

CREATE INDEX aliases_by_kind ON aliases (kind);
