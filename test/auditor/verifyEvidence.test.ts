import { describe, expect, it } from "vitest";
import type { AuditMemory, EvidenceReport } from "../../src/auditor/index.js";
import { auditLog, parseOpening, parseTrust, recallAudit, verifyEvidence } from "../../src/auditor/index.js";
import { formatBase64, parseBase64 } from "../../src/bytes/base64.js";
import { decodeUtf8, encodeUtf8 } from "../../src/bytes/utf8.js";
import { formatEvidence } from "../../src/evidence/evidenceFile.js";
import { formatOpening } from "../../src/evidence/openingFile.js";
import { digestOf } from "../../src/model/digest.js";
import { addSignature } from "../../src/note/signedNote.js";
import { cosign } from "../../src/tlog/cosignature.js";
import { type Entry, encodeAnswerEntry } from "../../src/wire/entry.js";
import { FakeNode, governance, keyText, now, otherDigest, otherSubject, subject, witnessKey } from "../evidence/fakeNode.js";
import { editAnswer, editExtra, type Made, makeEvidence, spoil } from "../evidence/makeEvidence.js";

/** `3 inclusion-proof-invalid` for each step that fails. */
const failures = (report: EvidenceReport) =>
  report.steps.filter(({ result }) => result === "fails").map(({ number, code }) => `${number} ${code}`);
const trust = new FakeNode().trust();
const witnessedTrust = new FakeNode().trust(true);
const revocation: Entry = { entry: "computation-revoked/1", at: now, computation: governance.approved.computation };
const expiry = { entry: "computation-expires/1", at: now, computation: governance.approved.computation, until: now } as const;
const supersession: Entry = {
  ...{ entry: "computation-superseded/1", at: now, computation: governance.approved.computation },
  ...{ by: otherDigest, from: now },
};
const refusal = { outcome: { kind: "refusal", code: "requester-not-granted" }, reasonCodes: [] } as const;

describe("evidence that holds", () => {
  it("takes eleven steps and says in words what each found", async () => {
    const { text } = await makeEvidence();
    const report = verifyEvidence(text, trust);
    expect(report.steps.map(({ number, title, result }) => `${number} ${title}: ${result}`)).toEqual([
      "1 The file: holds",
      "2 The log: holds",
      "3 The entry: holds",
      "4 The witnesses: not-shown",
      "5 The answer key: holds",
      "6 The signature: holds",
      "7 The computation: holds",
      "8 The grant: holds",
      "9 The policy: holds",
      "10 The epoch: holds",
      "11 The subject: not-shown",
    ]);
    for (const { words } of report.steps) expect(words).toMatch(/^[A-Z].*\.$/);
    expect(report).toMatchObject({
      verdict: "holds",
      holds: true,
      witnessing: "not-asked",
      index: 8,
      log: { origin: "tax.example", size: 9 },
    });
    expect(report.answer?.outcome).toEqual({ kind: "decision", decision: true });
  });

  it("says what is not proved", async () => {
    const { text } = await makeEvidence();
    const open = verifyEvidence(text, trust).notProved.join("\n");
    for (const part of [
      /true and complete/,
      /revoked or replaced/,
      /outcome follows/,
      /others saw the same log/,
      /Whom the answer is about/,
    ])
      expect(open).toMatch(part);
    const refused = await makeEvidence({ twist: { claims: { ...refusal, consent: otherDigest } } });
    expect(verifyEvidence(refused.text, trust).notProved.join("\n")).toMatch(/consent was given/);
    expect(verifyEvidence(refused.text, trust).notProved.join("\n")).not.toMatch(/outcome follows/);
  });

  it("can be written as JSON and read again", async () => {
    const report = verifyEvidence((await makeEvidence()).text, trust);
    expect(JSON.parse(JSON.stringify(report))).toEqual(structuredClone(report));
  });
});

describe("witnesses", () => {
  it("are named with their time when they fill the quorum", async () => {
    const { text } = await makeEvidence({ witnessedAt: now + 9 });
    const report = verifyEvidence(text, witnessedTrust);
    expect(report).toMatchObject({ verdict: "holds", witnessing: "quorum", witnesses: [{ name: "W1", time: now + 9 }] });
    expect(report.steps[3]?.words).toContain("W1 at 2023-11-14 22:13:29 UTC");
  });

  it("signed and logged, not yet witnessed is a result of its own", async () => {
    const { text } = await makeEvidence();
    const report = verifyEvidence(text, witnessedTrust);
    expect(report).toMatchObject({ verdict: "not-yet-witnessed", holds: false, witnessing: "not-yet-witnessed", witnesses: [] });
    expect(failures(report)).toEqual([]);
    expect(report.steps[3]?.words).toMatch(/^Signed and logged, not yet witnessed/);
  });

  it("a known witness whose cosignature does not hold fails the fourth step", async () => {
    const { text } = await makeEvidence({ witnessedAt: now });
    const report = verifyEvidence(spoil(text, /(?<=witness\.example\/w1 .{20}).{40}/), witnessedTrust);
    expect(failures(report)).toEqual(["4 note-signature-invalid"]);
    expect(report.witnessing).toBe("not-yet-witnessed");
  });
});

describe("an altered file", () => {
  const rows: readonly (readonly [what: string, edit: (text: string) => string, failing: readonly string[]])[] = [
    ["its first line", (text) => text.replace("@v1", "@v2"), ["1 proof-version-unknown"]],
    ["nothing but the answer's first line", (text) => text.replace(/^extra .*\n/m, ""), ["1 evidence-extra-invalid"]],
    ["a character outside base64", (text) => text.replace(/^extra ./m, "extra !"), ["1 proof-extra-invalid"]],
    ["the version inside", (text) => editExtra(text, (extra) => extra.replace("/1\n", "/2\n")), ["1 evidence-extra-invalid"]],
    [
      "the outcome",
      (text) => editAnswer(text, 1, (json) => json.replace('"decision":true', '"decision":false')),
      ["3 inclusion-proof-invalid", "6 answer-signature-invalid"],
    ],
    [
      "the salt",
      (text) => editAnswer(text, 1, (json) => spoil(json, /(?<="salt":").{20}/)),
      ["3 inclusion-proof-invalid", "6 answer-signature-invalid"],
    ],
    ["an unknown claim", (text) => editAnswer(text, 1, (json) => json.replace("{", '{"extra":1,')), ["1 claims-unknown"]],
    ["a float", (text) => editAnswer(text, 1, (json) => json.replace(`"iat":${now}`, `"iat":${now}.5`)), ["1 json-number-refused"]],
    ["the algorithm", (text) => editAnswer(text, 0, (json) => json.replace("EdDSA", "none")), ["1 jws-alg-refused"]],
    ["the kind of message", (text) => editAnswer(text, 0, (json) => json.replace("-answer", "-query")), ["1 jws-typ-refused"]],
    [
      "the key's name",
      (text) => editAnswer(text, 0, (json) => spoil(json, /(?<="kid":").{20}/)),
      ["3 inclusion-proof-invalid", "5 answer-key-unknown", "6 answer-key-unknown"],
    ],
    [
      "the answer's signature",
      (text) => editExtra(text, (extra) => spoil(extra, /(?<=\n[^.\n]+\.[^.\n]+\.).{40}/)),
      ["3 inclusion-proof-invalid", "6 answer-signature-invalid"],
    ],
    ["the index", (text) => text.replace("index 8", "index 9"), ["3 inclusion-proof-invalid"]],
    ["a leading zero", (text) => text.replace("index 8", "index 08"), ["1 proof-index-invalid"]],
    ["a hash of the proof", (text) => spoil(text, /(?<=index 8\n).{40}/), ["3 inclusion-proof-invalid"]],
    ["a hash left out", (text) => text.replace(/(?<=index 8\n).+\n/, ""), ["3 inclusion-proof-invalid"]],
    ["the origin", (text) => text.replace("\n\ntax.example", "\n\ntax2.example"), ["2 note-signature-invalid"]],
    ["the size", (text) => text.replace("\n\ntax.example\n9", "\n\ntax.example\n8"), ["2 note-signature-invalid"]],
    ["the root", (text) => spoil(text, /(?<=\n\ntax\.example\n9\n).{40}/), ["2 note-signature-invalid"]],
    ["the log's signature", (text) => spoil(text, /(?<=— tax\.example .{12}).{40}/), ["2 note-signature-invalid"]],
    ["the signer's name", (text) => text.replace("— tax.example", "— fax.example"), ["2 note-unsigned"]],
    ["a carriage return", (text) => text.replace(/\n$/, "\r\n"), ["1 note-character-refused"]],
    ["bytes after the end", (text) => `${text}x`, ["1 note-malformed"]],
    [
      "the entry of the key",
      (text) => editEntry(text, 2, (json) => json.replace(`${now}`, `${now + 1}`)),
      ["5 inclusion-proof-invalid", "6 inclusion-proof-invalid"],
    ],
    [
      "the entry of the policy",
      (text) => editEntry(text, 3, (json) => json.replace(`${now}`, `${now + 1}`)),
      ["9 inclusion-proof-invalid"],
    ],
    [
      "the entry of the epoch",
      (text) => editEntry(text, 4, (json) => json.replace("2023-11-01", "2023-11-02")),
      ["10 inclusion-proof-invalid"],
    ],
    [
      "the entry of the approval",
      (text) => editEntry(text, 5, (json) => json.replace(`${now}`, `${now + 1}`)),
      ["7 inclusion-proof-invalid"],
    ],
    [
      "the entry of the grant",
      (text) => editEntry(text, 7, (json) => json.replace(`${now + 1000}`, `${now + 9999}`)),
      ["8 inclusion-proof-invalid"],
    ],
    ["an entry's index", (text) => editExtra(text, (extra) => extra.replace("entry 7", "entry 6")), ["8 inclusion-proof-invalid"]],
    ["an entry's proof", (text) => editExtra(text, (extra) => spoil(extra, /(?<=entry 7 \S+ ).{40}/)), ["8 inclusion-proof-invalid"]],
    ["an entry of an unknown kind", (text) => editEntry(text, 7, (json) => json.replace("granted/1", "granted/2")), ["1 entry-invalid"]],
    ["the order of the entries", (text) => editExtra(text, (extra) => extra.replace("entry 7", "entry 2")), ["1 evidence-extra-invalid"]],
  ];

  it.each(rows)("%s", async (_, edit, failing) => {
    const { text } = await makeEvidence();
    const edited = edit(text);
    expect(edited).not.toBe(text);
    const report = verifyEvidence(edited, trust);
    expect(failures(report)).toEqual(failing);
    expect(report).toMatchObject({ verdict: "fails", holds: false });
  });

  it("never holds, whichever character is changed", async () => {
    const { text } = await makeEvidence();
    for (let at = 0; at < text.length; at += 29) {
      const changed = text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
      expect(verifyEvidence(changed, trust).verdict, `character ${at}`).toBe("fails");
    }
  });

  it("leaves the later steps unasked when the file or the log fails", async () => {
    const { text } = await makeEvidence();
    const report = verifyEvidence("no evidence\n", trust);
    expect(report.steps.slice(1).map(({ result }) => result)).toEqual(Array(10).fill("not-shown"));
    expect(report.answer).toBeUndefined();
    const stranger = parseTrust(`log ${"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"}\nquorum none\n`);
    expect(failures(verifyEvidence(text, stranger))).toEqual(["2 note-unsigned"]);
    expect(verifyEvidence(text, stranger).steps).toHaveLength(11);
  });
});

describe("a key that an audit knows more about than the file shows", () => {
  const { key, ...others } = governance;
  const index = Object.keys(governance).length;
  const givenUp = (size: number, since: number) =>
    ({ entry: "key-compromised/1", at: since + 50, role: "answer", key: key.key, size, since }) as const;
  const verifyKnowing = async (entry: Entry, at: number, witnessedAt?: number) => {
    const { text } = await makeEvidence(witnessedAt === undefined ? {} : { witnessedAt });
    const acts = [{ index: at, entry: entry as Exclude<Entry, { entry: "answer/1" }> }];
    const audited = { origin: "tax.example", acts };
    return failures(verifyEvidence(text, witnessedAt === undefined ? trust : witnessedTrust, { audited }));
  };

  it("fails where the log retired it before the answer, and the file hides that", async () => {
    const acts = { ...others, key, retired: { ...key, entry: "key-retired/1" } as const };
    const { text } = await makeEvidence({ acts });
    expect(failures(verifyEvidence(text, trust))).toEqual([]);
    const audited = { origin: "tax.example", acts: [{ index, entry: acts.retired }] };
    expect(failures(verifyEvidence(text, trust, { audited }))).toEqual(["5 answer-key-retired", "6 answer-key-retired"]);
  });

  it("holds where the log retired it after the answer", async () => {
    expect(await verifyKnowing({ ...key, entry: "key-retired/1" }, index + 1)).toEqual([]);
  });

  it("fails from the size on that the log gives it up from, whoever cosigned, and whatever time the answer claims", async () => {
    expect(await verifyKnowing(givenUp(index, now + 100), index + 5, now + 9)).toEqual(["5 answer-key-compromised"]);
  });

  it("holds before that size where the quorum cosigned before the instant", async () => {
    expect(await verifyKnowing(givenUp(index + 1, now + 100), index + 5, now + 9)).toEqual([]);
    expect(await verifyKnowing(givenUp(index + 1, now + 9), index + 5, now + 9)).toEqual(["5 answer-key-compromised"]);
  });

  it("fails before that size where no witness is asked for: nobody saw when the answer was there", async () => {
    expect(await verifyKnowing(givenUp(index + 1, now + 100), index + 5)).toEqual(["5 answer-key-compromised"]);
  });

  it("keeps what the first word took away", async () => {
    const { text } = await makeEvidence({ witnessedAt: now + 9 });
    const acts = [givenUp(index, now + 100), givenUp(index + 3, now + 200)].map((entry, i) => ({ index: index + 5 + i, entry }));
    const report = verifyEvidence(text, witnessedTrust, { audited: { origin: "tax.example", acts } });
    expect(failures(report)).toEqual(["5 answer-key-compromised"]);
  });

  it("takes no word from the audit of another log", async () => {
    const { text } = await makeEvidence();
    expect(failures(verifyEvidence(text, trust, { audited: { origin: "court.example", acts: [] } }))).toEqual(["2 audit-other-log"]);
  });
});

describe("an answer that claims a time after witnesses had seen it", () => {
  it.each([
    [0, ["4 answer-postdated"]],
    [now - 86_401, ["4 answer-postdated"]],
    [now - 86_399, []], // clocks differ
    [now + 86_400 * 365, []],
  ])("cosigned at %i", async (at, failed) => {
    const { evidence } = await makeEvidence();
    const line = cosign(evidence.proof.checkpoint, at, { name: "witness.example/w1", privateKey: witnessKey });
    const text = formatEvidence({ ...evidence, proof: { ...evidence.proof, checkpoint: addSignature(evidence.proof.checkpoint, line) } });
    expect(failures(verifyEvidence(text, witnessedTrust))).toEqual(failed);
    expect(failures(verifyEvidence(text, trust))).toEqual([]); // who asks for no witness believes none
  });
});

describe("evidence beside what an audit has mirrored", () => {
  /** The mirror of an audit of a log that ends with so many more answers. */
  async function mirrorOf(node: FakeNode, more: number) {
    for (let i = 0; i < more; i++) node.append(encodeAnswerEntry(digestOf(encodeUtf8(`another ${i}`))));
    node.publish(now);
    const tiles = new Map<string, Uint8Array>();
    let saved = "";
    const memory: AuditMemory = {
      load: async () => undefined,
      save: async (text) => {
        saved = text;
      },
      readTile: async (path) => tiles.get(path),
      keepTile: async (path, bytes) => void tiles.set(path, bytes),
    };
    const checkpoint = decodeUtf8(node.files.get("checkpoint") ?? new Uint8Array());
    await auditLog({ checkpoint, readTile: async (path) => node.files.get(path), trust, memory });
    return { memory, saved: () => saved, tiles };
  }
  const wordsOf = async (text: string, { memory, saved }: Awaited<ReturnType<typeof mirrorOf>>) => {
    const report = verifyEvidence(text, trust, { audited: await recallAudit(saved(), memory, text) });
    return [...failures(report), report.steps[1]?.words];
  };

  it("holds where the audit saw the same tree, also when it saw more, and says where it did not come so far", async () => {
    const { text, node } = await makeEvidence();
    const early = await mirrorOf(new FakeNode(), 0);
    expect(await wordsOf(text, await mirrorOf(node, 0))).toEqual([expect.stringContaining("as the audit saw it")]);
    const later = await mirrorOf(node, 700);
    expect(await wordsOf(text, later)).toEqual([expect.stringContaining("as the audit saw it")]);
    expect(await wordsOf(text, early)).toEqual([expect.stringContaining("The audit did not come so far")]);
    later.tiles.delete("tile/0/000");
    expect(await wordsOf(text, later)).toEqual([expect.stringContaining("The audit did not come so far")]);
  });

  it("fails where the log showed the audit another tree", async () => {
    const { text } = await makeEvidence();
    for (const more of [1, 300])
      expect(await wordsOf(text, await mirrorOf(new FakeNode(), more))).toEqual([
        "2 evidence-other-view",
        "The log showed another tree of this size to the audit than to this file.",
      ]);
  });
});

describe("evidence of a node that does not keep its rules", () => {
  const { created, logKey, key, policy, epoch, approved, added, granted } = governance;
  const rows: readonly (readonly [what: string, made: Made, failing: readonly string[]])[] = [
    ["no entry of the key", { show: ["policy", "epoch", "approved", "granted"] }, ["5 answer-key-unknown", "6 answer-key-unknown"]],
    [
      "the entry of another key",
      { show: ["logKey", "policy", "epoch", "approved", "granted"] },
      ["5 answer-key-unknown", "6 answer-key-unknown"],
    ],
    [
      "a key that was added after the answer",
      { acts: { created, policy, epoch, approved, added, granted }, show: ["policy", "epoch", "approved", "granted"], late: [key] },
      ["5 evidence-entry-late", "6 evidence-entry-late"],
    ],
    [
      "a key that was retired before the answer",
      {
        acts: { ...governance, retired: { ...key, entry: "key-retired/1" } },
        show: ["key", "policy", "epoch", "approved", "granted", "retired"],
      },
      ["5 answer-key-retired", "6 answer-key-retired"],
    ],
    ["an answer signed with a key of the log's", { twist: { signer: "log" } }, ["5 answer-key-unknown", "6 answer-key-unknown"]],
    ["no approval", { show: ["key", "policy", "epoch", "granted"] }, ["7 evidence-entry-absent"]],
    [
      "the approval of another text",
      { acts: { ...governance, approved: { ...approved, computation: otherDigest } } },
      ["7 answer-computation-mismatch"],
    ],
    [
      "the approval of another version",
      { acts: { ...governance, approved: { ...approved, version: "1.0.1" } } },
      ["7 answer-computation-mismatch"],
    ],
    ["the approval of another id", { acts: { ...governance, approved: { ...approved, id: "sales" } } }, ["7 answer-computation-mismatch"]],
    [
      "an approval after the answer",
      { acts: { created, logKey, key, policy, epoch, added, granted }, show: ["key", "policy", "epoch", "granted"], late: [approved] },
      ["7 evidence-entry-late"],
    ],
    [
      "a computation that was revoked",
      { acts: { ...governance, revoked: revocation }, show: ["key", "policy", "epoch", "approved", "granted", "revoked"] },
      ["7 answer-computation-revoked"],
    ],
    [
      "a computation that was revoked, whatever was approved after it",
      {
        acts: { ...governance, revoked: revocation, approved2: approved },
        show: ["key", "policy", "epoch", "approved", "granted", "revoked", "approved2"],
      },
      ["7 answer-computation-revoked"],
    ],
    [
      "a computation that had expired",
      { acts: { ...governance, expires: expiry }, show: ["key", "policy", "epoch", "approved", "granted", "expires"] },
      ["7 answer-computation-expired"],
    ],
    [
      "a computation whose expiry was moved after it had come",
      {
        acts: { ...governance, expires: expiry, later: { ...expiry, at: now + 9, until: now + 3600 } },
        show: ["key", "policy", "epoch", "approved", "granted", "expires", "later"],
      },
      ["7 answer-computation-expired"],
    ],
    [
      "a computation that was superseded",
      { acts: { ...governance, superseded: supersession }, show: ["key", "policy", "epoch", "approved", "granted", "superseded"] },
      ["7 answer-computation-superseded"],
    ],
    [
      "a refusal of a revoked computation that nothing shown revokes",
      { twist: { claims: { outcome: { kind: "refusal", code: "computation-revoked" }, reasonCodes: [] } } },
      ["7 answer-refusal-unfounded"],
    ],
    ["no grant", { show: ["key", "policy", "epoch", "approved"] }, ["8 evidence-entry-absent"]],
    [
      "a grant for another purpose",
      { acts: { ...governance, granted: { ...granted, purposes: ["marketing"] } } },
      ["8 answer-grant-mismatch"],
    ],
    [
      "a grant for another computation",
      { acts: { ...governance, granted: { ...granted, computation: "void-share" } } },
      ["8 answer-grant-mismatch"],
    ],
    [
      "another requester's grant",
      { acts: { ...governance, granted: { ...granted, requester: "other.example" } } },
      ["8 answer-grant-mismatch"],
    ],
    ["a grant that ended at that second", { acts: { ...governance, granted: { ...granted, until: now } } }, ["8 answer-grant-out-of-time"]],
    [
      "a grant that begins a second later",
      { acts: { ...governance, granted: { ...granted, from: now + 1 } } },
      ["8 answer-grant-out-of-time"],
    ],
    [
      "a requester that was cut off",
      {
        acts: { ...governance, cut: { entry: "requester-cut-off/1", at: now, requester: "bank.example" } },
        show: ["key", "policy", "epoch", "approved", "granted", "cut"],
      },
      ["8 answer-grant-ended"],
    ],
    ["another policy in force", { acts: { ...governance, policy: { ...policy, policy: otherDigest } } }, ["9 answer-policy-mismatch"]],
    [
      "a policy that was replaced",
      {
        acts: { ...governance, newer: { ...policy, policy: otherDigest } },
        show: ["key", "policy", "epoch", "approved", "granted", "newer"],
      },
      ["9 answer-policy-mismatch"],
    ],
    ["no policy", { show: ["key", "epoch", "approved", "granted"] }, ["9 evidence-entry-absent"]],
    ["another epoch's number", { acts: { ...governance, epoch: { ...epoch, number: 2 } } }, ["10 answer-epoch-mismatch"]],
    ["another epoch's root", { acts: { ...governance, epoch: { ...epoch, root: otherDigest } } }, ["10 answer-epoch-mismatch"]],
    ["another epoch's date", { acts: { ...governance, epoch: { ...epoch, asOf: "2023-10-01" } } }, ["10 answer-epoch-mismatch"]],
    [
      "an entry that nothing rests on",
      { show: ["created", "key", "policy", "epoch", "approved", "granted"] },
      ["1 evidence-entry-needless"],
    ],
  ];

  it.each(rows)("%s", async (_, made, failing) => {
    const report = verifyEvidence((await makeEvidence(made)).text, trust);
    expect(failures(report)).toEqual(failing);
    expect(report.verdict).toBe("fails");
  });

  it("another holder's answer in this log, though both holders are trusted", async () => {
    const { evidence } = await makeEvidence();
    const other = await makeEvidence({ holder: "court.example" });
    const swapped = formatEvidence({ ...evidence, answer: other.evidence.answer });
    const both = { ...trust, logs: [...trust.logs, ...other.node.trust().logs] };
    expect(failures(verifyEvidence(swapped, both))).toEqual(["2 evidence-other-holder"]);
  });

  it("takes a requester that was granted again", async () => {
    const cut: Entry = { entry: "requester-cut-off/1", at: now, requester: "bank.example" };
    const acts = { ...governance, cut, added2: added, granted2: granted };
    const { text } = await makeEvidence({ acts, show: ["key", "policy", "epoch", "approved", "granted", "cut", "granted2"] });
    expect(verifyEvidence(text, trust).verdict).toBe("holds");
  });

  it("takes a computation that ends later, by a day or by a newer version", async () => {
    const ends = { at: now, computation: approved.computation };
    const expires: Entry = { ...ends, entry: "computation-expires/1", until: now + 3600 };
    const superseded: Entry = { ...ends, entry: "computation-superseded/1", by: otherDigest, from: now + 3600 };
    const newer: Entry = { ...approved, computation: otherDigest, version: "9.0.0" };
    const show = ["key", "policy", "epoch", "approved", "granted", "expires", "superseded"];
    const { text } = await makeEvidence({ acts: { ...governance, newer, expires, superseded }, show });
    expect(failures(verifyEvidence(text, trust))).toEqual([]);
  });

  it("does not take the log's index for granted: entries after the answer count for nothing", async () => {
    const { text } = await makeEvidence({ late: [revocation, { entry: "requester-cut-off/1", at: now, requester: "bank.example" }] });
    expect(verifyEvidence(text, trust).verdict).toBe("holds");
  });
});

describe("a refusal", () => {
  it("need not show an approval or a grant", async () => {
    const { text } = await makeEvidence({
      show: ["key", "policy", "epoch"],
      twist: { claims: { ...refusal, computation: { digest: otherDigest } } },
    });
    const report = verifyEvidence(text, trust);
    expect(report.verdict).toBe("holds");
    expect(report.steps.slice(6, 8).map(({ result }) => result)).toEqual(["not-shown", "not-shown"]);
    expect(report.steps[6]?.words).toMatch(/refusal/);
  });

  it("shows the key, the policy and the epoch like any answer", async () => {
    const { text } = await makeEvidence({ show: [], twist: { claims: refusal } });
    expect(failures(verifyEvidence(text, trust))).toEqual([
      "5 answer-key-unknown",
      "6 answer-key-unknown",
      "9 evidence-entry-absent",
      "10 evidence-entry-absent",
    ]);
  });

  it("must agree with the approval and the grant that it shows", async () => {
    const { text } = await makeEvidence({ twist: { claims: { ...refusal, purpose: "marketing", computation: { digest: otherDigest } } } });
    expect(failures(verifyEvidence(text, trust))).toEqual(["7 answer-computation-mismatch", "8 answer-grant-mismatch"]);
  });
});

describe("the opening", () => {
  it("shows whom the answer is about, without naming it", async () => {
    const { text, evidence, opening } = await makeEvidence();
    const file = formatOpening({ answer: evidence.answer.digest, subject, opening });
    const report = verifyEvidence(text, trust, { opening: parseOpening(file) });
    expect(report.steps[10]).toMatchObject({ result: "holds" });
    expect(report.verdict).toBe("holds");
    expect(JSON.stringify(report)).not.toContain("E1");
  });

  it("is refused for another subject, with other bytes and for another answer", async () => {
    const { text, evidence, opening } = await makeEvidence();
    const own = { answer: evidence.answer.digest, subject, opening };
    const others = [
      { ...own, subject: otherSubject },
      { ...own, opening: keyText("other") },
      { ...own, answer: digestOf(encodeUtf8("other")) },
    ];
    for (const other of others)
      expect(failures(verifyEvidence(text, trust, { opening: parseOpening(formatOpening(other)) }))).toEqual([
        "11 subject-commitment-mismatch",
      ]);
  });
});

function editEntry(text: string, index: number, edit: (json: string) => string): string {
  return editExtra(text, (extra) =>
    extra.replace(new RegExp(`(?<=entry ${index} )\\S+`), (entry) => formatBase64(encodeUtf8(edit(decodeUtf8(parseBase64(entry)))))),
  );
}
