-- The last checkpoint that was cosigned for each origin. A row is never deleted: a witness that forgets a log lets a second view of it in.
CREATE TABLE cosigned (
  origin TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  time INTEGER NOT NULL,
  note TEXT NOT NULL
) STRICT;

-- Two checkpoints of one origin and size with different roots, both signed by the log: proof that it showed two views.
CREATE TABLE split_view (
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  cosigned TEXT NOT NULL,
  other TEXT NOT NULL,
  UNIQUE (origin, size, other)
) STRICT;
