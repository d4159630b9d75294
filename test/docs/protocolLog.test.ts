import { calculateJwkThumbprint } from "jose";
import { afterAll, describe, expect, it } from "vitest";
import { applyEntry, emptyGovernance } from "../../src/admission/governance.js";
import { parsePolicy } from "../../src/admission/policy.js";
import { verifyEvidence } from "../../src/auditor/verifyEvidence.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { parseEvidence } from "../../src/evidence/evidenceFile.js";
import { parseOpening } from "../../src/evidence/openingFile.js";
import { openApiDocument } from "../../src/gateway/openapi.js";
import { publicFiles } from "../../src/gateway/publicFiles.js";
import { parseDigest } from "../../src/model/digest.js";
import { parseCatalogue } from "../../src/requester/catalogue.js";
import { parseDescribed } from "../../src/requester/describe.js";
import { parsePolicy as parseTrust } from "../../src/tlog/policy.js";
import { bucketHash, bucketOf, decodeBucket } from "../../src/vault/records/bucket.js";
import { epochRoot } from "../../src/vault/records/epochRoot.js";
import { parseReply, parseRequest } from "../../src/wire/door.js";
import { decodeEntry, entryShape } from "../../src/wire/entry.js";
import {
  block,
  blocksNotAsked,
  digestOf,
  jwkOf,
  keyOf,
  leafOf,
  line,
  protocol,
  readNote,
  rootFromProof,
  sha256,
  signatureHolds,
  tableRows,
  treeHash,
} from "./protocol.js";

/* The second half of docs/PROTOCOL.md: log, epochs, checkpoint, evidence, HTTP. See protocol.test.ts for the first. */

describe("the log (§9, §12)", () => {
  const entries = block("jsonl log").trimEnd().split("\n");
  const leaves = entries.map(leafOf);
  const { text, signatures } = readNote(block("text checkpoint"));
  const [origin, size, root] = text.split("\n");

  it("folds to what the answer rests on", () => {
    const state = emptyGovernance();
    for (const [i, entry] of entries.entries()) applyEntry(state, i, decodeEntry(Buffer.from(entry)));
    expect(state.holder).toBe("power.example");
    expect(state.epoch?.root).toBe(line("text digest epoch"));
    expect(entries.at(-1)).toBe(`{"entry":"answer/1","answer":"${line("text digest answer")}"}`);
  });

  it("shows every kind of entry", () => {
    const shown = [...entries, ...block("jsonl entries").trimEnd().split("\n")].map((entry) => decodeEntry(Buffer.from(entry)).entry);
    const described = [...protocol.matchAll(/^\| (`[a-z-]+\/1`(?:, `[a-z-]+\/1`)*) \|/gm)].flatMap(([, names = ""]) =>
      names.match(/[a-z-]+\/1/g),
    );
    expect(new Set(described)).toEqual(new Set(shown));
    expect(new Set(shown).size).toBe(entryShape.options.length);
  });

  it("has the root in its checkpoint, signed by the log key", () => {
    expect({ origin, size, root }).toEqual({ origin: "power.example", size: "9", root: treeHash(leaves).toString("base64") });
    expect(signatureHolds(keyOf("log"), text, signatures.get("power.example")?.subarray(4) ?? Buffer.alloc(0))).toBe(true);
  });

  it("is cosigned over time and text, by a key of type 4", () => {
    const cosigned = readNote(block("text checkpoint cosigned"));
    const bytes = cosigned.signatures.get("witness.example/w1") ?? Buffer.alloc(76);
    const message = `cosignature/v1\ntime ${bytes.readBigUInt64BE(4)}\n${text}`;
    expect(cosigned.text).toBe(text);
    expect(bytes.subarray(0, 4)).toEqual(sha256("witness.example/w1\n", Buffer.of(4), keyOf("witness")).subarray(0, 4));
    expect(signatureHolds(keyOf("witness"), message, bytes.subarray(12))).toBe(true);
  });

  it("has the leaf hashes in its tile, and the entries after their lengths in its bundle", () => {
    expect(line("text tile tile/0/000.p/9").split("\n")).toEqual(leaves.map((leaf) => leaf.toString("hex")));
    const first = Buffer.from(entries[0] ?? "");
    const start = Buffer.concat([Buffer.of(first.length >> 8, first.length & 255), first]).toString("hex");
    expect(start.startsWith(line("text bundle"))).toBe(true);
  });

  it.each(["trust", "trust witnessed"])("is named in the file `%s`", (name) => {
    const [log] = parseTrust(block(`text ${name}`)).logs;
    expect(log?.key.name).toBe(origin);
    expect(Buffer.from(log?.key.publicKey.bytes ?? [])).toEqual(keyOf("log"));
  });
});

describe("computation and policy (§10)", () => {
  it("the reviewer signed the exact text", () => {
    const { text, signatures } = readNote(block("text note"));
    expect(digestOf(text)).toBe(line("text digest computation"));
    expect(parseManifest(text).digest).toBe(digestOf(text));
    expect(signatureHolds(keyOf("reviewer"), text, signatures.get("risk.bureau.example")?.subarray(4) ?? Buffer.alloc(0))).toBe(true);
  });

  it("its last line is the digest of the leakage report", () => {
    expect(readNote(block("text note")).text.endsWith(`\n# leakage: ${digestOf(block("json leakage"))}\n`)).toBe(true);
    expect(`${JSON.stringify(JSON.parse(block("json leakage")), undefined, 2)}\n`).toBe(block("json leakage"));
  });

  it("the log names the note by its digest", () => {
    expect(block("jsonl log")).toContain(`"note":"${digestOf(block("text note"))}"`);
  });

  it("the policy has its digest and trusts reviewer and issuer", async () => {
    const policy = parsePolicy(block("yaml policy"));
    expect(digestOf(block("yaml policy"))).toBe(line("text digest policy"));
    expect(Buffer.from(policy.reviewers[0]?.key.publicKey.bytes ?? [])).toEqual(keyOf("reviewer"));
    expect(policy.consentIssuers[0]?.kid).toBe(await calculateJwkThumbprint(jwkOf("consent issuer")));
    const signed = parsePolicy(block("yaml policy").replace("policy/1\n", `policy/1\n${block("yaml policy-changes")}`));
    expect({ version: signed.version, signatures: signed.changes?.signatures }).toEqual({ version: 3, signatures: 1 });
    expect(Buffer.from(signed.changes?.operators[0]?.publicKey.bytes ?? [])).toEqual(keyOf("operator"));
  });
});

describe("epochs (§11)", () => {
  const rows = block("text rows").trimEnd().split("\n");
  const bodies = new Map<number, Buffer>();
  for (const row of rows) {
    const bytes = Buffer.from(row.replaceAll(" ", ""), "hex");
    const bucket = bytes.readUInt16BE(0);
    bodies.set(bucket, Buffer.concat([bodies.get(bucket) ?? Buffer.alloc(0), bytes]));
  }
  const hashes = new Map([...bodies].map(([bucket, body]) => [bucket, leafOf(body)]));

  it("hashes each bucket as a leaf", () => {
    expect(line("text buckets").split("\n")).toEqual([...hashes].map(([bucket, hash]) => `bucket ${bucket} ${hash.toString("hex")}`));
    for (const [bucket, body] of bodies) {
      expect(Buffer.from(bucketHash(body))).toEqual(hashes.get(bucket));
      for (const { pseudonym } of decodeBucket(body)) expect(bucketOf(pseudonym)).toBe(bucket);
    }
  });

  it("has the tree over all 65,536 buckets as the dataset's root", () => {
    const leaves = Array.from({ length: 65_536 }, (_, bucket) => hashes.get(bucket) ?? leafOf(""));
    expect(line("text dataset-root")).toBe(`sha256:${treeHash(leaves).toString("hex")}`);
  });

  it("has the hash of the lines as its own root", () => {
    expect(digestOf(block("text epoch"))).toBe(line("text digest epoch"));
    expect(block("text epoch")).toContain(line("text dataset-root"));
    expect(epochRoot({ "power-bills": line("text dataset-root") as `sha256:${string}` })).toBe(line("text digest epoch"));
  });
});

describe("evidence and opening (§13, §14)", () => {
  const evidence = block("text evidence");
  const opening = parseOpening(block("text opening"));

  it("holds, step by step, and says whom it is about only with the opening", () => {
    const report = verifyEvidence(evidence, parseTrust(block("text trust")), { opening });
    expect(report.steps.map(({ result }) => result)).toEqual([...Array(3).fill("holds"), expect.any(String), ...Array(7).fill("holds")]);
    expect(report.verdict).toBe("holds");
    expect(verifyEvidence(evidence, parseTrust(block("text trust witnessed"))).verdict).toBe("not-yet-witnessed");
    expect(evidence).not.toContain("91998932MA842J3R86");
  });

  it("has numbered steps here as many as there are there", () => {
    const [, section = ""] = protocol.split("with nothing but this file and a trust file:\n\n");
    const numbered = section
      .split("\n\n")[0]
      ?.split("\n")
      .filter((each) => /^\d+\. /.test(each));
    expect(numbered?.length).toBe(verifyEvidence(evidence, parseTrust(block("text trust"))).steps.length);
  });

  it("carries in `extra` the text that is shown", () => {
    const extra = /^extra (.*)$/m.exec(evidence)?.[1] ?? "";
    expect(Buffer.from(extra, "base64").toString("utf8")).toBe(block("text extra"));
    expect(parseEvidence(evidence).answer.digest).toBe(line("text digest answer"));
    expect(evidence.endsWith(block("text checkpoint"))).toBe(true);
  });

  it("proves the answer and each entry by hashes that lead to the root", () => {
    const root = treeHash(block("jsonl log").trimEnd().split("\n").map(leafOf));
    const [, answer = "", ...entries] = block("text extra").trimEnd().split("\n");
    const proof = evidence.split("\n").slice(3, evidence.split("\n").indexOf(""));
    const hashes = (lines: readonly string[]) => lines.map((each) => Buffer.from(each, "base64"));
    expect(rootFromProof(leafOf(`{"entry":"answer/1","answer":"${digestOf(answer)}"}`), 8, 9, hashes(proof))).toEqual(root);
    for (const [, index = "", bytes = "", ...path] of entries.map((each) => each.split(" ")))
      expect(rootFromProof(leafOf(Buffer.from(bytes, "base64")), Number(index), 9, hashes(path))).toEqual(root);
    expect(entries.length).toBe(5);
  });

  it("opens the commitment of that answer", () => {
    expect(opening).toMatchObject({ answer: line("text digest answer"), subject: { scheme: "uscc", id: "91998932MA842J3R86" } });
    expect(Buffer.from(opening.opening)).toEqual(Buffer.alloc(32, 6));
  });
});

describe("the HTTP interface (§15) and the door (§17)", () => {
  const rows = tableRows("method and path", "gives", "`Content-Type`");

  it("lists each path of the OpenAPI document, and no other", () => {
    const described = Object.entries(openApiDocument("1").paths ?? {}).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(rows.map(([path]) => path).sort()).toEqual(described.sort());
  });

  it("states the media types that files are served with", () => {
    const named = (path: string) =>
      `GET ${path.replace("/tile/*", "/tile/{level}/{tile}").replace(/:(\w+)(?:\{\[0-9\]\+\\(\.\w+)\})?/, "{$1}$2")}`;
    for (const { path, contentType } of publicFiles) expect(rows.find(([first]) => first === named(path))?.[2]).toBe(contentType);
  });

  it("shows a catalogue that a requester reads", () => {
    const [listed] = parseCatalogue(block("json catalogue")).computations;
    expect(listed).toMatchObject({ digest: line("text digest computation"), approvedAtIndex: 5 });
    expect(listed?.note).toBe(`/notes/${digestOf(block("text note")).slice(7)}.note`);
  });

  it("shows the page of a computation that a requester reads, and holds against its digest", () => {
    const digest = parseDigest(line("text digest computation"));
    const described = parseDescribed(block("json computation"), digest);
    expect(described).toMatchObject({ manifest: readNote(block("text note")).text, leakage: JSON.parse(block("json leakage")) });
    const page = JSON.parse(block("json computation"));
    expect(page.leakageReport).toBe(`/leakage/${digestOf(block("json leakage")).slice(7)}.json`);
    expect(page).toMatchObject(JSON.parse(block("json catalogue")).computations[0]);
    const { title, reveals, purposes, subject, parameters, outcome, reasons, valid } = described;
    expect(page).toMatchObject({ title, reveals: { en: reveals.en }, purposes, subject, parameters, outcome, reasons, valid });
  });

  it("shows a question and its answer at the door", () => {
    const [request = "", reply = ""] = block("text door").split("\n");
    expect(parseRequest(request)).toEqual({ id: 17, verb: "query", body: line("jws query") });
    expect(parseReply(reply)).toEqual({ id: 17, status: 200, body: line("json reply") });
  });
});

afterAll(() => expect([...blocksNotAsked(9, 15), ...blocksNotAsked(17, 17)]).toEqual([]));
