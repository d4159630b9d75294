import { z } from "zod";
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.js";
import { FrostglassError } from "../errors/error.js";
import type { Digest } from "../model/digest.js";
import { revocationReasons } from "../model/revocation.js";
import { parseStrictJson } from "./strictJson.js";

/*
 * The entries of a holder's log: one JSON object each. An answer's entry is only the digest of the answer JWS, which holds 32 random bytes, so
 * it says nothing about a subject. Governance entries are in clear: whoever reads the log knows what ran by whose leave, at every index.
 *
 *   {"entry":"answer/1","answer":"sha256:…"}
 *   {"entry":"computation-approved/1","at":1700000000,"id":"sales-continuity","version":"1.0.0","computation":"sha256:…","note":"sha256:…"}
 */

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/) as unknown as z.ZodType<Digest>;
const at = z.int().min(0);
const name = z.string().min(1).max(255);
const key = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const environment = z.enum(["demo", "test", "production"]);

const shapes = [
  z.strictObject({ entry: z.literal("answer/1"), answer: digest }),
  z.strictObject({
    entry: z.literal("log-created/1"),
    at,
    holder: name,
    environment,
    suite: name,
    /** The last checkpoint of a log that was retired, as that log signed it: this one goes on in its place. */
    succeeds: z.string().max(16_384).optional(),
  }),
  z.strictObject({ entry: z.literal("key-added/1"), at, role: z.enum(["answer", "log"]), key }),
  z.strictObject({ entry: z.literal("key-retired/1"), at, role: z.enum(["answer", "log"]), key }),
  z.strictObject({ entry: z.literal("policy-set/1"), at, policy: digest, note: digest.optional() }),
  z.strictObject({ entry: z.literal("key-compromised/1"), at, role: z.enum(["answer", "log"]), key, size: z.int().min(0), since: at }),
  z.strictObject({ entry: z.literal("computation-approved/1"), at, id: name, version: name, computation: digest, note: digest }),
  z.strictObject({
    entry: z.literal("computation-tested/1"),
    at,
    id: name,
    version: name,
    computation: digest,
    epoch: z.int().min(1),
    firms: z.int().min(1),
  }),
  z.strictObject({ entry: z.literal("computation-superseded/1"), at, computation: digest, by: digest, from: at }),
  z.strictObject({ entry: z.literal("computation-expires/1"), at, computation: digest, until: at }),
  z.strictObject({ entry: z.literal("computation-revoked/1"), at, computation: digest, reason: z.enum(revocationReasons).optional() }),
  z.strictObject({ entry: z.literal("requester-added/1"), at, requester: name, keys: z.array(key).min(1).max(8) }),
  z.strictObject({ entry: z.literal("requester-key-added/1"), at, requester: name, key }),
  z.strictObject({ entry: z.literal("requester-key-retired/1"), at, requester: name, key, until: at }),
  z.strictObject({
    entry: z.literal("requester-granted/1"),
    at,
    requester: name,
    computation: name,
    purposes: z.array(name).min(1).max(32),
    from: at,
    until: at,
  }),
  z.strictObject({ entry: z.literal("requester-cut-off/1"), at, requester: name }),
  z.strictObject({
    entry: z.literal("epoch-published/1"),
    at,
    number: z.int().min(1),
    asOf: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
    root: digest,
    datasets: z.record(name, digest),
  }),
  z.strictObject({ entry: z.literal("consent-revoked/1"), at, consent: digest, issuer: name.optional() }),
  z.strictObject({ entry: z.literal("answer-replayed/1"), at, answer: digest, result: z.enum(["right", "wrong"]) }),
  z.strictObject({ entry: z.literal("log-refilled/1"), at, from: z.int().min(0), to: z.int().min(0) }),
  z.strictObject({ entry: z.literal("log-pruned/1"), at, minimumIndex: z.int().min(1) }),
  z.strictObject({ entry: z.literal("subject-accessed/1"), at }),
  z.strictObject({ entry: z.literal("erasure-done/1"), at, pages: z.int().min(0) }),
] as const;

/** The form of an entry, for those who keep parsed entries. */
export const entryShape = z.discriminatedUnion("entry", shapes);

/** One entry of the log, typed by its `entry` member. */
export type Entry = z.infer<typeof entryShape>;
export type AnswerEntry = Extract<Entry, { entry: "answer/1" }>;
/** An act of administration, in clear. `at` is the holder's own clock, Unix seconds. */
export type GovernanceEntry = Exclude<Entry, AnswerEntry>;

/** The most that one entry may hold: C2SP tlog-tiles gives its length 16 bits. */
export const maxEntryLength = 65_535;

/** The bytes of an entry. They are hashed and kept as they are; nothing ever writes them anew from a parsed entry. */
export function encodeEntry(entry: Entry): Uint8Array {
  const bytes = encodeUtf8(JSON.stringify(entry));
  if (bytes.length > maxEntryLength)
    throw new FrostglassError("entry-invalid", "A log entry has at most 65,535 bytes.", { length: bytes.length });
  return bytes;
}

/** The entry of an answer: what is hashed is the exact text of the answer JWS. */
export function encodeAnswerEntry(answer: Digest): Uint8Array {
  return encodeUtf8(`{"entry":"answer/1","answer":"${answer}"}`);
}

/**
 * True for the exact bytes that `encodeAnswerEntry` makes: most entries of a log are answers, and reading them as JSON takes longer than hashing them. An
 * answer's entry in any other form is for `decodeEntry` to judge.
 */
export function isAnswerEntry(bytes: Uint8Array): boolean {
  if (bytes.length !== answerEntryLength) return false;
  for (let i = 0; i < answerStart.length; i++) if (bytes[i] !== answerStart[i]) return false;
  for (let i = answerStart.length; i < answerEntryLength - 2; i++) if (!isLowerHex(bytes[i] ?? 0)) return false;
  return bytes[answerEntryLength - 2] === 0x22 && bytes[answerEntryLength - 1] === 0x7d;
}

const answerStart = encodeUtf8('{"entry":"answer/1","answer":"sha256:');
const answerEntryLength = answerStart.length + 64 + 2;

function isLowerHex(code: number): boolean {
  return (0x30 <= code && code <= 0x39) || (0x61 <= code && code <= 0x66);
}

/** Parses one entry strictly. Throws `entry-invalid`. */
export function decodeEntry(bytes: Uint8Array): Entry {
  try {
    return entryShape.parse(parseStrictJson(decodeUtf8(bytes)));
  } catch (cause) {
    throw new FrostglassError("entry-invalid", "The log entry is not of a known form.", {}, { cause });
  }
}
