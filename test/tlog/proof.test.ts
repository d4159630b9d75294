import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addSignature, formatNote, parseNote, signNote } from "../../src/note/signedNote.js";
import type { Signer } from "../../src/note/verifierKey.js";
import { TreeAppender } from "../../src/tlog/appender.js";
import { signCheckpoint } from "../../src/tlog/checkpoint.js";
import { cosign } from "../../src/tlog/cosignature.js";
import { emptyRoot, proveInclusion } from "../../src/tlog/merkle.js";
import { parsePolicy } from "../../src/tlog/policy.js";
import { checkProof, formatProof, type LogProof, parseProof } from "../../src/tlog/proof.js";
import { subtreeHash } from "../../src/tlog/tile.js";
import { codeOf } from "../note/codeOf.js";
import { live } from "../note/published.js";
import { log, otherLog, specPolicy, witnesses } from "./federation.js";
import { flip, hex, leavesOf } from "./referenceTree.js";

const policy = parsePolicy(specPolicy);
const leaves = leavesOf(100);
const index = 41;
const leaf = leaves[index] ?? emptyRoot();
const tree = TreeAppender.empty().appended(leaves);
const hashes = proveInclusion(index, tree.size, (subtree) => subtreeHash(subtree, Buffer.concat(leaves)));
const signed = parseNote(signCheckpoint(tree, log));
const time = 1_700_000_000;

/** An evidence file over a checkpoint that these witnesses cosigned, one second after the other. */
function proofWith(cosigners: readonly (Signer | undefined)[], extra?: Uint8Array): LogProof {
  const checkpoint = cosigners.reduce((note, signer, i) => (signer ? addSignature(note, cosign(note, time + i, signer)) : note), signed);
  return { extra, index, hashes, checkpoint };
}
const [x1, x2, , y1] = witnesses;
const full = proofWith([x1, x2, y1], Buffer.from("the answer"));
const text = formatProof(full);

describe("an evidence file", () => {
  it("has the form of the specification", () => {
    const lines = text.split("\n");
    expect(lines.slice(0, 3)).toEqual(["c2sp.org/tlog-proof@v1", "extra dGhlIGFuc3dlcg==", "index 41"]);
    expect(lines.slice(3, 3 + hashes.length)).toEqual(hashes.map((hash) => Buffer.from(hash).toString("base64")));
    expect(text.slice(text.indexOf("\n\n") + 2)).toBe(full.checkpoint.full);
  });

  it("round-trips", () => {
    const parsed = parseProof(text);
    expect(formatProof(parsed)).toBe(text);
    expect(Buffer.from(parsed.extra ?? []).toString()).toBe("the answer");
    expect([parsed.index, parsed.hashes.map(hex), parsed.checkpoint.full]).toEqual([41, hashes.map(hex), full.checkpoint.full]);
    const bare: LogProof = { extra: undefined, index: 0, hashes: [], checkpoint: signed };
    expect(formatProof(bare)).toBe(`c2sp.org/tlog-proof@v1\nindex 0\n\n${signed.full}`);
    expect(parseProof(formatProof(bare))).toEqual(bare);
    expect(formatProof({ ...bare, extra: new Uint8Array(0) })).toBe(formatProof(bare));
  });

  it("takes 63 hashes, and no more", () => {
    const many = (count: number): LogProof => ({ ...full, hashes: Array.from({ length: count }, () => leaf) });
    expect(parseProof(formatProof(many(63))).hashes).toHaveLength(63);
    expect(codeOf(() => formatProof(many(64)))).toBe("proof-too-many-hashes");
  });

  const [firstHash = ""] = hashes.map((hash) => Buffer.from(hash).toString("base64"));
  it.each([
    ["proof-version-unknown", "nothing", ""],
    ["proof-version-unknown", "another version", text.replace("@v1", "@v2")],
    ["proof-version-unknown", "a newline first", `\n${text}`],
    ["proof-version-unknown", "a byte order mark first", `\ufeff${text}`],
    ["proof-version-unknown", "CRLF line ends", text.replaceAll("\n", "\r\n")],
    ["proof-malformed", "no blank line", `c2sp.org/tlog-proof@v1\nindex 0\n`],
    ["proof-index-invalid", "no index line", text.replace("index 41\n", "")],
    ["proof-index-invalid", "no line at all", "c2sp.org/tlog-proof@v1\n\nholder.example/log\n"],
    ["proof-index-invalid", "a leading zero", text.replace("index 41", "index 041")],
    ["proof-index-invalid", "a negative index", text.replace("index 41", "index -1")],
    ["proof-index-invalid", "a word", text.replace("index 41", "index one")],
    ["proof-index-invalid", "2^53", text.replace("index 41", "index 9007199254740992")],
    ["proof-index-invalid", "two spaces", text.replace("index 41", "index  41")],
    ["proof-index-invalid", "a carriage return", text.replace("index 41", "index 41\r")],
    [
      "proof-index-invalid",
      "extra after index",
      text.replace(/(extra .*\n)(index .*\n)/, "$2$1").replace("index 41\nextra", "Index 41\nextra"),
    ],
    ["proof-hash-invalid", "an extra line below the index line", text.replace(/(extra .*\n)(index .*\n)/, "$2$1")],
    ["proof-index-invalid", "two extra lines", text.replace(/(extra .*\n)/, "$1$1")],
    ["proof-extra-invalid", "an empty extra line", text.replace(/extra .*\n/, "extra \n")],
    ["proof-extra-invalid", "spare bits in extra", text.replace("c2dlcg==", "c2dlch==").replace("dGhlIGFuc3dlcg==", "dGhlIGFuc3dlch==")],
    ["proof-extra-invalid", "the other base64 alphabet", text.replace("dGhlIGFuc3dlcg==", "____")],
    ["proof-hash-invalid", "a hash of 16 bytes", text.replace(firstHash, Buffer.alloc(16).toString("base64"))],
    ["proof-hash-invalid", "a hash of 48 bytes", text.replace(firstHash, Buffer.alloc(48).toString("base64"))],
    ["proof-hash-invalid", "a hash that is no base64", text.replace(firstHash, "not-base64")],
    ["proof-hash-invalid", "a space after a hash", text.replace(firstHash, `${firstHash} `)],
    ["note-malformed", "no checkpoint", text.slice(0, text.indexOf("\n\n") + 2)],
    ["note-malformed", "a checkpoint without signatures", text.slice(0, text.indexOf("\n\n—") + 1)],
    ["note-malformed", "a cut at the end", text.slice(0, -1)],
    ["note-signature-malformed", "a line at the end", `${text}trailing\n`],
    ["proof-too-long", "more than 4 MiB", `${text}${"x".repeat(4 << 20)}`],
  ])("is refused with %s: %s", (code, _what, changed) => {
    expect(changed).not.toBe(text);
    expect(codeOf(() => parseProof(changed))).toBe(code);
  });
});

describe("checkProof", () => {
  it("gives the checkpoint, who cosigned and when, and that the quorum is filled", () => {
    const checked = checkProof(parseProof(text), leaf, policy);
    expect(checked.checkpoint).toMatchObject({ origin: "holder.example/log", size: 100 });
    expect(checked.witnesses).toEqual([
      { name: "X1", time },
      { name: "X2", time: time + 1 },
      { name: "Y1", time: time + 2 },
    ]);
    expect(checked.quorum).toBe(true);
  });

  it("says of a logged entry that the quorum is not filled, as a result and not as an error", () => {
    expect(checkProof(proofWith([]), leaf, policy)).toMatchObject({ witnesses: [], quorum: false });
    expect(checkProof(proofWith([x1, y1]), leaf, policy)).toMatchObject({ quorum: false });
    expect(checkProof(proofWith([x1, x2]), leaf, policy).witnesses).toHaveLength(2);
    expect(checkProof(proofWith([]), leaf, { ...policy, quorum: "none" }).quorum).toBe(true);
  });

  it("does not count a witness that the policy does not know", () => {
    const strangers = [x1, otherLog, y1];
    expect(checkProof(proofWith(strangers), leaf, policy)).toMatchObject({ quorum: false });
    expect(checkProof(proofWith(strangers), leaf, policy).witnesses.map(({ name }) => name)).toEqual(["X1", "Y1"]);
  });

  it("refuses another entry, index or proof", () => {
    const refused = "inclusion-proof-invalid";
    expect(codeOf(() => checkProof(full, leaves[40] ?? leaf, policy))).toBe(refused);
    expect(codeOf(() => checkProof({ ...full, index: 40 }, leaf, policy))).toBe(refused);
    expect(codeOf(() => checkProof({ ...full, index: 100 }, leaf, policy))).toBe(refused);
    expect(codeOf(() => checkProof({ ...full, hashes: hashes.slice(1) }, leaf, policy))).toBe(refused);
    expect(codeOf(() => checkProof({ ...full, hashes: [...hashes, leaf] }, leaf, policy))).toBe(refused);
    for (let bit = 0; bit < 256; bit += 5)
      expect(
        codeOf(() =>
          checkProof({ ...full, hashes: hashes.map((hash, i) => (i === bit % hashes.length ? flip(hash, bit) : hash)) }, leaf, policy),
        ),
      ).toBe(refused);
  });

  it("refuses a checkpoint of a log that the policy does not trust, and one under another log's name", () => {
    const foreign = parseNote(signCheckpoint(tree, otherLog));
    expect(codeOf(() => checkProof({ ...full, checkpoint: foreign }, leaf, policy))).toBe("note-unsigned");
    const both = parsePolicy(`log ${live.logKey}\n${specPolicy}`);
    expect(codeOf(() => checkProof({ ...full, checkpoint: parseNote(live.note) }, leaf, both))).toBe("inclusion-proof-invalid");
    const impostor = parseNote(formatNote(foreign.text, [signNote(foreign.text, log)]));
    expect(codeOf(() => checkProof({ ...full, checkpoint: impostor }, leaf, policy))).toBe("checkpoint-origin-mismatch");
    expect(codeOf(() => checkProof(full, leaf, { ...policy, logs: [] }))).toBe("note-unsigned");
  });

  it("refuses the whole file when one known witness's signature is bad", () => {
    const grown = parseNote(signCheckpoint({ size: 101, root: tree.root }, log));
    const bad = x1 === undefined ? "" : cosign(grown, time, x1);
    expect(codeOf(() => checkProof({ ...full, checkpoint: addSignature(full.checkpoint, bad) }, leaf, policy))).toBe(
      "note-signature-invalid",
    );
  });

  it("refuses the file, or reads the same from it, after any change of one bit", () => {
    // What no signature of a known key and no hash covers is only `extra`; the leaf hash is made from that.
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const changed = new TextDecoder().decode(flip(bytes, bit));
        if (changed.includes("\ufffd")) return;
        codeOf(() => {
          const proof = parseProof(changed);
          const checked = checkProof(proof, leaf, policy);
          const sameExtra = Buffer.from(proof.extra ?? []).toString() === "the answer";
          // A witness renamed by a bit is a stranger: then the quorum is missing.
          expect(sameExtra && checked.quorum).toBe(false);
        });
      }),
      { numRuns: 1500 },
    );
  });

  it("never crashes on a file that it cannot read", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...text.split("\n"), "", "extra", "index", "—", "0")), (lines) => {
        expect(["string", "undefined"]).toContain(typeof codeOf(() => checkProof(parseProof(`${lines.join("\n")}\n`), leaf, policy)));
      }),
    );
  });
});
