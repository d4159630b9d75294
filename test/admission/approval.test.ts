import { describe, expect, test } from "vitest";
import { importPrivateKey } from "#crypto";
import { approvedUnder, judgeApproval, requireApproval } from "../../src/admission/approval.js";
import { checkPolicy } from "../../src/admission/checkPolicy.js";
import type { Policy, Reviewer } from "../../src/admission/policy.js";
import { parsePolicy } from "../../src/admission/policy.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { digestOf } from "../../src/model/digest.js";
import { addSignature, formatNote, parseNote, signNote } from "../../src/note/signedNote.js";
import { cosignatureType, formatVerifierKey, type Signer, verifierKeyOf } from "../../src/note/verifierKey.js";
import { manifestText } from "../computations/schemas.js";

const signer = (name: string, fill: number): Signer => ({ name, privateKey: importPrivateKey(new Uint8Array(32).fill(fill)) });
const [alice, bob, carol] = [signer("reviewer.example/alice", 1), signer("privacy.example/bob", 2), signer("reviewer.example/carol", 3)];
const text = manifestText({ features: { n: { count: "sales" } }, output: { decision: { n: { at_least: 1 } } } });

const signed = (signers: readonly Signer[], author?: string, of = text) => ({
  note: parseNote(
    formatNote(
      of,
      signers.map((each) => signNote(of, each)),
    ),
  ),
  author,
});
const reviewer = (organisation: string, of: Signer, type?: typeof cosignatureType): Reviewer => ({
  organisation,
  key: verifierKeyOf(of, type),
});
const [ofAlice, ofBob, ofCarol] = [reviewer("Reviewer", alice), reviewer("privacy", bob), reviewer("reviewer", carol)];

function policy(reviewers: readonly Reviewer[], approval: Partial<Policy["approval"]> = {}): Policy {
  const bare = parsePolicy(
    "frostglass: policy/1\nreviewers: []\napproval: { reviewers: 1, organisations: 1 }\nconsent_issuers: []\npurposes: {}\ndisclosure: { period_days: 1, budget_bits: 1, ceiling_bits: 1 }\nclock_skew_seconds: 0\n",
  );
  return { ...bare, reviewers, approval: { ...bare.approval, ...approval } };
}

const code = (value: string) => expect.objectContaining({ code: value });

describe("whose signature counts", () => {
  test("those of the reviewers whom the policy names, and of nobody else", () => {
    const both = signed([alice, bob]);
    expect(judgeApproval(both, policy([ofAlice, ofBob])).signatures).toEqual([
      { reviewer: ofAlice, counts: true },
      { reviewer: ofBob, counts: true },
    ]);
    expect(judgeApproval(both, policy([ofBob]))).toMatchObject({ reviewers: 1, organisations: 1, suffices: true });
    expect(judgeApproval(signed([alice]), policy([ofBob]))).toMatchObject({ signatures: [], suffices: false });
    expect(judgeApproval(signed([alice]), policy([reviewer("reviewer", alice, cosignatureType)]))).toMatchObject({ suffices: false });
  });

  test("an organisation counts once, however its name is written", () => {
    const wanted = { reviewers: 2, organisations: 2 };
    expect(judgeApproval(signed([alice, carol]), policy([ofAlice, ofCarol], wanted))).toMatchObject({
      ...{ reviewers: 2, organisations: 1, suffices: false },
    });
    expect(judgeApproval(signed([alice, bob]), policy([ofAlice, ofBob], wanted)).suffices).toBe(true);
  });

  test("a key counts once, under whatever names", () => {
    const alias = signer("other.example/alice", 1);
    const aliases = policy([ofAlice, reviewer("other", alias)], { reviewers: 2, organisations: 1 });
    expect(judgeApproval(signed([alice, alias]), aliases)).toMatchObject({ reviewers: 1, suffices: false });
    expect(() => checkPolicy(aliases)).toThrow(code("policy-invalid"));
    expect(() => checkPolicy(policy([ofAlice, ofBob]))).not.toThrow();
  });

  test("the author's own organisation does not, where the policy says so", () => {
    const refusing = policy([ofAlice, ofBob], { own: "refused" });
    expect(judgeApproval(signed([alice], "REVIEWER "), refusing)).toMatchObject({
      ...{ signatures: [{ counts: false }], reviewers: 0, suffices: false },
    });
    expect(judgeApproval(signed([alice, bob], "reviewer"), refusing)).toMatchObject({ reviewers: 1, suffices: true });
    expect(judgeApproval(signed([alice], "reviewer"), policy([ofAlice]))).toMatchObject({ reviewers: 1, suffices: true });
  });

  test("and a text without an author cannot slip past that rule", () => {
    const refusing = policy([ofAlice, ofBob], { own: "refused" });
    expect(judgeApproval(signed([alice, bob]), refusing).suffices).toBe(false);
    expect(() => requireApproval(signed([alice, bob]), refusing)).toThrow(/does not name its author/);
  });
});

describe("an approval", () => {
  test("says what is missing", () => {
    const facts = { reviewers: 1, reviewersNeeded: 2, organisations: 1, organisationsNeeded: 2 };
    const needs = policy([ofAlice, ofBob], { reviewers: 2, organisations: 2 });
    expect(() => requireApproval(signed([alice]), needs)).toThrow(expect.objectContaining({ code: "approval-missing", facts }));
  });

  test("does not hold for a changed text, whoever else signed", () => {
    const { note } = signed([alice]);
    const changed = parseNote(note.full.replace("at_least", "at_most"));
    const trusting = policy([ofAlice, ofBob]);
    expect(() => judgeApproval({ note: changed, author: undefined }, trusting)).toThrow(code("note-signature-invalid"));
    const cosigned = addSignature(changed, signNote(changed.text, bob));
    expect(() => judgeApproval({ note: cosigned, author: undefined }, trusting)).toThrow(code("note-signature-invalid"));
    expect(approvedUnder(trusting, new Map([[digestOf(new Uint8Array()), { note: cosigned, author: undefined }]]))).toEqual(new Set());
  });

  test("passes over up to 64 signatures of strangers", () => {
    const strangers = Array.from({ length: 63 }, (_, i) => signer(`stranger.example/${i}`, 100 + i));
    expect(judgeApproval(signed([...strangers, alice]), policy([ofAlice]))).toMatchObject({ reviewers: 1, suffices: true });
    const many = [...strangers, alice, bob].map((each) => signNote(text, each));
    expect(() => parseNote(`${text}\n${many.join("\n")}\n`)).toThrow(code("note-too-many-signatures"));
  });

  test("leaves the text, and so its digest, as it was", () => {
    expect(parseManifest(signed([alice]).note.text).digest).toBe(parseManifest(text).digest);
  });
});

test("a policy says what becomes of own signatures, and counts them where it says nothing", () => {
  const key = formatVerifierKey(ofAlice.key);
  const written = (approval: string) =>
    parsePolicy(
      `frostglass: policy/1\nreviewers:\n  - { organisation: r, key: "${key}" }\napproval: ${approval}\nconsent_issuers: []\npurposes: {}\ndisclosure: { period_days: 1, budget_bits: 1, ceiling_bits: 1 }\nclock_skew_seconds: 0\n`,
    ).approval.own;
  expect(written("{ reviewers: 1, organisations: 1 }")).toBe("counted");
  expect(written("{ reviewers: 1, organisations: 1, own: refused }")).toBe("refused");
  expect(() => written("{ reviewers: 1, organisations: 1, own: maybe }")).toThrow(code("policy-invalid"));
});
