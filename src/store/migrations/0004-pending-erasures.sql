-- Erasures that are in the log and whose pages may still lie in segment files: sealed, until they are gone.
CREATE TABLE pending_erasure (sealed BLOB NOT NULL) STRICT;
