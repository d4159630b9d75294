import { describe, expect, it } from "vitest";
import { importPrivateKey } from "../../src/crypto/native.js";
import { formatSignatureLine, parseSignatureLine } from "../../src/note/signatureLine.js";
import { addSignature, formatNote, parseNote } from "../../src/note/signedNote.js";
import { decodeTimestamped, encodeTimestamped } from "../../src/note/timestampedSignature.js";
import { cosignatureType, parseVerifierKey, verifierKeyOf } from "../../src/note/verifierKey.js";
import { signCheckpoint } from "../../src/tlog/checkpoint.js";
import { cosign, verifyCosignatures } from "../../src/tlog/cosignature.js";
import { emptyRoot } from "../../src/tlog/merkle.js";
import { codeOf } from "../note/codeOf.js";
import { live } from "../note/published.js";
import { flip } from "./referenceTree.js";

const log = { name: "holder.example/log", privateKey: importPrivateKey(new Uint8Array(32).fill(1)) };
const witness = { name: "w.example", privateKey: importPrivateKey(new Uint8Array(32).fill(2)) };
const key = verifierKeyOf(witness, cosignatureType);
const note = parseNote(signCheckpoint({ size: 5, root: emptyRoot() }, log));
const time = 1_700_000_000;

describe("a cosignature", () => {
  it("of a live witness verifies and tells its time", () => {
    const [found, ...others] = verifyCosignatures(parseNote(live.note), [parseVerifierKey(live.witnessKey)]);
    expect([found?.key.name, found?.time, others]).toEqual(["witness.navigli.sunlight.geomys.org", live.time, []]);
  });

  it("has the published time", () => {
    // transparency-dev/formats, note_cosigv1_test.go, TestCoSigV1Timestamp: a cosignature, and a plain signature that is none
    const published = "ZGhGuQAAAABm/qTPeyKXD+R2rzyQsxPiP8mXum7qq/iF0u4vanlqJyocWODBt97w9uL+8qT7S5gxEHWWOworDcFiEBYJXORmnFBOBA==";
    expect(decodeTimestamped(parseSignatureLine(`— w ${published}`).signature)?.time).toBe(1727964367);
    const plain = "eQjRQm6eSKzFoiYalgwCPXu2y3ijtg68is9M46JKxuZB+dRfTmeQeDBoXnvxZx2ugnkyV+MUMLXpWs1hPb/W/4xkNQY=";
    expect(decodeTimestamped(parseSignatureLine(`— w ${plain}`).signature)).toBeUndefined();
  });

  it("verifies after being added to its checkpoint", () => {
    const cosigned = addSignature(note, cosign(note, time, witness));
    expect(verifyCosignatures(cosigned, [verifierKeyOf(log), key])).toEqual([{ key, time }]);
    expect(verifyCosignatures(cosigned, [verifierKeyOf(log)])).toEqual([]);
    expect(verifyCosignatures(note, [key])).toEqual([]);
  });

  it("made again later takes the place of the earlier one", () => {
    const once = addSignature(note, cosign(note, time, witness));
    const twice = addSignature(once, cosign(note, time + 60, witness));
    expect(verifyCosignatures(twice, [key])).toEqual([{ key, time: time + 60 }]);
  });

  it("is refused with any bit turned, in the time or in the signature", () => {
    const line = parseSignatureLine(cosign(note, time, witness));
    for (let bit = 0; bit < 72 * 8; bit++) {
      const changed = formatSignatureLine({ ...line, signature: flip(line.signature, bit) });
      expect(
        codeOf(() => verifyCosignatures(addSignature(note, changed), [key])),
        `bit ${bit}`,
      ).toBe("note-signature-invalid");
    }
  });

  it("is refused on another checkpoint, and in another length", () => {
    const line = cosign(note, time, witness);
    const grown = parseNote(signCheckpoint({ size: 6, root: emptyRoot() }, log));
    expect(codeOf(() => verifyCosignatures(addSignature(grown, line), [key]))).toBe("note-signature-invalid");
    const { signature, ...name } = parseSignatureLine(line);
    for (const other of [signature.slice(8), signature.slice(1), new Uint8Array([...signature, 0])]) {
      const changed = formatSignatureLine({ ...name, signature: other });
      expect(codeOf(() => verifyCosignatures(addSignature(note, changed), [key]))).toBe("note-signature-invalid");
    }
  });

  it("may stand on a checkpoint once only", () => {
    const line = cosign(note, time, witness);
    const twice = parseNote(formatNote(note.text, [line, cosign(note, time + 1, witness)]));
    expect(codeOf(() => verifyCosignatures(twice, [key]))).toBe("note-signature-duplicate");
  });

  it("is made for checkpoints and whole seconds only", () => {
    const manifest = parseNote(note.full.replace("\n5\n", "\nfive\n"));
    expect(codeOf(() => cosign(manifest, time, witness))).toBe("checkpoint-size-invalid");
    for (const bad of [-1, 0.5, 2 ** 53, Number.NaN]) expect(codeOf(() => cosign(note, bad, witness))).toBe("cosignature-time-invalid");
  });

  it("holds times up to 2^53 − 1, and no later one", () => {
    const signature = new Uint8Array(64).fill(9);
    const latest = { time: Number.MAX_SAFE_INTEGER, signature };
    expect(decodeTimestamped(encodeTimestamped(latest))).toEqual(latest);
    expect(decodeTimestamped(new Uint8Array(72).fill(0xff))).toBeUndefined();
  });
});
