import { sha256 } from "#crypto";
import { compareBytes, concat, equalBytes } from "../../bytes/bytes.js";
import { FrostglassError } from "../../errors/error.js";

/*
 * The digests of all pages of a dataset, in 65,536 buckets by the first two bytes of the pseudonym. A bucket's body is a row for each page, ascending:
 *
 *   pseudonym[16] || epoch (u32, big-endian) || SHA-256 of the sealed page [32]
 *
 * The dataset's root is the RFC 6962 tree hash over the 65,536 bodies as entries, so an empty bucket is SHA-256(0x00). A read hashes one small
 * body and compares it with what the vault holds in memory: an old page, a missing page and an added page are all found at once.
 */

export const bucketCount = 65_536;
export const pseudonymLength = 16;
const rowLength = pseudonymLength + 4 + 32;

/** One page as its bucket knows it: which epoch wrote it, and the digest of its sealed bytes. */
export interface BucketRow {
  readonly pseudonym: Uint8Array;
  readonly epoch: number;
  readonly digest: Uint8Array;
}

export function bucketOf(pseudonym: Uint8Array): number {
  return ((pseudonym[0] as number) << 8) | (pseudonym[1] as number);
}

/** Encodes rows, which must be in ascending order of pseudonym. */
export function encodeBucket(rows: readonly BucketRow[]): Uint8Array {
  const body = new Uint8Array(rows.length * rowLength);
  const view = new DataView(body.buffer);
  rows.forEach((row, i) => {
    body.set(row.pseudonym, i * rowLength);
    view.setUint32(i * rowLength + pseudonymLength, row.epoch);
    body.set(row.digest, i * rowLength + pseudonymLength + 4);
  });
  return body;
}

/** Decodes a body whose digest was checked before. Throws `epoch-mismatch` when its length is impossible. */
export function decodeBucket(body: Uint8Array): BucketRow[] {
  const rows: BucketRow[] = [];
  for (let i = 0; i < rowCount(body); i++) rows.push(rowAt(body, i));
  return rows;
}

/** The row of one pseudonym, by binary search, or undefined: then the bucket proves that there is no such page. */
export function findInBucket(body: Uint8Array, pseudonym: Uint8Array): BucketRow | undefined {
  let low = 0;
  let high = rowCount(body);
  while (low < high) {
    const middle = (low + high) >> 1;
    const start = middle * rowLength;
    if (compareBytes(body.subarray(start, start + pseudonymLength), pseudonym) < 0) low = middle + 1;
    else high = middle;
  }
  if (low === rowCount(body)) return undefined;
  const row = rowAt(body, low);
  return equalBytes(row.pseudonym, pseudonym) ? row : undefined;
}

function rowCount(body: Uint8Array): number {
  if (body.length % rowLength !== 0) throw new FrostglassError("epoch-mismatch", "A bucket of page digests has an impossible length.");
  return body.length / rowLength;
}

function rowAt(body: Uint8Array, i: number): BucketRow {
  const start = i * rowLength;
  const view = new DataView(body.buffer, body.byteOffset + start, rowLength);
  return {
    pseudonym: body.subarray(start, start + pseudonymLength),
    epoch: view.getUint32(pseudonymLength),
    digest: body.subarray(start + pseudonymLength + 4, start + rowLength),
  };
}

/** RFC 6962 §2.1: the hash of one bucket as a leaf. */
export function bucketHash(body: Uint8Array): Uint8Array {
  return sha256(concat(Uint8Array.of(0), body));
}

export const emptyBucketHash = bucketHash(new Uint8Array(0));

/**
 * The root over all buckets, from their leaf hashes by number (only those that are not empty). Subtrees without any are not walked, so a small
 * dataset costs little.
 */
export function bucketsRoot(hashes: ReadonlyMap<number, Uint8Array>): Uint8Array {
  let level = new Map(hashes);
  let empty = emptyBucketHash;
  for (let width = bucketCount; width > 1; width /= 2) {
    level = parentLevel(level, empty);
    empty = parentHash(empty, empty);
  }
  return level.get(0) ?? empty;
}

function parentLevel(level: ReadonlyMap<number, Uint8Array>, empty: Uint8Array): Map<number, Uint8Array> {
  const parents = new Map<number, Uint8Array>();
  for (const number of level.keys()) {
    const parent = number >> 1;
    if (parents.has(parent)) continue;
    parents.set(parent, parentHash(level.get(2 * parent) ?? empty, level.get(2 * parent + 1) ?? empty));
  }
  return parents;
}

function parentHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concat(Uint8Array.of(1), left, right));
}
