import { formatBase64, parseBase64 } from "../bytes/base64.js";
import type { ErrorCode } from "../errors/codes.js";
import { FrostglassError } from "../errors/error.js";
import { type Note, parseNote, verifiedSignatures } from "../note/signedNote.js";
import { checkpointSignedBy, type SignedCheckpoint } from "./checkpoint.js";
import { cosignaturesIn } from "./cosignature.js";
import { parseDecimal } from "./decimal.js";
import { checkInclusion, hashLength } from "./merkle.js";
import type { Policy } from "./policy.js";
import { quorumReached } from "./quorum.js";

/** An evidence file: everything that shows offline that an entry is in a log (C2SP tlog-proof). Not checked yet. */
export interface LogProof {
  /**
   * What the reader needs to make the leaf; for an answer, the exact bytes of its JWS. The file does not vouch for it: the leaf hash
   * does.
   */
  readonly extra: Uint8Array | undefined;
  readonly index: number;
  /** The inclusion proof, the leaf's sibling first. */
  readonly hashes: readonly Uint8Array[];
  /** The checkpoint, exact, with the signatures of the log and of its witnesses. */
  readonly checkpoint: Note;
}

/** What an evidence file shows. */
export interface CheckedProof {
  readonly checkpoint: SignedCheckpoint;
  /** Who cosigned, by the names in the policy, and when (Unix seconds). */
  readonly witnesses: readonly { readonly name: string; readonly time: number }[];
  /** False: signed and logged, but not yet witnessed as the policy asks. A result of its own; never show it as good. */
  readonly quorum: boolean;
}

const version = "c2sp.org/tlog-proof@v1";
const maxHashes = 63;
const maxLength = 4 << 20;

/*
 * c2sp.org/tlog-proof@v1
 * extra YWdlLXYxLjIuMS1k…                        left out when there is none
 * index 73894
 * gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=   none to 63 of them, the leaf's sibling first
 *
 * holder.example/log                             from here on the signed checkpoint, verbatim
 * 109482
 * sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=
 *
 * — holder.example/log hI2DJw…
 * — witness.example/w1 mJirIklj…
 */

/**
 * Parses an evidence file (C2SP tlog-proof, Format). Throws `proof-too-long`, `proof-version-unknown`, `proof-malformed`,
 * `proof-extra-invalid`, `proof-index-invalid`, `proof-hash-invalid`, `proof-too-many-hashes`, and what `parseNote` throws for the
 * checkpoint.
 */
export function parseProof(text: string): LogProof {
  if (text.length > maxLength) throw refused("proof-too-long", "The evidence file is too long");
  if (!text.startsWith(`${version}\n`)) throw refused("proof-version-unknown", `The first line is not ${version}`);
  const blank = text.indexOf("\n\n");
  if (blank < 0) throw refused("proof-malformed", "No blank line parts the proof from the checkpoint");
  const lines = text.slice(version.length + 1, blank).split("\n");
  const extra = lines[0]?.startsWith("extra ") ? lines.shift()?.slice("extra ".length) : undefined;
  const [index = "", ...hashes] = lines;
  return {
    extra: extra === undefined ? undefined : parseExtra(extra),
    index: parseIndex(index),
    hashes: parseHashes(hashes),
    checkpoint: parseNote(text.slice(blank + 2)),
  };
}

/** The text of an evidence file; store it as `<name>.tlog-proof`. An empty `extra` is left out. Throws what `parseProof` throws. */
export function formatProof({ extra, index, hashes, checkpoint }: LogProof): string {
  const extraLines = extra === undefined || extra.length === 0 ? [] : [`extra ${formatBase64(extra)}`];
  const text = [version, ...extraLines, `index ${index}`, ...hashes.map(formatBase64), "", checkpoint.full].join("\n");
  parseProof(text);
  return text;
}

/**
 * Checks that the entry with this leaf hash is in a log that the policy trusts. The caller makes the leaf hash itself, from `extra` or
 * from what it holds. Throws `note-unsigned` (no log of the policy signed), `checkpoint-origin-mismatch`, `note-signature-invalid` (a
 * known log's or witness's signature does not hold), `note-signature-duplicate`, `inclusion-proof-invalid`, and what `parseCheckpoint`
 * throws.
 */
export function checkProof(proof: LogProof, leafHash: Uint8Array, policy: Policy): CheckedProof {
  // 1. The signatures of every key that the policy knows hold, and one of them is of the log that the checkpoint names.
  const keys = [...policy.logs, ...policy.witnesses].map(({ key }) => key);
  const verified = verifiedSignatures(proof.checkpoint, keys);
  const checkpoint = checkpointSignedBy(proof.checkpoint, verified);
  // 2. The entry is in that tree.
  checkInclusion(leafHash, proof.index, checkpoint, proof.hashes);
  // 3. Who else has seen that tree, and are they enough?
  const times = new Map(cosignaturesIn(verified).map(({ key, time }) => [key, time]));
  const witnesses = policy.witnesses.flatMap(({ name, key }) => {
    const time = times.get(key);
    return time === undefined ? [] : [{ name, time }];
  });
  return {
    checkpoint,
    witnesses,
    quorum: quorumReached(
      policy,
      witnesses.map(({ name }) => name),
    ),
  };
}

function parseExtra(text: string): Uint8Array {
  const extra = parseBytes(text, "proof-extra-invalid", "The extra line is not canonical base64");
  if (extra.length === 0) throw refused("proof-extra-invalid", "The extra line is empty and should be left out");
  return extra;
}

function parseIndex(line: string): number {
  const index = line.startsWith("index ") ? parseDecimal(line.slice("index ".length)) : undefined;
  if (index === undefined) throw refused("proof-index-invalid", "The index line is not `index` and a plain decimal number");
  return index;
}

function parseHashes(lines: readonly string[]): readonly Uint8Array[] {
  if (lines.length > maxHashes) throw refused("proof-too-many-hashes", "The proof has more hashes than any tree needs");
  return lines.map((line) => {
    const hash = parseBytes(line, "proof-hash-invalid", "A hash is not canonical base64");
    if (hash.length !== hashLength) throw refused("proof-hash-invalid", "A hash does not have 32 bytes");
    return hash;
  });
}

function parseBytes(text: string, code: ErrorCode, why: string): Uint8Array {
  try {
    return parseBase64(text);
  } catch (cause) {
    throw refused(code, why, cause);
  }
}

function refused(code: ErrorCode, why: string, cause?: unknown): FrostglassError {
  return new FrostglassError(code, `${why}.`, {}, { cause });
}
