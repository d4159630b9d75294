import { describe, expect, it } from "vitest";
import { importPrivateKey } from "../../src/crypto/native.js";
import { formatNote, parseNote, signNote } from "../../src/note/signedNote.js";
import { cosignatureType, parseVerifierKey, verifierKeyOf } from "../../src/note/verifierKey.js";
import { formatCheckpoint, parseCheckpoint, signCheckpoint, verifyCheckpoint } from "../../src/tlog/checkpoint.js";
import { emptyRoot } from "../../src/tlog/merkle.js";
import { codeOf } from "../note/codeOf.js";
import { live } from "../note/published.js";

// C2SP tlog-checkpoint, the example
const specText = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
const log = { name: "holder.example/log", privateKey: importPrivateKey(new Uint8Array(32).fill(1)) };
const other = { name: "other.example/log", privateKey: importPrivateKey(new Uint8Array(32).fill(2)) };
const root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";

describe("a checkpoint's text", () => {
  it("parses and formats as in the specification", () => {
    const checkpoint = parseCheckpoint(specText);
    expect(checkpoint).toMatchObject({ origin: "example.com/behind-the-sofa", size: 20852163, extensions: [] });
    expect(Buffer.from(checkpoint.root).toString("base64")).toBe(root);
    expect(formatCheckpoint(checkpoint)).toBe(specText);
  });

  it("may be of an empty tree, of the largest size, and have extension lines", () => {
    expect(parseCheckpoint("o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n").root).toEqual(new Uint8Array(emptyRoot()));
    expect(parseCheckpoint(`o\n9007199254740991\n${root}\n`).size).toBe(Number.MAX_SAFE_INTEGER);
    expect(parseCheckpoint(`${specText}one\ntwo\n`).extensions).toEqual(["one", "two"]);
  });

  it.each([
    ["checkpoint-malformed", "nothing", ""],
    ["checkpoint-malformed", "no newline at the end", specText.slice(0, -1)],
    ["checkpoint-malformed", "two lines", "example.com\n5\n"],
    ["checkpoint-malformed", "an empty origin", `\n5\n${root}\n`],
    ["checkpoint-malformed", "an empty extension line", `${specText}\n`],
    ["checkpoint-malformed", "an empty line among extensions", `${specText}one\n\ntwo\n`],
    ["checkpoint-size-invalid", "a leading zero", `o\n05\n${root}\n`],
    ["checkpoint-size-invalid", "two zeros", `o\n00\n${root}\n`],
    ["checkpoint-size-invalid", "a sign", `o\n+5\n${root}\n`],
    ["checkpoint-size-invalid", "a negative size", `o\n-5\n${root}\n`],
    ["checkpoint-size-invalid", "a space", `o\n 5\n${root}\n`],
    ["checkpoint-size-invalid", "a fraction", `o\n5.0\n${root}\n`],
    ["checkpoint-size-invalid", "an exponent", `o\n5e3\n${root}\n`],
    ["checkpoint-size-invalid", "full-width digits", `o\n５\n${root}\n`],
    ["checkpoint-size-invalid", "2^53", `o\n9007199254740992\n${root}\n`],
    ["checkpoint-size-invalid", "2^64", `o\n18446744073709551616\n${root}\n`],
    ["checkpoint-size-invalid", "CRLF line ends", specText.replaceAll("\n", "\r\n")],
    ["checkpoint-root-invalid", "31 bytes", `o\n5\n${Buffer.alloc(31).toString("base64")}\n`],
    ["checkpoint-root-invalid", "33 bytes", `o\n5\n${Buffer.alloc(33).toString("base64")}\n`],
    ["checkpoint-root-invalid", "spare bits", `o\n5\n${root.replace("2I=", "2J=")}\n`],
    ["checkpoint-root-invalid", "no padding", `o\n5\n${root.replace("=", "")}\n`],
    ["checkpoint-root-invalid", "hexadecimal", `o\n5\n${"0a".repeat(32)}\n`],
  ])("is refused with %s: %s", (code, _what, text) => {
    expect(codeOf(() => parseCheckpoint(text))).toBe(code);
  });

  it("is not formatted from values that it cannot hold", () => {
    const tree = { size: 5, root: emptyRoot() };
    expect(codeOf(() => formatCheckpoint({ origin: "a\nb", ...tree }))).toBeDefined();
    expect(codeOf(() => formatCheckpoint({ origin: "", ...tree }))).toBe("checkpoint-malformed");
    expect(codeOf(() => formatCheckpoint({ origin: "a", size: -1, root: tree.root }))).toBe("checkpoint-size-invalid");
    expect(codeOf(() => formatCheckpoint({ origin: "a", size: 1e21, root: tree.root }))).toBe("checkpoint-size-invalid");
    expect(codeOf(() => formatCheckpoint({ origin: "a", size: 5, root: new Uint8Array(20) }))).toBe("checkpoint-root-invalid");
  });
});

describe("a signed checkpoint", () => {
  const full = signCheckpoint({ size: 5, root: emptyRoot() }, log);
  const key = verifierKeyOf(log);

  it("verifies under the key that is named as its origin", () => {
    const checkpoint = verifyCheckpoint(parseNote(full), [verifierKeyOf(other), key]);
    expect(checkpoint).toMatchObject({ origin: "holder.example/log", size: 5 });
    expect(checkpoint.note.full).toBe(full);
  });

  it("of a live log verifies", () => {
    const checkpoint = verifyCheckpoint(parseNote(live.note), [parseVerifierKey(live.logKey)]);
    expect([checkpoint.size, Buffer.from(checkpoint.root).toString("base64")]).toEqual([live.size, live.root]);
  });

  it("is refused when another log signed it, when only a witness did, and when nobody known did", () => {
    const { text } = parseNote(full);
    const foreign = parseNote(formatNote(text, [signNote(text, other)]));
    expect(codeOf(() => verifyCheckpoint(foreign, [verifierKeyOf(other), key]))).toBe("checkpoint-origin-mismatch");
    expect(codeOf(() => verifyCheckpoint(foreign, [key]))).toBe("note-unsigned");
    const witness = parseVerifierKey(live.witnessKey);
    expect(witness.type).toBe(cosignatureType);
    expect(codeOf(() => verifyCheckpoint(parseNote(live.note), [witness]))).toBe("note-unsigned");
  });

  it("is refused when a second known log put a bad signature on it", () => {
    const { text } = parseNote(full);
    const bad = signNote("other text\n", other);
    const note = parseNote(formatNote(text, [signNote(text, log), bad]));
    expect(codeOf(() => verifyCheckpoint(note, [key, verifierKeyOf(other)]))).toBe("note-signature-invalid");
  });

  it("is refused after a change of one bit in size or root", () => {
    for (let i = 0; i < parseNote(full).text.length - 1; i++) {
      const changed = full.slice(0, i) + String.fromCharCode(full.charCodeAt(i) ^ 1) + full.slice(i + 1);
      expect(
        codeOf(() => verifyCheckpoint(parseNote(changed), [key])),
        changed,
      ).toBeDefined();
    }
  });

  it("is refused when what was signed is no checkpoint", () => {
    const note = parseNote(formatNote("holder.example/log\n5\n", [signNote("holder.example/log\n5\n", log)]));
    expect(codeOf(() => verifyCheckpoint(note, [key]))).toBe("checkpoint-malformed");
  });
});
