import { afterEach, expect, test } from "vitest";
import { importPrivateKey } from "#crypto";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { asFrostglassError } from "../../src/errors/error.js";
import { type Digest, digestOf } from "../../src/model/digest.js";
import { addSignature, formatNote, parseNote, signNote } from "../../src/note/signedNote.js";
import type { Signer } from "../../src/note/verifierKey.js";
import { readPublicLog } from "../faults/publicLog.js";
import {
  approved,
  policyText,
  queryOf,
  readyToSign,
  reviewerLine,
  riskReviewer,
  type SmallNode,
  salesSchema,
  signed,
  smallNode,
  totalAbove,
} from "../vault/smallNode.js";

/*
 * P2 against whoever may carry notes to a holder, and against reviewers of one mind. Two organisations have to approve; the small node trusts two
 * reviewers of the bureau and one of the regulator.
 */

const signer = (name: string, fill: number): Signer => ({ name, privateKey: importPrivateKey(new Uint8Array(32).fill(fill)) });
const second = signer("models.bureau.example", 21);
const regulator = signer("regulator.example/models", 22);
const stranger = signer("stranger.example", 23);

const trusted = [
  reviewerLine("bureau.example", riskReviewer),
  reviewerLine("bureau.example", second),
  reviewerLine("regulator.example", regulator),
];
const two = "{ reviewers: 2, organisations: 2 }";
const policy = (reviewers = trusted, approval = two) => policyText({ reviewers, approval });

const open: SmallNode[] = [];
afterEach(async () => {
  for (const node of open.splice(0)) await node.vault.close();
});

/** A node under the lenient policy of small nodes first, so that its computations come in, then under the one above. */
async function start(): Promise<SmallNode> {
  const node = await smallNode();
  open.push(node);
  node.run({ act: "set-policy", text: policy() });
  return node;
}

const later = totalAbove.replace("id: total-above", "id: later-one");
const ofAuthor = (organisation: string) => later.replace("purposes:", `author: { organisation: ${organisation} }\npurposes:`);
const noteOf = (manifest: string, ...signers: readonly Signer[]) => approved(manifest, salesSchema, signers);

function codeOf(act: () => void): string {
  try {
    act();
    return "accepted";
  } catch (thrown) {
    return asFrostglassError(thrown)?.code ?? "fault";
  }
}

/** The same signatures under another text. */
const swapped = (note: string, edit: (text: string) => string) => {
  const { text, full } = parseNote(note);
  return edit(text) + full.slice(text.length);
};

const both = noteOf(later, riskReviewer, regulator);
const rows: readonly (readonly [what: string, note: string, code: string])[] = [
  ["both organisations", both, "accepted"],
  ["nobody whom the policy names", noteOf(later, stranger), "approval-missing"],
  ["one reviewer", noteOf(later, regulator), "approval-missing"],
  ["one organisation twice", noteOf(later, riskReviewer, second), "approval-missing"],
  ["one organisation twice, and a stranger", noteOf(later, riskReviewer, second, stranger), "approval-missing"],
  ["both organisations, and strangers", noteOf(later, stranger, riskReviewer, signer("other.example", 24), regulator), "accepted"],
  ["one reviewer, twice", `${noteOf(later, riskReviewer)}${signNote(readyToSign(later), riskReviewer)}\n`, "note-signature-duplicate"],
  [
    "a stranger under a reviewer's name",
    noteOf(later, regulator, { ...riskReviewer, privateKey: stranger.privateKey }),
    "approval-missing",
  ],
  [
    "both, of a text whose parameters were changed since",
    swapped(both, (text) => text.replace("[100, 250", "[1, 250")),
    "note-signature-invalid",
  ],
  [
    "both, of a text whose version was raised since",
    swapped(both, (text) => text.replace("version: 1.0.0", "version: 1.0.1")),
    "note-signature-invalid",
  ],
  ["both, of a text with a comment more", swapped(both, (text) => `# innocent\n${text}`), "note-signature-invalid"],
  [
    "both, of a text whose leakage line was altered",
    swapped(both, (text) => text.replace(/leakage: sha256:../, "leakage: sha256:00")),
    "note-signature-invalid",
  ],
  [
    "both, of a text whose leakage line was taken away",
    swapped(both, (text) => text.replace(/# leakage.*\n$/, "")),
    "note-signature-invalid",
  ],
  [
    "both, and one more signature that does not hold",
    addSignature(parseNote(both), signNote(`${readyToSign(later)}# more\n`, second)).full,
    "note-signature-invalid",
  ],
];

test.each(rows)("a computation signed by %s", async (_, note, code) => {
  const node = await start();
  const size = node.vault.head.size;
  const found = codeOf(() => node.run({ act: "add-computation", note }));
  expect(found).toBe(code);
  expect(node.vault.head.size - size).toBe(code === "accepted" ? 1 : 0);
});

test("reviewers who sign another leakage report than the one that is found are not enough, all of them together", async () => {
  const node = await start();
  for (const line of [`# leakage: sha256:${"0".repeat(64)}\n`, "", `# leakage: none\n`]) {
    const text = `${later}${line}`;
    const note = formatNote(
      text,
      [riskReviewer, second, regulator].map((each) => signNote(text, each)),
    );
    expect(codeOf(() => node.run({ act: "add-computation", note }))).toBe("leakage-mismatch");
  }
  const ready = readyToSign(later);
  for (const text of [`# leakage: sha256:${"0".repeat(64)}\n${ready}`, `${ready}# more\n`, `${ready}${ready.slice(later.length)}`]) {
    const note = formatNote(
      text,
      [riskReviewer, regulator].map((each) => signNote(text, each)),
    );
    expect(codeOf(() => node.run({ act: "add-computation", note }))).toBe("leakage-mismatch");
  }
});

test("the author's own organisation does not approve its own, and a text without author is nobody's", async () => {
  const node = await start();
  node.run({ act: "set-policy", text: policy(trusted, "{ reviewers: 2, organisations: 1, own: refused }") });
  const add = (manifest: string, ...signers: readonly Signer[]) =>
    codeOf(() => node.run({ act: "add-computation", note: noteOf(manifest, ...signers) }));
  expect(add(ofAuthor("bureau.example"), riskReviewer, second)).toBe("approval-missing");
  expect(add(ofAuthor("Bureau.Example"), riskReviewer, second)).toBe("approval-missing");
  expect(add(ofAuthor("bureau.example"), riskReviewer, second, regulator)).toBe("approval-missing");
  expect(add(later, riskReviewer, second, regulator)).toBe("approval-missing");
  expect(add(ofAuthor("bank.example"), riskReviewer, second)).toBe("accepted");
});

async function ask(node: SmallNode): Promise<string> {
  const { status, body } = await node.vault.submit(signed(queryOf(node)));
  return status === 200 ? "answered" : (JSON.parse(body) as { code: string }).code;
}

test("what a removed reviewer signed is refused from the next query on, and runs again when the policy does", async () => {
  const node = await smallNode();
  open.push(node);
  expect(await ask(node)).toBe("answered");
  node.run({ act: "set-policy", text: policyText({ reviewers: [reviewerLine("regulator.example", regulator)] }) });
  expect(await ask(node)).toBe("computation-not-approved");
  const again = await node.reopened();
  open.splice(0, 1, again);
  expect(await ask(again)).toBe("computation-not-approved");
  const statuses = again.vault.state.governance.computations.values();
  expect([...statuses].map((each) => again.vault.state.standingOf(each))).toEqual(["not-approved", "not-approved"]);
  again.run({ act: "set-policy", text: policyText() });
  expect(await ask(again)).toBe("answered");
});

test("a policy that asks for more reviewers takes out of force what has fewer", async () => {
  const node = await start();
  expect(await ask(node)).toBe("computation-not-approved");
});

test("one key under two names is refused as two reviewers", async () => {
  const node = await start();
  const alias = { ...riskReviewer, name: "alias.example" };
  const text = policy([reviewerLine("bureau.example", riskReviewer), reviewerLine("alias.example", alias)]);
  expect(codeOf(() => node.run({ act: "set-policy", text }))).toBe("policy-invalid");
});

test("the same id and version with another text is an alarm and changes nothing, however many signed it", async () => {
  const node = await start();
  const raised: string[] = [];
  node.vault.alarms.onAlarm = ({ code, facts }) => raised.push(`${code} ${JSON.stringify(facts)}`);
  const before = { size: node.vault.head.size, digest: node.digestOf("total-above") };
  const note = noteOf(totalAbove.replace("[100, 250, 300]", "[0, 250, 300]"), riskReviewer, second, regulator);
  for (const _ of [1, 2]) expect(codeOf(() => node.run({ act: "add-computation", note }))).toBe("computation-conflict");
  expect(raised).toEqual(Array(2).fill('computation-conflict {"id":"total-above","version":"1.0.0"}'));
  expect(node.vault.alarms.counts).toEqual({ "computation-conflict": 2 });
  expect({ size: node.vault.head.size, digest: node.digestOf("total-above") }).toEqual(before);
  expect(codeOf(() => node.run({ act: "add-computation", note: approved(totalAbove) }))).toBe("computation-known");
  expect(node.vault.alarms.counts).toEqual({ "computation-conflict": 2 });
});

test("an auditor finds an approval that the policy of its time did not bear", async () => {
  const node = await start();
  node.run({ act: "add-computation", note: both });
  expect((await readPublicLog(node.home)).report.findings).toEqual([]);
  // A holder whose program was changed writes what its policy forbids.
  const note = noteOf(later.replace("id: later-one", "id: waved-through"), riskReviewer);
  const bytes = encodeUtf8(note);
  const computation = digestOf(encodeUtf8(parseNote(note).text));
  const other: Digest = `sha256:${"1".repeat(64)}`;
  node.vault.administer((batch) => {
    batch.documents.set(digestOf(bytes), bytes);
    const entry = { entry: "computation-approved/1", at: node.clock.now, id: "waved-through", version: "1.0.0" } as const;
    batch.addGovernance({ ...entry, computation, note: digestOf(bytes) });
    batch.addGovernance({ ...entry, id: "other-name", computation: other, note: digestOf(bytes) });
  });
  const { findings } = (await readPublicLog(node.home)).report;
  expect(findings.map(({ rule, words }) => `${rule}: ${words}`)).toEqual([
    "approval-suffices: An approval has fewer reviewers than the policy in force asked for.",
    "approval-suffices: The signed note of an approval is about another computation.",
  ]);
});
