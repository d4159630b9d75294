-- The seal over all accounts, made with each commit: a start finds a row that was altered, removed or put back.
ALTER TABLE head ADD COLUMN accounts_seal BLOB NOT NULL DEFAULT x'';

-- One B-tree with the names in it, so that reading the accounts in order also proves that each will be found by its name.
CREATE TABLE account_by_name (name BLOB PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO account_by_name (name, state) SELECT name, state FROM account;
DROP TABLE account;
ALTER TABLE account_by_name RENAME TO account;
