-- The log: entries in order, full hash tiles, and the one head that a commit compares and swaps.
CREATE TABLE head (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  size INTEGER NOT NULL,
  checkpoint TEXT NOT NULL,
  governance_seal BLOB NOT NULL
) STRICT;
CREATE TABLE entry (position INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE tile (level INTEGER NOT NULL, number INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (level, number)) STRICT;
-- The positions of governance entries, so that a start reads these and not every answer.
CREATE TABLE governance (position INTEGER PRIMARY KEY) STRICT;

-- Sealed answers, found again by the requester's own token for the query (issuer and jti).
CREATE TABLE answer (position INTEGER PRIMARY KEY, token BLOB NOT NULL UNIQUE, sealed BLOB NOT NULL) STRICT;

-- Disclosure accounts under keyed names.
CREATE TABLE account (name BLOB NOT NULL UNIQUE, state TEXT NOT NULL) STRICT;

-- Public texts by digest: approved computations, policies.
CREATE TABLE document (digest TEXT NOT NULL UNIQUE, body BLOB NOT NULL) STRICT;

-- The segment files that make up each dataset: one for each epoch that wrote to it.
CREATE TABLE segment (dataset TEXT NOT NULL, epoch INTEGER NOT NULL, PRIMARY KEY (dataset, epoch)) STRICT;
