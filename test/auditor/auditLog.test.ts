import { describe, expect, it } from "vitest";
import { auditLog, auditNode } from "../../src/auditor/index.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { digestOf } from "../../src/model/digest.js";
import { type Entry, encodeAnswerEntry, encodeEntry } from "../../src/wire/entry.js";
import { type Acts, FakeNode, governance, noSleep, now, otherDigest } from "../evidence/fakeNode.js";
import { codeOfAsync } from "../note/codeOf.js";

const audit = (node: FakeNode, trust = node.trust()) =>
  auditLog({
    checkpoint: new TextDecoder().decode(node.files.get("checkpoint")),
    readTile: async (path) => node.files.get(path),
    trust,
  });

function busyNode(answers: number): FakeNode {
  const node = new FakeNode();
  for (let i = 0; i < answers; i++) node.append(encodeAnswerEntry(digestOf(encodeUtf8(`answer ${i}`))));
  node.publish(now);
  return node;
}

describe("auditing a log", () => {
  it("reads every entry, counts and folds them", async () => {
    const node = busyNode(600);
    const read: number[] = [];
    const checkpoint = new TextDecoder().decode(node.files.get("checkpoint"));
    const readTile = async (path: string) => node.files.get(path);
    const report = await auditLog({ checkpoint, readTile, trust: node.trust(true), onProgress: (entries) => read.push(entries) });
    expect(report).toMatchObject({
      origin: "tax.example",
      size: 608,
      findings: [],
      findingCount: 0,
      witnessing: "quorum",
      witnesses: [{ name: "W1", time: now }],
    });
    expect(report.counts).toMatchObject({ "answer/1": 600, "key-added/1": 2, "epoch-published/1": 1 });
    expect(report.governance).toMatchObject({ holder: "tax.example", epoch: { number: 1 } });
    expect(read).toEqual([256, 512, 608]);
  });

  it("reads it from a node as well, and says whose trust it was", async () => {
    const node = busyNode(3);
    const options = { nodeUrl: "https://tax.example/", fetch: node.fetch, sleep: noSleep };
    expect(await auditNode({ ...options, trust: node.trust() })).toMatchObject({ size: 11, trust: "given" });
    expect(await auditNode(options)).toMatchObject({ size: 11, trust: "first-use", witnessing: "not-asked" });
  });
});

describe("a log that is not whole or not authentic", () => {
  const flip = (node: FakeNode, path: string) => {
    const bytes = node.files.get(path)?.slice() ?? new Uint8Array();
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1;
    node.write(path, bytes);
  };
  const rows: readonly (readonly [what: string, spoil: (node: FakeNode) => void, code: string])[] = [
    ["an entry that was altered", (node) => flip(node, "tile/entries/000"), "tile-not-authentic"],
    ["an entry of the last bundle that was altered", (node) => flip(node, "tile/entries/002.p/96"), "tile-not-authentic"],
    ["a full tile that was altered", (node) => flip(node, "tile/0/001"), "tile-not-authentic"],
    ["a partial tile that was altered", (node) => flip(node, "tile/0/002.p/96"), "tile-not-authentic"],
    ["an upper tile that was altered", (node) => flip(node, "tile/1/000.p/2"), "tile-not-authentic"],
    ["a bundle that is missing", (node) => node.files.delete("tile/entries/001"), "tile-missing"],
    [
      "a bundle that was cut",
      (node) => node.write("tile/entries/001", (node.files.get("tile/entries/001") ?? new Uint8Array()).slice(0, -1)),
      "entry-bundle-malformed",
    ],
    [
      "an older bundle in the place of a newer one",
      (node) => node.write("tile/entries/001", node.files.get("tile/entries/000") ?? ""),
      "tile-not-authentic",
    ],
    ["a checkpoint with another size", (node) => editCheckpoint(node, (text) => text.replace("608", "607")), "note-signature-invalid"],
  ];

  it.each(rows)("%s stops the audit", async (_, spoil, code) => {
    const node = busyNode(600);
    spoil(node);
    expect(await codeOfAsync(audit(node))).toBe(code);
  });

  it("is not read under another log's key", async () => {
    expect(await codeOfAsync(audit(busyNode(1), new FakeNode({ holder: "court.example" }).trust()))).toBe("note-unsigned");
  });

  function editCheckpoint(node: FakeNode, edit: (text: string) => string): void {
    node.write("checkpoint", edit(new TextDecoder().decode(node.files.get("checkpoint"))));
  }
});

describe("an entry that breaks a rule is a finding", () => {
  const { created, ...rest } = governance;
  const answer: Entry = { entry: "answer/1", answer: otherDigest };
  const { key: _, ...keyless } = governance;
  const ofApproved = { at: now, computation: governance.approved.computation };
  const ofKey = { ...governance.key, entry: "key-compromised/1" } as const;
  const revoked: Entry = { ...ofApproved, entry: "computation-revoked/1", reason: "faulty" };
  const expires = (until: number): Entry => ({ ...ofApproved, entry: "computation-expires/1", until });
  const newer = { ...governance.approved, computation: otherDigest, version: "9.0.0" } as const;
  const superseded = (from = now): Entry => ({ ...ofApproved, entry: "computation-superseded/1", by: otherDigest, from });
  const replayed = (result: "right" | "wrong"): Entry => ({ entry: "answer-replayed/1", at: now, answer: otherDigest, result });
  const rows: readonly (readonly [what: string, acts: Acts, found: readonly string[]])[] = [
    ["an answer that was computed again and was right", { ...governance, replayed: replayed("right") }, []],
    ["an answer that was computed again and was wrong", { ...governance, replayed: replayed("wrong") }, ["8 answer-is-right"]],
    ["no beginning", rest, ["0 log-begins-once"]],
    ["two beginnings", { ...governance, created2: created }, ["8 log-begins-once"]],
    ["another holder's beginning", { ...governance, created: { ...created, holder: "court.example" } }, ["0 log-begins-once"]],
    ["an answer before anything was in force", { created, answer, ...rest }, ["1 answer-rests-on-governance"]],
    ["an answer without a key", { ...keyless, answer }, ["7 answer-rests-on-governance"]],
    [
      "an answer after its key was retired",
      { ...governance, retired: { ...governance.key, entry: "key-retired/1" }, answer },
      ["9 answer-rests-on-governance"],
    ],
    ["a key that is added twice", { ...governance, again: governance.key }, ["8 key-known"]],
    [
      "a key that is retired twice",
      { ...governance, one: { ...governance.key, entry: "key-retired/1" }, two: { ...governance.key, entry: "key-retired/1" } },
      ["9 key-known"],
    ],
    ["a key that comes back", { ...governance, one: { ...governance.key, entry: "key-retired/1" }, two: governance.key }, ["9 key-known"]],
    ["a key that is given up", { ...governance, gone: { ...ofKey, size: 8, since: now } }, []],
    ["a key that is given up and never was", { ...governance, gone: { ...ofKey, role: "log", size: 8, since: now } }, ["8 key-known"]],
    ["a key that is given up from a later entry on", { ...governance, gone: { ...ofKey, size: 9, since: now } }, ["8 key-known"]],
    ["a key that is given up from a later time on", { ...governance, gone: { ...ofKey, size: 8, since: now + 1 } }, ["8 key-known"]],
    [
      "two texts under one version",
      { ...governance, other: { ...governance.approved, computation: otherDigest } },
      ["8 computation-known"],
    ],
    [
      "a revocation of nothing",
      { ...governance, revoked: { entry: "computation-revoked/1", at: now, computation: otherDigest } },
      ["8 computation-known"],
    ],
    ["a text that is approved twice", { ...governance, again: governance.approved }, ["8 computation-known"]],
    ["a revocation after a revocation", { ...governance, one: revoked, two: revoked }, ["9 computation-ends-in-order"]],
    ["an expiry after a revocation", { ...governance, one: revoked, two: expires(now + 9) }, ["9 computation-ends-in-order"]],
    ["an expiry in the past", { ...governance, expires: expires(now - 1) }, ["8 computation-ends-in-order"]],
    ["an expiry that is moved before it comes", { ...governance, one: expires(now + 9), two: expires(now + 5) }, []],
    ["an expiry that is moved after it came", { ...governance, one: expires(now), two: expires(now + 5) }, ["9 computation-ends-in-order"]],
    ["a version that a newer one supersedes", { ...governance, newer, ends: superseded() }, []],
    ["a version that is superseded by a stranger", { ...governance, ends: superseded() }, ["8 computation-ends-in-order"]],
    [
      "a version that another id supersedes",
      { ...governance, newer: { ...newer, id: "other" }, ends: superseded() },
      ["9 computation-ends-in-order"],
    ],
    [
      "a version that an older one supersedes",
      { ...governance, newer: { ...newer, version: "0.9.9" }, ends: superseded() },
      ["9 computation-ends-in-order"],
    ],
    [
      "a version that is superseded twice",
      { ...governance, newer, one: superseded(now + 9), two: superseded(now + 10) },
      ["10 computation-ends-in-order"],
    ],
    ["a version that is superseded in the past", { ...governance, newer, ends: superseded(now - 1) }, ["9 computation-ends-in-order"]],
    ["a grant to a stranger", { ...governance, granted: { ...governance.granted, requester: "other.example" } }, ["7 requester-known"]],
    ["a grant that ends before it begins", { ...governance, granted: { ...governance.granted, until: 0 } }, ["7 grant-has-time"]],
    [
      "a stranger cut off",
      { ...governance, cut: { entry: "requester-cut-off/1", at: now, requester: "other.example" } },
      ["8 requester-known"],
    ],
    ["an epoch that is skipped", { ...governance, epoch3: { ...governance.epoch, number: 3 } }, ["8 epoch-follows"]],
    [
      "an epoch that goes back in time",
      { ...governance, epoch2: { ...governance.epoch, number: 2, asOf: "2023-10-31" } },
      ["8 epoch-follows"],
    ],
  ];

  it.each(rows)("%s", async (_, acts, found) => {
    const report = await audit(new FakeNode({ acts }));
    expect(report.findings.map(({ index, rule }) => `${index} ${rule}`)).toEqual(found);
    expect(report.findingCount).toBe(found.length);
  });

  it("also one that cannot be read, and the audit goes on", async () => {
    const node = new FakeNode();
    node.append(encodeUtf8("not an entry"));
    node.append(encodeEntry(answer));
    node.publish();
    const report = await audit(node);
    expect(report.findings).toMatchObject([{ index: 8, rule: "entry-form" }]);
    expect(report.counts).toMatchObject({ unreadable: 1, "answer/1": 1 });
  });

  it("keeps the first thousand and counts them all", async () => {
    const node = new FakeNode();
    for (let i = 0; i < 1100; i++) node.append(encodeUtf8("x"));
    node.publish();
    const report = await audit(node);
    expect([report.findings.length, report.findingCount]).toEqual([1000, 1100]);
  });
});

describe("an approval is judged by the texts that the log names", () => {
  const path = `notes/${governance.approved.note.slice("sha256:".length)}.note`;
  const policyPath = `policies/${governance.policy.policy.slice("sha256:".length)}.yaml`;
  const options = { nodeUrl: "https://tax.example/", sleep: noSleep };
  const findings = async (spoil: (node: FakeNode) => void, acts: Acts = governance) => {
    const node = new FakeNode({ acts });
    spoil(node);
    const report = await auditNode({ ...options, fetch: node.fetch, trust: node.trust() });
    return report.findings.map(({ index, rule, words }) => `${index} ${rule}: ${words}`);
  };

  it("and holds when they are published and bear it", async () => {
    expect(await findings(() => undefined)).toEqual([]);
  });

  const rows: readonly (readonly [what: string, spoil: (node: FakeNode) => void, words: RegExp])[] = [
    ["a note that is missing", (node) => node.files.delete(path), /note of an approval is not published/],
    ["another note", (node) => node.write(path, "another text\n\n— a.example AAAA\n"), /is not published, or is another one/],
    ["a policy that is missing", (node) => node.files.delete(policyPath), /policy that an approval was judged by is not published/],
    ["another policy", (node) => node.write(policyPath, "frostglass: policy/1\n"), /is not published, or is another one/],
  ];
  it.each(rows)("%s is a finding", async (_, spoil, words) => {
    const ofApproval = (await findings(spoil)).filter((found) => !found.includes("policy-follows"));
    expect(ofApproval).toEqual([expect.stringMatching(words)]);
  });

  it("an approval before any policy is one as well", async () => {
    const { created, approved, ...rest } = governance;
    expect(await findings(() => undefined, { created, approved, ...rest })).toEqual([expect.stringMatching(/^1 approval-suffices/)]);
  });
});
