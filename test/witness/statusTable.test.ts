import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLog } from "../../src/http/log.js";
import { addSignature, formatNote, parseNote, signNote } from "../../src/note/signedNote.js";
import { cosignatureType, verifierKeyOf } from "../../src/note/verifierKey.js";
import { formatAddCheckpoint } from "../../src/tlog/addCheckpoint.js";
import { verifyCheckpoint } from "../../src/tlog/checkpoint.js";
import { verifyCosignatures } from "../../src/tlog/cosignature.js";
import { createWitnessApp } from "../../src/witness/app.js";
import { createWitnessMetrics } from "../../src/witness/metrics.js";
import { originHashOf } from "../../src/witness/witness.js";
import { log, otherLog, signerOf } from "../tlog/federation.js";
import { GrowingLog, makeStand, type Stand, strangerSigner, witnessSigner } from "./growingLog.js";

/* The status table of C2SP tlog-witness, row by row, over HTTP. */

const honest = new GrowingLog(log);
const other = new GrowingLog(otherLog);
/** The same log as another would see it: equal up to entry 9, then something else. */
const forked = new GrowingLog(log, " forked", 9);
const witnessKey = verifierKeyOf(witnessSigner, cosignatureType);

let stand: Stand;
let post: (body: string | Uint8Array<ArrayBuffer>) => Promise<{ status: number; type: string | null; text: string }>;
let get: (path: string) => Promise<Response>;
let lines: Record<string, unknown>[];

beforeEach(() => {
  stand = makeStand();
  lines = [];
  const metrics = createWitnessMetrics({ logs: () => 2, splitViews: () => stand.store.splitViews().length });
  const writer = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const app = createWitnessApp({ witness: stand.witness, metrics, log: createLog("witness", "debug", writer) });
  get = async (path) => app.request(path);
  post = async (body) => {
    const reply = await app.request("/add-checkpoint", { method: "POST", body });
    return { status: reply.status, type: reply.headers.get("content-type"), text: await reply.text() };
  };
});
afterEach(() => stand.remove());

/** The body with the checkpoint's note replaced by what `change` makes of it. */
function withNote(body: string, change: (note: string) => string): string {
  const blank = body.indexOf("\n\n") + 2;
  return body.slice(0, blank) + change(body.slice(blank));
}

const codeIn = (text: string): unknown => (JSON.parse(text) as { code?: unknown }).code;

describe("200: a checkpoint that continues the last one", () => {
  it("is cosigned, and the reply is signature lines only", async () => {
    const first = await post(honest.request(0, 10));
    expect([first.status, first.text.split("\n").length]).toEqual([200, 2]);
    const note = addSignature(parseNote(honest.checkpoint(10)), first.text.trimEnd());
    expect(verifyCosignatures(note, [witnessKey])).toEqual([{ key: witnessKey, time: stand.clock.now }]);
  });

  it.each([
    [1, 2],
    [7, 8],
    [8, 9],
    [10, 299],
    [256, 257],
  ])("from %i to %i", async (from, to) => {
    expect((await post(honest.request(0, from))).status).toBe(200);
    expect((await post(honest.request(from, to))).status).toBe(200);
    expect(stand.store.cosigned(log.name)?.size).toBe(to);
  });

  it("of the same size is signed again, with the new time", async () => {
    await post(honest.request(0, 10));
    stand.clock.now += 600;
    const again = await post(honest.request(10, 10));
    const note = addSignature(parseNote(honest.checkpoint(10)), again.text.trimEnd());
    expect(verifyCosignatures(note, [witnessKey])[0]?.time).toBe(stand.clock.now);
  });

  it("of an empty tree is cosigned, and then the first entries", async () => {
    expect((await post(honest.request(0, 0))).status).toBe(200);
    expect((await post(honest.request(0, 5))).status).toBe(200);
  });

  it("passes over signatures of strangers, however many", async () => {
    const strangers = Array.from({ length: 63 }, (_, i) => signerOf(`s${i}.example`, 50 + i));
    const reply = await post(withNote(honest.request(0, 10), () => honest.checkpoint(10, [...strangers, log])));
    expect(reply.status).toBe(200);
    const kept = parseNote(stand.store.cosigned(log.name)?.note ?? "");
    expect(kept.signatures.map(({ name }) => name)).toEqual([log.name, witnessSigner.name]);
  });

  it("of one log says nothing about another", async () => {
    await post(honest.request(0, 10));
    expect((await post(other.request(0, 3))).status).toBe(200);
    expect((await post(honest.request(10, 11))).status).toBe(200);
  });
});

describe("what is not cosigned", () => {
  beforeEach(async () => {
    expect((await post(honest.request(0, 10))).status).toBe(200);
  });
  const proof = (from: number, to: number, hashes: readonly Uint8Array[]) =>
    formatAddCheckpoint({ oldSize: from, proof: hashes, checkpoint: parseNote(honest.checkpoint(to)) });
  const zero = new Uint8Array(32);
  const emptyWrongRoot = () => {
    const text = `${otherLog.name}\n0\n${Buffer.from(zero).toString("base64")}\n`;
    return `old 0\n\n${formatNote(text, [signNote(text, otherLog)])}`;
  };

  const rows: readonly (readonly [string, number, string, () => string | Uint8Array<ArrayBuffer>])[] = [
    ["an unknown origin", 404, "witness-log-unknown", () => new GrowingLog(strangerSigner).request(0, 4)],
    [
      "no signature of the log",
      403,
      "note-unsigned",
      () => withNote(honest.request(10, 20), () => honest.checkpoint(20, [strangerSigner])),
    ],
    [
      "a signature of the log over another text",
      403,
      "note-signature-invalid",
      () => withNote(honest.request(10, 20), (note) => note.replace("\n20\n", "\n21\n")),
    ],
    [
      "a good signature of another log that is known here",
      403,
      "note-unsigned",
      () => withNote(honest.request(10, 20), () => honest.checkpoint(20, [otherLog])),
    ],
    ["an old size above the checkpoint's", 400, "witness-old-size-invalid", () => proof(21, 20, [])],
    [
      "a proof with one hash altered",
      422,
      "consistency-proof-invalid",
      () =>
        proof(
          10,
          20,
          honest.proof(10, 20).map((h, i) => (i ? h : zero)),
        ),
    ],
    ["a proof that lacks its last hash", 422, "consistency-proof-invalid", () => proof(10, 20, honest.proof(10, 20).slice(0, -1))],
    ["a proof with one hash too many", 422, "consistency-proof-invalid", () => proof(10, 20, [...honest.proof(10, 20), zero])],
    ["no proof where one is needed", 422, "consistency-proof-invalid", () => proof(10, 20, [])],
    ["a proof at the same size", 422, "consistency-proof-invalid", () => proof(10, 10, [zero])],
    ["a fork of the tree", 422, "consistency-proof-invalid", () => forked.request(10, 20)],
    [
      "a proof with old size 0",
      422,
      "consistency-proof-invalid",
      () => formatAddCheckpoint({ oldSize: 0, proof: [zero], checkpoint: parseNote(other.checkpoint(4)) }),
    ],
    ["an empty tree with a wrong root", 422, "consistency-proof-invalid", emptyWrongRoot],
    ["a body that is not of the protocol", 400, "witness-request-malformed", () => "hello"],
    ["an empty body", 400, "witness-request-malformed", () => ""],
    ["a body that is not UTF-8", 400, "utf8-invalid", () => Uint8Array.of(0x6f, 0x6c, 0x64, 0xff)],
    ["a note with CR LF", 400, "note-character-refused", () => withNote(honest.request(10, 20), (note) => note.replace("\n", "\r\n"))],
    [
      "a size with a leading zero",
      400,
      "checkpoint-size-invalid",
      () => withNote(honest.request(10, 20), (note) => note.replace("\n20\n", "\n020\n")),
    ],
    ["a body of more than a note may have", 413, "body-too-large", () => "x".repeat(1_100_000)],
  ];
  it.each(rows)("%s: %i %s", async (_, status, code, body) => {
    const before = stand.store.all();
    const reply = await post(body());
    expect([reply.status, codeIn(reply.text)]).toEqual([status, code]);
    expect(stand.store.all()).toEqual(before);
    expect(reply.text).not.toContain("\u2014");
  });

  it.each([
    [0, 20],
    [9, 20],
    [11, 20],
    [0, 10],
  ])("409: an old size of %i for a checkpoint of %i is told the size", async (from, to) => {
    const reply = await post(honest.request(from, to));
    expect(reply).toEqual({ status: 409, type: "text/x.tlog.size", text: "10\n" });
  });

  it.each([0, 10])("409: the same size with another root, stated with old size %i, is kept as proof of two views", async (old) => {
    const reply = await post(forked.request(old, 10));
    expect(reply).toEqual({ status: 409, type: "text/x.tlog.size", text: "10\n" });
    expect((await post(forked.request(old, 10))).status).toBe(409);
    const views = stand.store.splitViews();
    expect(views.map(({ origin, size }) => [origin, size])).toEqual([[log.name, 10]]);
    const [a, b] = [views[0]?.cosigned ?? "", views[0]?.other ?? ""].map((text) => verifyCheckpoint(parseNote(text), [verifierKeyOf(log)]));
    expect([a?.size, b?.size]).toEqual([10, 10]);
    expect(a?.root).not.toEqual(b?.root);
    expect(lines.filter(({ code }) => code === "split-view").map(({ level, origin }) => [level, origin])).toContainEqual([50, log.name]);
  });

  it("one log that shows many views does not fill the disk", async () => {
    for (let i = 0; i < 70; i++) await post(new GrowingLog(log, ` view ${i}`, 0, 10).request(0, 10));
    expect(stand.store.splitViews()).toHaveLength(64);
  });
});

describe("the clock", () => {
  it("never signs an earlier time than before: a small step back signs the last time again", async () => {
    await post(honest.request(0, 10));
    const time = stand.clock.now;
    stand.clock.now -= 30;
    await post(honest.request(10, 11));
    expect(stand.store.cosigned(log.name)?.time).toBe(time);
  });

  it("set back further does not sign at all, until it has caught up", async () => {
    await post(honest.request(0, 10));
    stand.clock.now -= 61;
    const refused = await post(honest.request(10, 11));
    expect([refused.status, codeIn(refused.text)]).toEqual([503, "witness-clock-behind"]);
    expect(stand.store.cosigned(log.name)?.size).toBe(10);
    stand.clock.now += 61;
    expect((await post(honest.request(10, 11))).status).toBe(200);
  });
});

describe("monitoring", () => {
  it("gives the last checkpoint with both signatures under the hash of the origin", async () => {
    await post(honest.request(0, 10));
    await post(honest.request(10, 12));
    const reply = await get(`/${originHashOf(log.name)}/checkpoint`);
    expect([reply.status, reply.headers.get("content-type")]).toEqual([200, "text/plain; charset=utf-8"]);
    const note = parseNote(await reply.text());
    expect(verifyCheckpoint(note, [verifierKeyOf(log)]).size).toBe(12);
    expect(verifyCosignatures(note, [witnessKey])).toHaveLength(1);
  });

  it.each([originHashOf(log.name), originHashOf("nobody.example"), "x", "..%2fwitness.db"])(
    "knows nothing under %s before",
    async (hash) => {
      expect((await get(`/${hash}/checkpoint`)).status).toBe(404);
    },
  );
});
