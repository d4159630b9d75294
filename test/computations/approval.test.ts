import { describe, expect, test } from "vitest";
import { importPrivateKey } from "#crypto";
import { approvedBy } from "../../src/computations/approval.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { addSignature, formatNote, parseNote, signNote } from "../../src/note/signedNote.js";
import { cosignatureType, type Signer, verifierKeyOf } from "../../src/note/verifierKey.js";
import { manifestText } from "./schemas.js";

const signer = (name: string, fill: number): Signer => ({ name, privateKey: importPrivateKey(new Uint8Array(32).fill(fill)) });
const [alice, bob] = [signer("reviewer.example/alice", 1), signer("privacy.example/bob", 2)];
const text = manifestText({ features: { n: { count: "sales" } }, output: { decision: { n: { at_least: 1 } } } });
const note = parseNote(formatNote(text, [signNote(text, alice)]));

describe("approval", () => {
  test("names the trusted reviewers who signed", () => {
    const both = addSignature(note, signNote(text, bob));
    expect(approvedBy(both, [verifierKeyOf(alice), verifierKeyOf(bob)]).map((key) => key.name)).toEqual([
      "reviewer.example/alice",
      "privacy.example/bob",
    ]);
    expect(approvedBy(both, [verifierKeyOf(bob)]).map((key) => key.name)).toEqual(["privacy.example/bob"]);
  });

  test("leaves the manifest's text, and so its digest, as it was", () => {
    expect(parseManifest(note.text).digest).toBe(parseManifest(text).digest);
  });

  test("is missing without a trusted reviewer", () => {
    for (const keys of [[], [verifierKeyOf(bob)], [verifierKeyOf(alice, cosignatureType)]])
      expect(() => approvedBy(note, keys)).toThrow(expect.objectContaining({ code: "approval-missing" }));
  });

  test("does not hold for a changed text", () => {
    const changed = parseNote(note.full.replace("at_least", "at_most"));
    expect(() => approvedBy(changed, [verifierKeyOf(alice)])).toThrow(expect.objectContaining({ code: "note-signature-invalid" }));
  });
});
