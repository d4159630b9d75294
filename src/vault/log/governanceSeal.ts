import { hmacSha256, sha256 } from "#crypto";
import { concat } from "../../bytes/bytes.js";
import { encodeUtf8 } from "../../bytes/utf8.js";
import { deriveKey } from "../../crypto/seal.js";

/*
 * The vault folds its administration from the governance entries alone, not from the whole log, so a start stays short however many answers there
 * are. What it reads must then be known to be all of them, unaltered: every commit seals a chain over these entries together with the log's size,
 * under a key that the disk does not hold. A cut-off that was taken out of the database, or an old list put back, does not pass.
 */

export const emptyChain = new Uint8Array(32);

/** The chain with the entry at `position` added: it covers every entry before, its bytes and its place. */
export function chainEntry(chain: Uint8Array, position: number, entry: Uint8Array): Uint8Array {
  return sha256(concat(chain, eightBytes(position), entry));
}

/** Seals a chain as that of a log of `size` entries. */
export function sealGovernance(archiveKey: Uint8Array, size: number, chain: Uint8Array): Uint8Array {
  return hmacSha256(deriveKey(archiveKey, encodeUtf8("frostglass governance/1")), concat(eightBytes(size), chain));
}

function eightBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}
