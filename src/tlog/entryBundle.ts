import { FrostglassError } from "../errors/error.js";

/** The longest entry: its length is a uint16. */
export const maxEntryLength = 0xffff;

/*
 * length[2, big-endian] || entry || length[2] || entry …       256 entries, or fewer in the last bundle
 */

/** Encodes entries to a bundle (C2SP tlog-tiles, Log entries). Throws `entry-too-long`. */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  let offset = 0;
  for (const entry of entries) {
    if (entry.length > maxEntryLength)
      throw new FrostglassError("entry-too-long", "A log entry has at most 65535 bytes.", { length: entry.length });
    bytes.set([entry.length >> 8, entry.length & 0xff], offset);
    bytes.set(entry, offset + 2);
    offset += 2 + entry.length;
  }
  return bytes;
}

/** Decodes a bundle that must hold exactly `width` entries and nothing after them. Throws `entry-bundle-malformed`. */
export function decodeEntryBundle(bytes: Uint8Array, width: number): readonly Uint8Array[] {
  const entries: Uint8Array[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const [high, low] = bytes.subarray(offset, offset + 2);
    if (high === undefined || low === undefined) throw malformed(width);
    const end = offset + 2 + ((high << 8) | low);
    if (end > bytes.length) throw malformed(width);
    entries.push(bytes.subarray(offset + 2, end));
    offset = end;
  }
  if (entries.length !== width) throw malformed(width);
  return entries;
}

function malformed(width: number): FrostglassError {
  return new FrostglassError("entry-bundle-malformed", "The entry bundle does not hold exactly the entries that it should.", { width });
}
