import { describe, expect, it } from "vitest";
import { verifyEvidence } from "../../src/auditor/verifyEvidence.js";
import { decodeUtf8, encodeUtf8 } from "../../src/bytes/utf8.js";
import { asFrostglassError } from "../../src/errors/error.js";
import { checkAnswerSignature } from "../../src/evidence/answerKeys.js";
import { parseNote, verifyNote } from "../../src/note/signedNote.js";
import { cosignatureType, verifierKeyOf } from "../../src/note/verifierKey.js";
import { verifyCheckpoint } from "../../src/tlog/checkpoint.js";
import { checkInclusion, leafHash } from "../../src/tlog/merkle.js";
import { formatProof, parseProof } from "../../src/tlog/proof.js";
import { formatTilePath, type Tile } from "../../src/tlog/tile.js";
import { TileReader } from "../../src/tlog/tileReader.js";
import { decodeAnswer } from "../../src/wire/answer.js";
import { encodeAnswerEntry } from "../../src/wire/entry.js";
import { seed, witnessKey } from "../evidence/fakeNode.js";
import { makeEvidence } from "../evidence/makeEvidence.js";

/*
 * P10, to the bit: every single bit of a checkpoint, a cosignature, a hash tile, an entry bundle, an answer and an evidence file is turned over, one after
 * the other, and each time the reader says no, with a code that belongs to the place. A place is a stretch of bytes with a name.
 */

interface Artefact {
  readonly bytes: Uint8Array;
  readonly places: readonly Place[];
  /** Throws a coded error unless all is well. */
  readonly read: (bytes: Uint8Array) => void | Promise<void>;
}

interface Place {
  readonly name: string;
  readonly end: number;
  /** What may be said when a bit of this place is wrong. */
  readonly codes: readonly string[];
}

async function codesByPlace({ bytes, places, read }: Artefact): Promise<Map<string, Set<string>>> {
  await read(bytes); // as it is, it holds
  const found = new Map(places.map(({ name }) => [name, new Set<string>()]));
  for (let at = 0; at < bytes.length; at++) {
    const place = places.find(({ end }) => at < end)?.name ?? "beyond";
    for (let bit = 0; bit < 8; bit++) {
      const altered = bytes.slice();
      altered[at] = (altered[at] ?? 0) ^ (1 << bit);
      found.get(place)?.add(await codeFor(() => read(altered)));
    }
  }
  return found;
}

async function codeFor(read: () => void | Promise<void>): Promise<string> {
  try {
    await read();
    return "accepted";
  } catch (thrown) {
    const error = asFrostglassError(thrown);
    if (error === undefined) throw thrown;
    return error.code;
  }
}

async function expectRefused(artefact: Artefact): Promise<void> {
  const found = await codesByPlace(artefact);
  expect(Object.fromEntries([...found].map(([place, codes]) => [place, [...codes].sort()]))).toEqual(
    Object.fromEntries(artefact.places.map(({ name, codes }) => [name, [...codes].sort()])),
  );
}

/** Places of a text by the lengths of its parts, in order; their codes. */
function placesOf(parts: readonly (readonly [name: string, text: string, codes: readonly string[]])[]): Place[] {
  let end = 0;
  return parts.map(([name, text, codes]) => {
    end += encodeUtf8(text).length;
    return { name, end, codes };
  });
}

/** Beside what belongs to a place: the bytes are no text any more. */
const noText = ["note-character-refused", "utf8-invalid"];

const { node, text, evidence } = await makeEvidence({ witnessedAt: 1_700_000_100 });
const trust = node.trust(true);
const checkpoint = decodeUtf8(node.files.get("checkpoint") ?? new Uint8Array());
const [body = "", lines = ""] = checkpoint.split("\n\n").map((part, i) => (i === 0 ? `${part}\n` : part));
const [logLine = "", witnessLine = ""] = lines.split("\n").map((line) => `${line}\n`);
const logKey = verifierKeyOf({ name: "tax.example", privateKey: seed("log") });
const witness = verifierKeyOf({ name: "witness.example/w1", privateKey: witnessKey }, cosignatureType);
const tree = verifyCheckpoint(parseNote(checkpoint), [logKey]);

describe("every bit", () => {
  it("of a checkpoint", async () => {
    const note = `${body}\n${logLine}`;
    const [origin = "", size = "", root = ""] = body.split("\n");
    await expectRefused({
      bytes: encodeUtf8(note),
      read: (bytes) => void verifyCheckpoint(parseNote(decodeUtf8(bytes)), [logKey]),
      places: placesOf([
        ["origin", `${origin}\n`, ["note-signature-invalid", ...noText]],
        ["size", `${size}\n`, ["note-signature-invalid", ...noText]],
        ["root", `${root}\n`, ["note-malformed", "note-signature-invalid", ...noText]],
        ["blank line", "\n", ["note-malformed", ...noText]],
        ["signature", logLine, ["note-malformed", "note-signature-invalid", "note-signature-malformed", "note-unsigned", ...noText]],
      ]),
    });
  });

  it("of a cosignature", async () => {
    await expectRefused({
      bytes: encodeUtf8(`${body}\n${witnessLine}`),
      read: (bytes) => void verifyNote(parseNote(decodeUtf8(bytes)), [witness]),
      places: placesOf([
        ["what was cosigned", body, ["note-malformed", "note-signature-invalid", ...noText]],
        ["blank line", "\n", ["note-malformed", ...noText]],
        [
          "cosignature",
          witnessLine,
          ["key-name-invalid", "note-malformed", "note-signature-invalid", "note-signature-malformed", "note-unsigned", ...noText],
        ],
      ]),
    });
  });

  const published = (tile: Tile, bytes?: Uint8Array) => (path: string) =>
    Promise.resolve(bytes !== undefined && path === formatTilePath(tile) ? bytes : node.files.get(path));

  it("of a hash tile", async () => {
    const tile: Tile = { level: 0, index: 0, width: tree.size };
    const bytes = node.files.get(formatTilePath(tile)) ?? new Uint8Array();
    await expectRefused({
      bytes,
      read: async (altered) => void (await TileReader.open(tree, published(tile, altered))),
      places: [{ name: "hashes", end: bytes.length, codes: ["tile-not-authentic"] }],
    });
  });

  it("of an entry bundle, lengths and entries", async () => {
    const tile: Tile = { level: "entries", index: 0, width: tree.size };
    const bytes = node.files.get(formatTilePath(tile)) ?? new Uint8Array();
    const reader = (altered: Uint8Array) => TileReader.open(tree, published(tile, altered));
    await expectRefused({
      bytes,
      read: async (altered) => void (await (await reader(altered)).entries(0)),
      places: [
        { name: "first length", end: 2, codes: ["entry-bundle-malformed"] },
        { name: "entries and lengths", end: bytes.length, codes: ["entry-bundle-malformed", "tile-not-authentic"] },
      ],
    });
  });

  it("of an inclusion proof: index, hashes and leaf", async () => {
    const bare = formatProof({ ...parseProof(text), extra: undefined });
    const proof = bare.slice(0, bare.indexOf("\n\n") + 2);
    const leaf = leafHash(encodeAnswerEntry(evidence.answer.digest));
    const [version = "", index = "", ...hashes] = proof.split("\n");
    await expectRefused({
      bytes: encodeUtf8(proof),
      read: (bytes) => {
        const parsed = parseProof(decodeUtf8(bytes) + checkpoint);
        checkInclusion(leaf, parsed.index, tree, parsed.hashes);
      },
      places: placesOf([
        ["version", `${version}\n`, ["proof-version-unknown", "utf8-invalid"]],
        ["index", `${index}\n`, ["inclusion-proof-invalid", "proof-index-invalid", "utf8-invalid"]],
        [
          "hashes",
          hashes
            .slice(0, -2)
            .map((hash) => `${hash}\n`)
            .join(""),
          ["inclusion-proof-invalid", "proof-hash-invalid", "utf8-invalid"],
        ],
        ["blank line", "\n", ["proof-hash-invalid", "utf8-invalid"]],
      ]),
    });
    await expectRefused({
      bytes: encodeAnswerEntry(evidence.answer.digest),
      read: (entry) => checkInclusion(leafHash(entry), evidence.proof.index, tree, evidence.proof.hashes),
      places: [{ name: "entry", end: 1000, codes: ["inclusion-proof-invalid"] }],
    });
  });

  it("of an answer: header, claims and signature", { timeout: 120_000 }, async () => {
    const headerCodes = ["answer-signature-invalid", "base64-invalid", "json-invalid", "jws-alg-refused", "jws-header-member-refused"];
    headerCodes.push("jws-kid-refused", "jws-malformed", "jws-typ-refused", "utf8-invalid");
    const claimsCodes = ["answer-signature-invalid", "base64-invalid", "claims-invalid", "claims-missing", "claims-unknown", "day-invalid"];
    claimsCodes.push("json-invalid", "json-number-refused", "jws-malformed", "suite-unknown", "utf8-invalid");
    const jws = evidence.answer.decoded.text;
    const [header = "", claims = "", signature = ""] = jws.split(".");
    await expectRefused({
      bytes: encodeUtf8(jws),
      read: (bytes) => checkAnswerSignature(decodeAnswer(decodeUtf8(bytes)), seed("answers").publicKey),
      places: placesOf([
        ["header", `${header}.`, headerCodes],
        ["claims", `${claims}.`, claimsCodes],
        ["signature", signature, ["answer-signature-invalid", "base64-invalid", "jws-malformed", "utf8-invalid"]],
      ]),
    });
  });

  it("of an evidence file, whichever step finds it", { timeout: 120_000 }, () => {
    const bytes = encodeUtf8(text);
    const held: number[] = [];
    for (let at = 0; at < bytes.length; at++) {
      const altered = bytes.slice();
      altered[at] = (altered[at] ?? 0) ^ (1 << (at % 8)); // every byte, each of its bits in turn
      if (verdictOn(altered) === "holds") held.push(at);
    }
    expect(held).toEqual([]);
  });
});

function verdictOn(bytes: Uint8Array): string {
  const altered = new TextDecoder().decode(bytes); // what a careless reader of the file would do
  return verifyEvidence(altered, trust).verdict;
}
