import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importPrivateKey } from "../../src/crypto/native.js";
import { formatSignatureLine, parseSignatureLine } from "../../src/note/signatureLine.js";
import {
  addSignature,
  formatNote,
  maxNoteLength,
  parseNote,
  parseSignatureLines,
  signNote,
  verifyNote,
} from "../../src/note/signedNote.js";
import { parseVerifierKey, type Signer, verifierKeyOf } from "../../src/note/verifierKey.js";
import { codeOf } from "./codeOf.js";
import { live, spec, sumdb } from "./published.js";

const peter = parseVerifierKey(sumdb.peterKey);
const enoch = parseVerifierKey(sumdb.enochKey);
const both = `${sumdb.text}\n${sumdb.peterLine}\n${sumdb.enochLine}\n`;

function signerOf(name: string, fill: number): Signer {
  return { name, privateKey: importPrivateKey(new Uint8Array(32).fill(fill)) };
}

describe("what strangers add to a note", () => {
  it("is passed over, whatever they call themselves (C2SP signed-note, Signatures)", () => {
    const name = `stranger.example/${"long".repeat(200)}`;
    const line = formatSignatureLine({ name, keyId: "01020304", signature: new Uint8Array(64) });
    expect(verifyNote(parseNote(`${both}${line}\n`), [peter])).toEqual([peter]);
    expect(codeOf(() => verifierKeyOf(signerOf(name, 7)))).toBe("key-name-invalid");
  });
});

describe("published notes", () => {
  it("verifies the example of the specification", () => {
    const key = parseVerifierKey(spec.key);
    const note = parseNote(`${spec.text}\n${spec.line}\n`);
    expect(note.text).toBe(spec.text);
    expect(verifyNote(note, [key])).toEqual([key]);
  });

  it("verifies both signers of the Go package's note, or the one that is known", () => {
    expect(verifyNote(parseNote(both), [enoch, peter])).toEqual([peter, enoch]);
    expect(verifyNote(parseNote(both), [enoch])).toEqual([enoch]);
  });

  it("signs that note byte for byte", () => {
    const privateKey = importPrivateKey(Buffer.from(sumdb.peterPrivateKey, "base64").subarray(1));
    expect(signNote(sumdb.text, { name: "PeterNeumann", privateKey })).toBe(sumdb.peterLine);
    expect(formatNote(sumdb.text, [sumdb.peterLine, sumdb.enochLine])).toBe(both);
  });

  it("verifies a live checkpoint with the keys of its log and its witness", () => {
    const keys = [parseVerifierKey(live.logKey), parseVerifierKey(live.witnessKey)];
    expect(verifyNote(parseNote(live.note), keys)).toEqual(keys);
  });
});

describe("parseNote", () => {
  it("parts text and signatures at the last blank line", () => {
    // C2SP signed-note, its first example: the text itself has blank lines
    const text = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n";
    const line =
      "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=";
    const note = parseNote(`${text}\n${line}\n`);
    expect(note.text).toBe(text);
    expect(note.signatures.map(formatSignatureLine)).toEqual([line]);
  });

  it.each([
    ["note-malformed", "no blank line", sumdb.text],
    ["note-malformed", "no signatures", `${sumdb.text}\n`],
    ["note-malformed", "no newline at the end", `${sumdb.text}\n${sumdb.peterLine}`],
    ["note-malformed", "nothing", ""],
    ["note-malformed", "a blank line at the end", `${both}\n\n\n`],
    ["note-character-refused", "CRLF line ends", both.replaceAll("\n", "\r\n")],
    ["note-character-refused", "a tab", `\t${both}`],
    ["note-character-refused", "a NUL", `\0${both}`],
    ["note-character-refused", "a lone surrogate", `\ud800${both}`],
    ["note-signature-malformed", "a line after the signatures", `${both}Unexpected line.\n`],
    ["note-signature-malformed", "a hyphen for the dash", both.replaceAll("—", "-")],
    ["note-signature-malformed", "an en dash for the dash", both.replaceAll("—", "–")],
    ["note-signature-malformed", "a name with a space", both.replace("PeterNeumann", "Bad Name")],
    ["note-signature-malformed", "two spaces", both.replace("PeterNeumann ", "PeterNeumann  ")],
    ["note-signature-malformed", "a space at the line's end", both.replace("nAM=\n", "nAM= \n")],
    ["note-signature-malformed", "base64 without padding", both.replace("nAM=", "nAM")],
    ["note-signature-malformed", "base64 with spare bits", both.replace("nAM=", "nAN=")],
    ["note-signature-malformed", "the other base64 alphabet", both.replace("x08go/", "x08go_")],
    ["note-signature-malformed", "a key ID and nothing more", `${sumdb.text}\n— PeterNeumann x08gow==\n`],
    ["key-name-invalid", "an empty name", both.replace("PeterNeumann", "")],
    ["key-name-invalid", "a name with a plus sign", both.replace("PeterNeumann", "Peter+Neumann")],
    ["note-too-many-signatures", "65 signatures", `${sumdb.text}\n${`${sumdb.peterLine}\n`.repeat(65)}`],
    ["note-too-long", "more than 1 MiB", `${"x".repeat(maxNoteLength)}\n\n${sumdb.peterLine}\n`],
  ])("refuses with %s: %s", (code, _what, text) => {
    expect(codeOf(() => parseNote(text))).toBe(code);
  });

  it("takes 64 signatures, and among unknown ones of any length finds the known", () => {
    const strangers = Array.from({ length: 63 }, (_, i) =>
      formatSignatureLine({ name: `w${i}.example`, keyId: "00000000", signature: new Uint8Array(i === 0 ? 2428 : 1 + i) }),
    );
    expect(verifyNote(parseNote(formatNote(sumdb.text, [...strangers, sumdb.peterLine])), [peter])).toEqual([peter]);
  });

  it("parses signature lines alone, as a witness replies with them", () => {
    expect(parseSignatureLines(`${sumdb.peterLine}\n`)).toEqual([parseSignatureLine(sumdb.peterLine)]);
    expect(codeOf(() => parseSignatureLines(""))).toBe("note-malformed");
    expect(codeOf(() => parseSignatureLines("\n"))).toBe("note-signature-malformed");
  });
});

describe("verifyNote", () => {
  it("refuses a note that nobody known signed", () => {
    expect(codeOf(() => verifyNote(parseNote(both), []))).toBe("note-unsigned");
    expect(codeOf(() => verifyNote(parseNote(both), [parseVerifierKey(spec.key)]))).toBe("note-unsigned");
  });

  it("passes over a signature whose name or ID alone is known", () => {
    const line = parseSignatureLine(sumdb.peterLine);
    const otherName = formatSignatureLine({ ...line, name: "EnochRoot" });
    const otherId = formatSignatureLine({ ...line, keyId: "c74f20a4" });
    const note = parseNote(formatNote(sumdb.text, [otherName, otherId, sumdb.enochLine]));
    expect(verifyNote(note, [peter, enoch])).toEqual([enoch]);
  });

  it("refuses the whole note when a known key's signature is bad, even beside a good one", () => {
    const swapped = formatSignatureLine({ ...parseSignatureLine(sumdb.enochLine), name: "PeterNeumann", keyId: "c74f20a3" });
    const note = parseNote(formatNote(sumdb.text, [sumdb.enochLine, swapped]));
    expect(codeOf(() => verifyNote(note, [peter, enoch]))).toBe("note-signature-invalid");
    expect(verifyNote(note, [enoch])).toEqual([enoch]);
  });

  it("refuses a known key's signature of another length", () => {
    const line = parseSignatureLine(sumdb.peterLine);
    for (const signature of [line.signature.slice(1), line.signature.slice(0, 63), new Uint8Array([...line.signature, 0])]) {
      const note = parseNote(formatNote(sumdb.text, [formatSignatureLine({ ...line, signature })]));
      expect(codeOf(() => verifyNote(note, [peter]))).toBe("note-signature-invalid");
    }
  });

  it("refuses a known key's signature that stands there twice, and passes over an unknown one that does", () => {
    const note = parseNote(formatNote(sumdb.text, [sumdb.peterLine, sumdb.enochLine, sumdb.enochLine]));
    expect(codeOf(() => verifyNote(note, [peter, enoch]))).toBe("note-signature-duplicate");
    expect(verifyNote(note, [peter])).toEqual([peter]);
  });

  it("refuses to choose between two known keys of one name and ID", () => {
    const twin = { ...enoch, name: peter.name, keyId: peter.keyId };
    expect(codeOf(() => verifyNote(parseNote(both), [peter, twin]))).toBe("verifier-key-ambiguous");
  });

  it("does not take a signature for a cosignature, nor the other way round", () => {
    const witness = parseVerifierKey(live.witnessKey);
    const asPlain = { ...witness, type: 0x01 as const };
    expect(codeOf(() => verifyNote(parseNote(live.note), [asPlain]))).toBe("note-signature-invalid");
  });

  it("refuses the note after any change of one bit in its text", () => {
    const { text, signatures } = parseNote(both);
    const lines = signatures.map(formatSignatureLine);
    for (let i = 0; i < text.length - 1; i++) {
      const changed = text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ 1) + text.slice(i + 1);
      expect(
        codeOf(() => verifyNote(parseNote(formatNote(changed, lines)), [peter])),
        changed,
      ).toBeDefined();
    }
  });

  it("refuses the note after any change of one bit in its signature", () => {
    const line = parseSignatureLine(sumdb.peterLine);
    for (let bit = 0; bit < 512; bit++) {
      const signature = line.signature.slice();
      signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const note = parseNote(formatNote(sumdb.text, [formatSignatureLine({ ...line, signature })]));
      expect(
        codeOf(() => verifyNote(note, [peter])),
        `bit ${bit}`,
      ).toBe("note-signature-invalid");
    }
  });
});

describe("making notes", () => {
  const reviewer = signerOf("reviewer.example/a", 1);

  it("refuses a text that could not be parsed again", () => {
    expect(codeOf(() => signNote("no newline", reviewer))).toBe("note-malformed");
    expect(codeOf(() => signNote("line\r\n", reviewer))).toBe("note-character-refused");
    expect(codeOf(() => signNote("text\n", signerOf("two words", 1)))).toBe("key-name-invalid");
    expect(codeOf(() => formatNote("text\n", []))).toBe("note-malformed");
    expect(codeOf(() => formatNote("text\n", ["— a.example x08go\n\nforged text"]))).toBeDefined();
  });

  it("adds a signature, and puts a new one of the same key in the place of the old", () => {
    const once = parseNote(formatNote(sumdb.text, [sumdb.peterLine]));
    const twice = addSignature(once, sumdb.enochLine);
    expect(twice.full).toBe(both);
    const other = formatSignatureLine({ ...parseSignatureLine(sumdb.peterLine), signature: new Uint8Array(64) });
    expect(addSignature(twice, other).full).toBe(formatNote(sumdb.text, [sumdb.enochLine, other]));
  });

  it("round-trips any text, whatever blank lines and languages it holds", () => {
    const key = verifierKeyOf(reviewer);
    const texts = fc.array(fc.constantFrom("a", "见证", "\n", " ", "—", "😀", "\u00a0")).map((parts) => `${parts.join("")}\n`);
    fc.assert(
      fc.property(texts, (text) => {
        const note = parseNote(formatNote(text, [signNote(text, reviewer)]));
        expect(note.text).toBe(text);
        expect(verifyNote(note, [key])).toEqual([key]);
      }),
      { numRuns: 100 },
    );
  });

  it("never crashes on a text that it cannot read", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(codeOf(() => parseNote(`${text}\n\n— ${text}\n`))).toBeTypeOf("string");
      }),
    );
  });
});
