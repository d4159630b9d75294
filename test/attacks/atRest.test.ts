import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { parseBase64, parseBase64Url } from "../../src/bytes/base64.js";
import { readKeyFile } from "../../src/crypto/keyFile.js";
import { decodeAnswer } from "../../src/wire/answer.js";
import { frostglass, kill, killAll, post, startGateway, startVault } from "../faults/processes.js";
import { membersOf } from "../faults/publicLog.js";
import { consentOf, passphrase, queryOf, type SmallNode, signed } from "../vault/smallNode.js";
import { absent, computationIds, marked, markedNode, markedRecords, removeHome, thin } from "./marked.js";
import { formsOfText, marksOf } from "./marks.js";

/*
 * P8: a stolen disk, database or backup, and the logs. Records are imported from a file by the command line and by the fixture, questions of every
 * kind are asked of the two processes, and then every file of the home is searched for every secret in every form: while the vault runs, after a
 * kill, and after a clean stop.
 */

const imported = new Map([
  [marked(900), Array.from({ length: 50 }, (_, i) => ({ buyer: `QXBUYER-900-${i}`, total: 6_283_185_307_179 + i * 977 }))],
]);
const subjects = [marked(0), marked(900), thin(1), absent(2)];
const logs: string[] = [];
let node: SmallNode;
let csv: string;

beforeAll(async () => {
  node = await markedNode();
  await node.vault.close();
  csv = join(node.home.dir, "..", "sales.csv");
  const rows = [...imported].flatMap(([id, records]) => records.map(({ buyer, total }) => `${id},${buyer},${(total / 100).toFixed(2)}`));
  writeFileSync(csv, `subject,buyer,total\n${rows.join("\n")}\nmarked000900,QXBUYER-900-0,1.00\n`);
  writeFileSync(join(node.home.dir, "..", "passphrase"), `${passphrase}\n`, { mode: 0o600 });
});
afterEach(killAll);
afterAll(() => removeHome(node.home));

function queries(): string[] {
  return subjects.flatMap((id) => [
    ...computationIds.map((computation) => query(id, { computation: node.digestOf(computation), parameters: parametersOf(computation) })),
    query(id, { purpose: "marketing" }),
    query(id, { purpose: "loan-origination", consent: consentOf(node, { subject: { scheme: "opaque", id } }) }),
    query(id, { iat: 1, exp: 2 }),
    `${query(id).slice(0, -8)}AAAAAAAA`,
    query(id.toLowerCase()),
  ]);
}

const parametersOf = (computation: string): Record<string, number> => (computation === "total-above" ? { mark: 250 } : {});
const query = (id: string, more: object = {}) => signed(queryOf(node, { subject: { scheme: "opaque", id }, ...more }));

/** Every file below a folder, whatever it is called, sockets left out. */
function filesBelow(dir: string): readonly (readonly [name: string, bytes: Buffer])[] {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name))]);
}

/** What the answers say: the whole reply, the answer's parts, its outcome as it stands there, and what opens its commitment. */
function marksOfReplies(bodies: readonly string[]): Buffer[] {
  return bodies.flatMap((body) => {
    const { answer, opening } = membersOf(body);
    const payload = Buffer.from(parseBase64Url(answer.split(".")[1] ?? "")).toString();
    const outcome = /"outcome":.*?,"disclosure"/.exec(payload)?.[0] ?? "no outcome";
    const { salt } = decodeAnswer(answer).answer;
    return [answer, ...answer.split(".").slice(1), opening, outcome, salt].flatMap(formsOfText);
  });
}

async function secretKeys(): Promise<Buffer[]> {
  const lines = (await readKeyFile(node.home.keyFile, passphrase)).trimEnd().split("\n").slice(1);
  const keys = lines.map((line) => parseBase64(line.split(" ")[1] ?? ""));
  return [...keys.flatMap((key) => [Buffer.from(key), ...formsOfText(Buffer.from(key).toString("latin1"))]), ...formsOfText(passphrase)];
}

/** The names of the places in which a mark lies. */
function placesOf(marks: readonly Buffer[], places: readonly (readonly [name: string, bytes: Buffer])[]): string[] {
  return places.filter(([, bytes]) => marks.some((mark) => bytes.includes(mark))).map(([name]) => name);
}

test("no file of the home and no line of the logs holds a record, a subject, an outcome or a key", { timeout: 60_000 }, async () => {
  const options = ["--home", node.home.dir, "--dataset", "sales", "--as-of", "2026-01-31", "--max-rejects", "1"];
  const files = ["--passphrase-file", join(node.home.dir, "..", "passphrase"), "--rejects", join(node.home.dir, "rejects.csv")];
  const run = frostglass("import", csv, ...options, ...files);
  expect(run).toMatchObject({ status: 0 });
  logs.push(run.stdout, run.stderr);

  const vault = await startVault(node.home);
  const gateway = await startGateway(node.home, { logLevel: "debug" });
  const replies = await Promise.all(queries().map((text) => post(gateway.url, text)));
  const bodies = replies.filter(({ status }) => status === 200 || status === 403).map(({ body }) => body);
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200, 403, 400]));
  logs.push(...replies.filter(({ status }) => status === 400).map(({ body }) => body));

  const records = new Map([...markedRecords(), ...imported]);
  const marks = [
    ...marksOf(records, [...subjects, ...subjects.map((id) => id.toLowerCase())]),
    ...marksOfReplies(bodies),
    ...(await secretKeys()),
  ];
  const stolen = join(dirname(node.home.dir), "stolen");
  cpSync(node.home.database, join(stolen, "while-it-runs.db"), { recursive: true });
  expect(placesOf(marks, filesBelow(node.home.dir))).toEqual([]);
  await kill(vault);
  expect(filesBelow(node.home.dir).map(([name]) => name)).toContain("vault.db-wal");
  expect(placesOf(marks, filesBelow(node.home.dir))).toEqual([]);
  const next = await startVault(node.home);
  await kill(next, "SIGTERM");
  expect(placesOf(marks, [...filesBelow(node.home.dir), ...filesBelow(stolen)])).toEqual([]);

  await kill(gateway, "SIGTERM");
  logs.push(...vault.lines, ...next.lines, ...gateway.lines);
  expect(logs.join("\n")).toContain("vault started");
  expect(placesOf(marks, [["logs", Buffer.from(logs.join("\n"))]])).toEqual([]);

  // The search finds what it looks for: everything imported lies in the file that was imported, every answer in the replies.
  expect(marksOf(imported, []).filter((mark) => readFileSync(csv).includes(mark)).length).toBeGreaterThan(50);
  expect(placesOf(marksOfReplies(bodies), [["replies", Buffer.from(bodies.join("\n"))]])).toEqual(["replies"]);
});
