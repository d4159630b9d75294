-- For a subject that wants to know who asked about it: the answers by 17 bits of its keyed name, see askingKey.ts.
CREATE TABLE asking (key INTEGER PRIMARY KEY) STRICT;

-- Sealed reports to subjects, found again by the token that each replied to.
CREATE TABLE report (token BLOB PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;
