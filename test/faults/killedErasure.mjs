// Deletes a page from a segment as an erasure does, and is killed before the commit: `node killedErasure.mjs FILE PSEUDONYM`.
import Database from "better-sqlite3";

const [file, pseudonym] = process.argv.slice(2);
const database = new Database(file);
for (const pragma of ["cache_size = 1", "cache_spill = 1", "synchronous = FULL", "secure_delete = ON"]) database.pragma(pragma);
database.exec("BEGIN IMMEDIATE");
database.prepare("DELETE FROM page WHERE pseudonym = ?").run(Buffer.from(pseudonym, "hex"));
process.kill(process.pid, "SIGKILL");
