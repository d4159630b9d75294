import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { type Block, blocksOf, root } from "./blocks.js";

/*
 * docs/PROTOCOL.md taken apart, and what it takes to check it without our own code: node:crypto for hashes and signatures, the trees counted as RFC 6962
 * writes them down.
 */

export const protocol = readFileSync(`${root}docs/PROTOCOL.md`, "utf8");
const protocolBlocks = blocksOf("docs/PROTOCOL.md");

const asked = new Set<Block>();

/** The text of the one block with this language and label, such as `jws query`. */
export function block(name: string): string {
  const found = protocolBlocks.filter(({ language, label }) => `${language} ${label}` === name);
  if (found.length !== 1) throw new Error(`docs/PROTOCOL.md has ${found.length} blocks \`${name}\``);
  for (const each of found) asked.add(each);
  return found[0]?.text ?? "";
}

/** The block's one line, without its line feed. */
export function line(name: string): string {
  return block(name).trimEnd();
}

/** The rows of the tables that have these headings, a row as its cells; code marks are taken off cells that are all code. */
export function tableRows(...headings: readonly string[]): readonly (readonly string[])[] {
  const [, rest = ""] = protocol.split(`| ${headings.join(" | ")} |\n${"|---".repeat(headings.length)}|\n`);
  const rows = rest.split("\n\n")[0]?.split("\n") ?? [];
  return rows.map((row) => row.slice(2, -2).split(" | ").map(withoutMarks));
}

function withoutMarks(cell: string): string {
  return /^`[^`]*`$/.test(cell) ? cell.slice(1, -1) : cell;
}

export function sha256(...parts: readonly (Uint8Array | string)[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function digestOf(text: Uint8Array | string): string {
  return `sha256:${sha256(text).toString("hex")}`;
}

/** RFC 6962 §2.1, as it stands there. */
export function treeHash(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return sha256("");
  if (leaves.length === 1) return only;
  const split = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return sha256(Buffer.of(1), treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

export function leafOf(entry: Uint8Array | string): Buffer {
  return sha256(Buffer.of(0), entry);
}

/** The root that an inclusion proof leads to (RFC 9162 §2.1.3.2, whose proofs are those of RFC 6962). */
export function rootFromProof(leaf: Buffer, index: number, size: number, proof: readonly Buffer[]): Buffer {
  let [number, last, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (number % 2 === 1 || number === last) {
      hash = sha256(Buffer.of(1), sibling, hash);
      while (number % 2 === 0 && number !== 0) [number, last] = [number >> 1, last >> 1];
    } else hash = sha256(Buffer.of(1), hash, sibling);
    [number, last] = [number >> 1, last >> 1];
  }
  return hash;
}

/** Ed25519 with a raw public key. */
export function signatureHolds(publicKey: Buffer, message: Uint8Array | string, signature: Buffer): boolean {
  const key = createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x: publicKey.toString("base64url") } });
  return verify(null, Buffer.from(message), key, signature);
}

/** A signed note as C2SP signed-note describes it: its text, and each signature line by the name in it. */
export function readNote(full: string): { readonly text: string; readonly signatures: ReadonlyMap<string, Buffer> } {
  const end = full.lastIndexOf("\n\n");
  const lines = full
    .slice(end + 2)
    .trimEnd()
    .split("\n");
  const signatures = lines.map((each) => each.split(" ")).map(([, name = "", bytes = ""]) => [name, Buffer.from(bytes, "base64")] as const);
  return { text: full.slice(0, end + 1), signatures: new Map(signatures) };
}

/** `name+id+base64`: the name, the four bytes of the id, the type, and the raw key. */
export function readVerifierKey(text: string) {
  const [, name = "", id = "", material = ""] = /^(.+?)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  const bytes = Buffer.from(material, "base64");
  return { name, id: Buffer.from(id, "hex"), type: bytes[0], key: bytes.subarray(1) };
}

/** The blocks in the sections from `first` to `last` that no test of this run has asked for. */
export function blocksNotAsked(first: number, last: number): readonly string[] {
  const ours = protocolBlocks.filter((each) => first <= sectionOf(each) && sectionOf(each) <= last);
  return ours.filter((each) => !asked.has(each)).map(({ language, label, line: at }) => `${language} ${label} (line ${at})`);
}

function sectionOf({ line: at }: Block): number {
  const headings = protocol
    .split("\n")
    .slice(0, at)
    .filter((each) => each.startsWith("## "));
  return Number(/^## (\d+)\./.exec(headings.at(-1) ?? "")?.[1]);
}

/** The keys of §2 by role. */
export const exampleKeys = new Map(
  tableRows("role", "name", "seed", "public key").map(([role = "", name = "", seed = "", key = ""]) => [role, { name, seed, key }]),
);

export function keyOf(role: string): Buffer {
  return Buffer.from(exampleKeys.get(role)?.key ?? "", "base64url");
}

export function jwkOf(role: string) {
  return { kty: "OKP", crv: "Ed25519", x: exampleKeys.get(role)?.key ?? "" };
}
