import { sha256 } from "#crypto";
import { concat, equalBytes } from "../bytes/bytes.js";
import { FrostglassError } from "../errors/error.js";

export const hashLength = 32;

/** The leaves `begin` to `end`, `end` left out. */
export interface LeafRange {
  readonly begin: number;
  readonly end: number;
}

/** A complete subtree: leaves `index · 2^level` to `(index + 1) · 2^level`. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/** Gives the hash of a complete subtree; level 0 holds the leaf hashes. Throws when it has none. */
export type HashSource = (subtree: Subtree) => Uint8Array;

/** RFC 6962 §2.1: SHA-256(0x00 || entry). */
export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(concat(Uint8Array.of(0x00), entry));
}

/** What a node's hash is taken over, written anew for each: an array of this length costs as much to make as its hash. */
const nodeMessage = new Uint8Array(1 + 2 * hashLength);
nodeMessage[0] = 0x01;

/** RFC 6962 §2.1: SHA-256(0x01 || left || right). Throws `tree-hash-malformed` for a hash that does not have 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== hashLength || right.length !== hashLength)
    throw new FrostglassError("tree-hash-malformed", "A node joins two hashes of 32 bytes.", { left: left.length, right: right.length });
  nodeMessage.set(left, 1);
  nodeMessage.set(right, 1 + hashLength);
  return sha256(nodeMessage);
}

/** RFC 6962 §2.1: the root of the tree without leaves, SHA-256 of nothing. */
export function emptyRoot(): Uint8Array {
  return sha256(new Uint8Array(0));
}

/** The Merkle tree hash over leaf hashes (RFC 6962 §2.1): n − 1 node hashes. */
export function rootOf(hashes: readonly Uint8Array[]): Uint8Array {
  let level = hashes;
  while (level.length > 1) level = joined(level);
  return level[0] ?? emptyRoot();
}

/** The nodes above: pairs from the left, as a split at a power of two makes them, and a last one without a partner as it is. */
function joined(level: readonly Uint8Array[]): readonly Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let i = 0; i + 1 < level.length; i += 2) above.push(nodeHash(level[i] as Uint8Array, level[i + 1] as Uint8Array));
  if (isOdd(level.length)) above.push(level.at(-1) as Uint8Array);
  return above;
}

/** The Merkle tree hash over a range that some tree has as a node, from the hashes of complete subtrees. */
export function rangeHash(range: LeafRange, read: HashSource): Uint8Array {
  return completeSubtrees(range)
    .map(read)
    .reduceRight((right, left) => nodeHash(left, right));
}

/** The root of the tree of `size` leaves. */
export function treeRoot(size: number, read: HashSource): Uint8Array {
  return size === 0 ? emptyRoot() : rangeHash({ begin: 0, end: size }, read);
}

/** The complete subtrees that make up a range of a tree, left to right: never more than 53. */
export function completeSubtrees({ begin, end }: LeafRange): readonly Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = begin; at < end; ) {
    let level = 0;
    while (2 ** (level + 1) <= end - at) level++;
    subtrees.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return subtrees;
}

/** The ranges whose hashes are PATH(index, D[size]) of RFC 6962 §2.1.1, the leaf's sibling first. Throws `tree-index-out-of-range`. */
export function inclusionRanges(index: number, size: number): readonly LeafRange[] {
  if (!(Number.isSafeInteger(index) && 0 <= index && index < size)) throw outOfRange(index, size);
  const ranges: LeafRange[] = [];
  let [begin, end] = [0, size];
  while (end - begin > 1) {
    const split = begin + splitOf(end - begin);
    ranges.push(index < split ? { begin: split, end } : { begin, end: split });
    [begin, end] = index < split ? [begin, split] : [split, end];
  }
  return ranges.reverse();
}

/**
 * The ranges whose hashes are PROOF(old, D[size]) of RFC 6962 §2.1.2; none when the old tree is empty or the same. Throws
 * `tree-index-out-of-range`.
 */
export function consistencyRanges(oldSize: number, size: number): readonly LeafRange[] {
  if (!(Number.isSafeInteger(oldSize) && 0 <= oldSize && oldSize <= size)) throw outOfRange(oldSize, size);
  if (oldSize === 0 || oldSize === size) return [];
  const ranges: LeafRange[] = [];
  let [begin, end] = [0, size];
  while (end !== oldSize) {
    const split = begin + splitOf(end - begin);
    ranges.push(oldSize <= split ? { begin: split, end } : { begin, end: split });
    [begin, end] = oldSize <= split ? [begin, split] : [split, end];
  }
  // SUBPROOF(m, D[m], true) is empty: the checker knows the hash of the old tree when it is one whole subtree from the left edge.
  if (begin > 0) ranges.push({ begin, end });
  return ranges.reverse();
}

/** The inclusion proof of leaf `index` in the tree of `size` leaves (RFC 6962 §2.1.1), the leaf's sibling first. */
export function proveInclusion(index: number, size: number, read: HashSource): readonly Uint8Array[] {
  return inclusionRanges(index, size).map((range) => rangeHash(range, read));
}

/** The proof that the tree of `size` leaves begins with the tree of `oldSize` leaves (RFC 6962 §2.1.2). */
export function proveConsistency(oldSize: number, size: number, read: HashSource): readonly Uint8Array[] {
  return consistencyRanges(oldSize, size).map((range) => rangeHash(range, read));
}

/** A tree as a checkpoint states it. */
export interface Tree {
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * Checks that `leaf` (a leaf hash) stands at `index` in `tree` (RFC 9162 §2.1.3.2, the same tree as RFC 6962). Throws
 * `inclusion-proof-invalid` when it does not, or when the proof is too short or too long.
 */
export function checkInclusion(leaf: Uint8Array, index: number, tree: Tree, proof: readonly Uint8Array[]): void {
  const refused = (): FrostglassError =>
    new FrostglassError("inclusion-proof-invalid", "The proof does not lead from the entry to the root.", { index, size: tree.size });
  if (!(Number.isSafeInteger(index) && 0 <= index && index < tree.size) || !areHashes([leaf, ...proof])) throw refused();
  let [node, last, hash] = [index, tree.size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) throw refused();
    const fromLeft = isOdd(node) || node === last;
    hash = fromLeft ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
    [node, last] = fromLeft ? skipLevels(node, last, (at) => !isOdd(at) && at !== 0) : [node, last];
    [node, last] = [half(node), half(last)];
  }
  if (last !== 0 || !equalBytes(hash, tree.root)) throw refused();
}

/**
 * Checks that `tree` begins with `old` (RFC 9162 §2.1.4.2). An old tree without leaves, or the same tree, needs an empty proof. Throws
 * `consistency-proof-invalid`.
 */
export function checkConsistency(old: Tree, tree: Tree, proof: readonly Uint8Array[]): void {
  if (!isConsistent(old, tree, proof))
    throw new FrostglassError("consistency-proof-invalid", "The proof does not show that the larger tree begins with the smaller one.", {
      oldSize: old.size,
      size: tree.size,
    });
}

function isConsistent(old: Tree, tree: Tree, proof: readonly Uint8Array[]): boolean {
  if (!(0 <= old.size && old.size <= tree.size) || !areHashes([old.root, tree.root, ...proof])) return false;
  if (old.size === tree.size) return proof.length === 0 && equalBytes(old.root, tree.root) && (old.size > 0 || isEmptyRoot(old.root));
  if (old.size === 0) return proof.length === 0 && isEmptyRoot(old.root);
  const [first, ...rest] = isPowerOfTwo(old.size) ? [old.root, ...proof] : proof;
  return first !== undefined && proof.length > 0 && climbsToBoth(old, tree, first, rest);
}

function climbsToBoth(old: Tree, tree: Tree, first: Uint8Array, proof: readonly Uint8Array[]): boolean {
  let [node, last] = skipLevels(old.size - 1, tree.size - 1, isOdd);
  let [oldHash, hash] = [first, first];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      [oldHash, hash] = [nodeHash(sibling, oldHash), nodeHash(sibling, hash)];
      [node, last] = skipLevels(node, last, (at) => !isOdd(at) && at !== 0);
    } else hash = nodeHash(hash, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && equalBytes(oldHash, old.root) && equalBytes(hash, tree.root);
}

/** Goes up, both positions together, while the condition holds for the first. */
function skipLevels(node: number, last: number, condition: (node: number) => boolean): readonly [number, number] {
  let [at, edge] = [node, last];
  while (condition(at)) [at, edge] = [half(at), half(edge)];
  return [at, edge];
}

/** The largest power of two below n, where RFC 6962 splits a tree. Plain arithmetic: bit operators stop at 32 bits. */
function splitOf(n: number): number {
  let split = 1;
  while (split * 2 < n) split *= 2;
  return split;
}

const half = (n: number): number => Math.floor(n / 2);
const isOdd = (n: number): boolean => n % 2 === 1;
const isPowerOfTwo = (n: number): boolean => n === 1 || splitOf(n) * 2 === n;
const isEmptyRoot = (root: Uint8Array): boolean => equalBytes(root, emptyRoot());
const areHashes = (hashes: readonly Uint8Array[]): boolean => hashes.every((hash) => hash.length === hashLength);

function outOfRange(index: number, size: number): FrostglassError {
  return new FrostglassError("tree-index-out-of-range", "The tree has no such entry or size.", { index, size });
}
