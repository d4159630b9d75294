import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { importPrivateKey } from "#crypto";
import { formatBase64Url } from "../../src/bytes/base64.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { asFrostglassError } from "../../src/errors/error.js";
import { formatNote, parseNote, signNote } from "../../src/note/signedNote.js";
import { parseCheckpoint, signCheckpoint } from "../../src/tlog/checkpoint.js";
import { checkConsistency } from "../../src/tlog/merkle.js";
import { type Home, homeAt, segmentPath } from "../../src/vault/home.js";
import { retireLog } from "../../src/vault/log/refill/retiredLog.js";
import { encodeAnswerEntry, encodeEntry, type GovernanceEntry } from "../../src/wire/entry.js";
import { expectLogged, publicReader, readPublicLog } from "../faults/publicLog.js";
import { bank, holder, openNode, parties, policyText, queryOf, type SmallNode, signed, totalAbove } from "../vault/smallNode.js";
import { absent, marked, markedNode, markedRecords, markedSchema, publishMarked, removeHome } from "./marked.js";

/*
 * P2 and P10 against somebody who may write to the holder's disk while the vault is not running, and who has none of its keys. Each row alters a copy
 * of one home, and says where that is found: when the vault starts, at the query that meets it, or by an auditor of the published log.
 */

let original: SmallNode;
const opened: SmallNode[] = [];
let copies = 0;

beforeAll(async () => {
  original = await markedNode(markedRecords(4), policyText({ budgetBits: 5000, ceilingBits: 5000 }));
  const key = formatBase64Url(importPrivateKey(new Uint8Array(32).fill(61)).publicKey.bytes);
  original.run({ act: "add-requester", requester: "cut.example", keys: [key] });
  original.run({ act: "cut-off", requester: "cut.example" });
  // Enough answers that every act of administration so far lies in a full tile, where a start does not hash the entries.
  await Promise.all(Array.from({ length: 300 }, (_, i) => original.vault.submit(ask(original, marked(i % 4)))));
  await publishMarked(original, 2, markedRecords(1));
  await original.vault.submit(ask(original, marked(0)));
  await original.vault.close();
});
afterEach(async () => {
  for (const node of opened.splice(0)) await node.vault.close();
});
afterAll(() => removeHome(original.home));

function ask(node: SmallNode, id: string): string {
  return signed(queryOf(node, { subject: { scheme: "opaque", id } }));
}

function copy(): Home {
  const dir = join(dirname(original.home.dir), `copy-${copies++}`);
  cpSync(original.home.dir, dir, { recursive: true });
  return homeAt(dir);
}

async function open(home: Home): Promise<SmallNode> {
  const node = await openNode(home, original.clock);
  opened.push(node);
  return node;
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "accepted",
    (thrown: unknown) => asFrostglassError(thrown)?.code,
  );

function sql(file: string, statement: string, ...values: unknown[]): void {
  const database = new Database(file);
  const { changes } = database.prepare(statement).run(...values);
  database.close();
  if (changes === 0) throw new Error("the attack changed nothing");
}

function ddl(file: string, statements: string): void {
  const database = new Database(file);
  database.exec(statements);
  database.close();
}

function rowOf<T>(file: string, query: string, ...values: unknown[]): T {
  const database = new Database(file, { readonly: true });
  const row = database.prepare(query).get(...values) as T;
  database.close();
  return row;
}

/** The position of the first entry that holds the text. */
function positionOf(home: Home, text: string): number {
  return rowOf<{ position: number }>(home.database, "SELECT position FROM entry WHERE instr(CAST(body AS TEXT), ?) ORDER BY position", text)
    .position;
}

const lenient = policyText({ budgetBits: 9999, ceilingBits: 9999 });
const easier = totalAbove.replace("[100, 250, 300]", "[0, 250, 300]");
const stranger = importPrivateKey(new Uint8Array(32).fill(66));
const answerEntry = encodeAnswerEntry(`sha256:${"0".repeat(64)}`);

const wide: GovernanceEntry = {
  ...{ entry: "requester-granted/1", at: 1, requester: bank, computation: "total-above", purposes: ["marketing"] },
  ...{ from: 0, until: 2 ** 40 },
};

type Row = [what: string, code: string, attack: (home: Home) => void];

const foundAtStart: Row[] = [
  [
    "a computation's text is swapped under its name",
    "store-damaged",
    (home) => {
      const note = formatNote(easier, [signNote(easier, { name: "risk.bureau.example", privateKey: parties.reviewer })]);
      sql(home.database, "UPDATE document SET body = ? WHERE instr(CAST(body AS TEXT), 'id: total-above')", encodeUtf8(note));
    },
  ],
  [
    "the policy is swapped under its name",
    "store-damaged",
    (home) =>
      sql(home.database, "UPDATE document SET body = ? WHERE instr(CAST(body AS TEXT), 'frostglass: policy/1')", encodeUtf8(lenient)),
  ],
  [
    "a text that the log names is removed",
    "store-damaged",
    (home) => sql(home.database, "DELETE FROM document WHERE instr(CAST(body AS TEXT), 'frostglass: policy/1')"),
  ],
  [
    "a cut-off is taken out of the list of acts",
    "log-damaged",
    (home) => sql(home.database, "DELETE FROM governance WHERE position = ?", positionOf(home, "requester-cut-off/1")),
  ],
  [
    "a cut-off is taken out of the list and made to look like an answer",
    "log-damaged",
    (home) => {
      const position = positionOf(home, "requester-cut-off/1");
      sql(home.database, "DELETE FROM governance WHERE position = ?", position);
      sql(home.database, "UPDATE entry SET body = ? WHERE position = ?", answerEntry, position);
    },
  ],
  [
    "a grant is altered in place",
    "log-damaged",
    (home) => {
      const position = positionOf(home, "requester-granted/1");
      sql(home.database, "UPDATE entry SET body = ? WHERE position = ?", encodeEntry(wide), position);
    },
  ],
  [
    "an answer's entry is replaced by a grant",
    "log-damaged",
    (home) => {
      const position = positionOf(home, "answer/1");
      sql(home.database, "UPDATE entry SET body = ? WHERE position = ?", encodeEntry(wide), position);
      sql(home.database, "INSERT INTO governance (position) VALUES (?)", position);
    },
  ],
  [
    "an act of administration is entered past the end of the log",
    "log-damaged",
    (home) => {
      const position = rowOf<{ size: number }>(home.database, "SELECT size FROM head").size;
      sql(
        home.database,
        "INSERT INTO entry (position, body) VALUES (?, ?)",
        position,
        encodeEntry({ entry: "consent-revoked/1", at: 1, consent: `sha256:${"0".repeat(64)}` }),
      );
      sql(home.database, "INSERT INTO governance (position) VALUES (?)", position);
    },
  ],
  [
    "the last entry is altered",
    "log-damaged",
    (home) => sql(home.database, "UPDATE entry SET body = ? WHERE position = (SELECT max(position) FROM entry)", answerEntry),
  ],
  [
    "the last entry is removed",
    "log-damaged",
    (home) => sql(home.database, "DELETE FROM entry WHERE position = (SELECT max(position) FROM entry)"),
  ],
  [
    "the log is cut short by one, head and all, without the log's key",
    "log-damaged",
    (home) => {
      sql(home.database, "DELETE FROM entry WHERE position = (SELECT max(position) FROM entry)");
      sql(home.database, "UPDATE head SET size = size - 1");
    },
  ],
  ["a full tile is altered", "log-damaged", (home) => sql(home.database, "UPDATE tile SET hashes = zeroblob(8192)")],
  ["a full tile is removed", "log-damaged", (home) => sql(home.database, "DELETE FROM tile")],
  [
    "the checkpoint is signed by a stranger",
    "log-damaged",
    (home) => {
      const { checkpoint } = rowOf<{ checkpoint: string }>(home.database, "SELECT checkpoint FROM head");
      sql(
        home.database,
        "UPDATE head SET checkpoint = ?",
        signCheckpoint(parseCheckpoint(parseNote(checkpoint).text), { name: holder, privateKey: stranger }),
      );
    },
  ],
  ["the seal over the acts is replaced", "log-damaged", (home) => sql(home.database, "UPDATE head SET governance_seal = zeroblob(32)")],
  [
    "an account is removed",
    "accounts-damaged",
    (home) => sql(home.database, "DELETE FROM account WHERE name = (SELECT min(name) FROM account)"),
  ],
  ["all accounts are removed", "accounts-damaged", (home) => sql(home.database, "DELETE FROM account")],
  [
    "an account is put back as it was before its last charge",
    "accounts-damaged",
    (home) => {
      const { name, state } = rowOf<{ name: Uint8Array; state: string }>(original.home.database, "SELECT name, state FROM account LIMIT 1");
      const spent = JSON.parse(state) as { spent: { sales: number } };
      sql(home.database, "UPDATE account SET state = ? WHERE name = ?", JSON.stringify({ ...spent, spent: { sales: 0 } }), name);
    },
  ],
  [
    "two accounts change places",
    "accounts-damaged",
    (home) =>
      sql(
        home.database,
        "UPDATE account SET state = (SELECT b.state FROM account b WHERE b.state <> account.state LIMIT 1) WHERE name = (SELECT min(name) FROM account)",
      ),
  ],
  [
    "an account is added",
    "accounts-damaged",
    (home) => sql(home.database, "INSERT INTO account (name, state) VALUES (zeroblob(16), '{\"spent\":{}}')"),
  ],
  [
    "the seal over the accounts is replaced",
    "accounts-damaged",
    (home) => sql(home.database, "UPDATE head SET accounts_seal = zeroblob(32)"),
  ],
  ["the seal over the accounts is emptied", "accounts-unsealed", (home) => sql(home.database, "UPDATE head SET accounts_seal = x''")],
  [
    "accounts and their seal look like those of a version that had none",
    "accounts-unsealed",
    (home) => {
      sql(home.database, "DELETE FROM account");
      sql(home.database, "UPDATE head SET accounts_seal = x''");
    },
  ],
  [
    "a trigger is put in that drops charges",
    "store-damaged",
    (home) => ddl(home.database, "CREATE TRIGGER free BEFORE INSERT ON account BEGIN SELECT RAISE(IGNORE); END"),
  ],
  [
    "the accounts are made a view",
    "store-damaged",
    (home) => ddl(home.database, "ALTER TABLE account RENAME TO spent; CREATE VIEW account AS SELECT * FROM spent WHERE 0"),
  ],
  ["the log is emptied", "log-missing", (home) => sql(home.database, "DELETE FROM head")],
  [
    "a dataset's newest segment is taken from its list",
    "epoch-mismatch",
    (home) => sql(home.database, "DELETE FROM segment WHERE since = 2"),
  ],
  [
    "an older segment is put in a newer one's place",
    "epoch-mismatch",
    (home) => cpSync(segmentPath(home, "sales", 1), segmentPath(home, "sales", 2)),
  ],
  ["a bucket of page digests is removed", "epoch-mismatch", (home) => sql(segmentPath(home, "sales", 1), "DELETE FROM bucket")],
  ["a segment is removed", "segment-missing", (home) => rmSync(segmentPath(home, "sales", 1))],
];

test.each(foundAtStart)("the vault does not start when %s: %s", async (_, code, attack) => {
  const home = copy();
  attack(home);
  expect(await codeOf(openNode(home, original.clock))).toBe(code);
});

test("a log whose accounts have no seal can be ended, as its error says", async () => {
  const home = copy();
  sql(home.database, "UPDATE head SET accounts_seal = x''");
  retireLog(home, "tax.example/2");
  expect(await codeOf(openNode(home, original.clock))).toBe("log-retired");
});

test("an unaltered copy starts: the rows above are refused for what was altered", async () => {
  const node = await open(copy());
  expect((await node.vault.submit(ask(node, marked(0)))).status).toBe(200);
});

const foundAtTheQuery: Row[] = [
  [
    "an old page is put back in place of a newer one",
    "epoch-mismatch",
    (home) => {
      const pseudonym = original.vault.state.pseudonymOf({ scheme: "opaque", id: marked(0) });
      const old = rowOf<{ sealed: Uint8Array }>(segmentPath(home, "sales", 1), "SELECT sealed FROM page WHERE pseudonym = ?", pseudonym);
      sql(segmentPath(home, "sales", 2), "UPDATE page SET sealed = ? WHERE pseudonym = ?", old.sealed, pseudonym);
    },
  ],
  [
    "a page is removed",
    "epoch-mismatch",
    (home) =>
      sql(
        segmentPath(home, "sales", 2),
        "DELETE FROM page WHERE pseudonym = ?",
        original.vault.state.pseudonymOf({ scheme: "opaque", id: marked(0) }),
      ),
  ],
  [
    "the page of one firm is given to another",
    "epoch-mismatch",
    (home) =>
      sql(
        segmentPath(home, "sales", 2),
        "UPDATE page SET sealed = (SELECT sealed FROM page ORDER BY pseudonym DESC LIMIT 1) WHERE pseudonym = (SELECT pseudonym FROM page ORDER BY pseudonym LIMIT 1)",
      ),
  ],
];

test.each(foundAtTheQuery)("no answer comes out when %s: %s; others go on", async (_, code, attack) => {
  const home = copy();
  attack(home);
  const node = await open(home);
  const size = node.vault.head.size;
  const subjects = [marked(0), "THINLY000000", marked(3)];
  const codes = await Promise.all(subjects.map((id) => codeOf(node.vault.submit(ask(node, id)))));
  expect(codes).toContain(code);
  expect(codes.at(-1)).toBe("accepted");
  expect(node.vault.head.size).toBe(size + codes.filter((found) => found === "accepted").length);
});

test("no answer comes out of records under a schema that was swapped", async () => {
  const home = copy();
  writeFileSync(join(home.datasetsDir, "sales.yaml"), markedSchema.replace("currency: CNY", "currency: JPY"));
  const node = await open(home);
  expect(await codeOf(node.vault.submit(ask(node, marked(0))))).toBe("node-not-ready");
});

test("a kept answer that was altered or moved to another query does not come out", async () => {
  const first = await open(copy());
  const [one, two] = [ask(first, marked(0)), ask(first, marked(1))];
  await Promise.all([first.vault.submit(one), first.vault.submit(two)]);
  await first.vault.close();
  opened.splice(0);
  sql(
    first.home.database,
    "UPDATE answer SET sealed = (SELECT sealed FROM answer ORDER BY position DESC LIMIT 1) WHERE position = (SELECT max(position) - 1 FROM answer)",
  );
  const node = await open(first.home);
  const codes = await Promise.all([one, two].map((query) => codeOf(node.vault.submit(query))));
  expect(codes.sort()).toEqual(["accepted", "seal-broken"]);
});

test("an old answer's entry that was altered is found by whoever reads the log that is published from it", async () => {
  const home = copy();
  sql(home.database, "UPDATE entry SET body = ? WHERE position = ?", answerEntry, positionOf(home, "answer/1"));
  rmSync(home.publicDir, { recursive: true });
  const node = await open(home);
  node.vault.publish();
  await expect(readPublicLog(home)).rejects.toMatchObject({ code: "tile-not-authentic" });
});

/** A home as it was yesterday, and the same home today, with one answer more. */
async function yesterdayAndToday() {
  const home = copy();
  const node = await open(home);
  await closeAll();
  const yesterday = homeAt(`${home.dir}-yesterday`);
  cpSync(home.dir, yesterday.dir, { recursive: true });
  const today = await openNode(home, original.clock);
  const answered = await today.vault.submit(ask(today, marked(1)));
  await today.vault.close();
  return { node, home, yesterday, answered, kept: keptCheckpoint(home) };
}

async function closeAll(): Promise<void> {
  for (const node of opened.splice(0)) await node.vault.close();
}

function keptCheckpoint(home: Home) {
  return parseCheckpoint(parseNote(readFileSync(join(home.publicDir, "checkpoint"), "utf8")).text);
}

test("yesterday's database is refused while the published log is today's", async () => {
  const { home, yesterday } = await yesterdayAndToday();
  cpSync(yesterday.database, home.database);
  expect(await codeOf(openNode(home, original.clock))).toBe("log-put-back");
});

test("another view of the log under one size is refused at the start", async () => {
  const { home, yesterday } = await yesterdayAndToday();
  const other = await open(yesterday);
  await other.vault.submit(ask(other, marked(2)));
  await closeAll();
  cpSync(yesterday.database, home.database);
  expect(await codeOf(openNode(home, original.clock))).toBe("log-put-back");
});

test("the whole home put back is not found at the start, but by anybody who kept a checkpoint: the log is shorter, then it is another", async () => {
  const { yesterday, kept, answered } = await yesterdayAndToday();
  const node = await open(yesterday); // nothing on this disk can tell
  node.vault.publish();
  expect(keptCheckpoint(yesterday).size).toBeLessThan(kept.size);
  await Promise.all([1, 2, 3].map((i) => node.vault.submit(ask(node, marked(i)))));
  node.vault.publish();
  const log = await readPublicLog(yesterday);
  expect(log.report.size).toBeGreaterThan(kept.size);
  const reader = await publicReader(yesterday);
  const proof = await reader.proveConsistency(kept.size);
  expect(() => checkConsistency(kept, reader.tree, proof)).toThrow(expect.objectContaining({ code: "consistency-proof-invalid" }));
  expect(() => expectLogged(log, [answered.body])).toThrow();
});

test("two checkpoints of an honest log agree, whichever is compared with whichever", async () => {
  const { home, kept } = await yesterdayAndToday();
  const node = await open(home);
  await Promise.all([1, 2, 3].map((i) => node.vault.submit(ask(node, absent(i)))));
  node.vault.publish();
  const reader = await publicReader(home);
  checkConsistency(kept, reader.tree, await reader.proveConsistency(kept.size));
});
