import { formatBase64, parseBase64 } from "../bytes/base64.js";
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.js";
import { FrostglassError } from "../errors/error.js";
import { maxAnswerLength } from "./answer.js";
import { maxContext } from "./answerReply.js";

/*
 * What the `extra` line of an evidence file (C2SP tlog-proof) carries, as text:
 *
 *   frostglass-evidence/1
 *   eyJhbGciOiJFZERTQSIs…                                     the answer JWS, whose entry the evidence file proves
 *   entry 3 eyJlbnRyeSI6… 8Tyx…= q9v1…=                       an entry that the answer rests on: index, bytes, and its inclusion proof
 *   entry 17 eyJlbnRyeSI6…                                    at the size of the evidence file's checkpoint, leaf's sibling first
 *
 * Each line ends in a line feed; entries stand in ascending order of index, each index once.
 */

export interface SupportingEntry {
  readonly index: number;
  /** The exact bytes that the log holds, 1 to 65,535. */
  readonly entry: Uint8Array;
  /** At most 63 hashes of 32 bytes, RFC 6962 §2.1.1. */
  readonly proof: readonly Uint8Array[];
}

export interface EvidenceExtra {
  /** The answer JWS. */
  readonly answer: string;
  /** At most 16. */
  readonly entries: readonly SupportingEntry[];
}

const firstLine = "frostglass-evidence/1";
const maxProof = 63;
const maxEntry = 65_535;

/** The bytes for the `extra` line. Sorts the entries. Throws `evidence-extra-invalid` for what `parseEvidenceExtra` would not take. */
export function formatEvidenceExtra({ answer, entries }: EvidenceExtra): Uint8Array {
  checkAnswer(answer); // alone: with a line feed in it, it could pass for an answer and an entry
  const sorted = [...entries].sort((a, b) => a.index - b.index);
  const bytes = encodeUtf8([firstLine, answer, ...sorted.map(formatEntry), ""].join("\n"));
  parseEvidenceExtra(bytes);
  return bytes;
}

/** Parses the bytes of the `extra` line strictly. Nothing in it is verified yet. Throws `evidence-extra-invalid`. */
export function parseEvidenceExtra(bytes: Uint8Array): EvidenceExtra {
  const [version, answer = "", ...rest] = textOf(bytes).split("\n");
  if (version !== firstLine) throw invalid("its first line is not `frostglass-evidence/1`");
  checkAnswer(answer);
  if (rest.pop() !== "") throw invalid("its last line does not end");
  if (rest.length > maxContext) throw invalid("it has more than 16 entries");
  const entries = rest.map(parseEntry);
  if (entries.some(({ index }, i) => i > 0 && index <= (entries[i - 1]?.index ?? 0)))
    throw invalid("its entries are not in ascending order");
  return { answer, entries };
}

function checkAnswer(answer: string): void {
  const isJws = answer.length <= maxAnswerLength && /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(answer);
  if (!isJws) throw invalid("its second line is no answer");
}

function formatEntry({ index, entry, proof }: SupportingEntry): string {
  return ["entry", index, formatBase64(entry), ...proof.map(formatBase64)].join(" ");
}

function parseEntry(line: string): SupportingEntry {
  const [word, digits = "", entry = "", ...hashes] = line.split(" ", maxProof + 4);
  if (word !== "entry") throw invalid("a line is not an entry");
  if (hashes.length > maxProof) throw invalid("an entry has more than 63 hashes");
  const proof = hashes.map(parseBytes);
  if (proof.some((hash) => hash.length !== 32)) throw invalid("a hash has not 32 bytes");
  return { index: parseIndex(digits), entry: parseEntryBytes(entry), proof };
}

function parseIndex(digits: string): number {
  const index = Number(digits);
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(digits) || !Number.isSafeInteger(index)) throw invalid("an index is not decimal, or too large");
  return index;
}

function parseEntryBytes(text: string): Uint8Array {
  const bytes = parseBytes(text);
  if (bytes.length === 0 || bytes.length > maxEntry) throw invalid("an entry has no bytes or more than 65,535");
  return bytes;
}

function parseBytes(text: string): Uint8Array {
  try {
    return parseBase64(text);
  } catch (cause) {
    throw invalid("it holds base64 that is not canonical", cause);
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    throw invalid("it is not UTF-8", cause);
  }
}

function invalid(why: string, cause?: unknown): FrostglassError {
  return new FrostglassError("evidence-extra-invalid", `What the evidence carries is malformed: ${why}.`, {}, { cause });
}
