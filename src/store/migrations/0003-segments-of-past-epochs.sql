-- A segment belongs to the epochs from the one that wrote it until the one that replaced it; null: it is in force.
ALTER TABLE segment RENAME COLUMN epoch TO since;
ALTER TABLE segment ADD COLUMN until INTEGER;
