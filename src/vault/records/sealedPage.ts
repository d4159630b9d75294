import { concat } from "../../bytes/bytes.js";
import { encodeUtf8 } from "../../bytes/utf8.js";
import { deriveKey, open, seal } from "../../crypto/seal.js";

/*
 * A page at rest: AES-256-GCM under a key of its own, derived from the dataset's key and the page's place. The associated bytes name dataset,
 * epoch and pseudonym, so a page that is moved, swapped or put back does not open even before its digest is looked at.
 */

export function sealPage(datasetKey: Uint8Array, dataset: string, pseudonym: Uint8Array, epoch: number, page: Uint8Array): Uint8Array {
  const place = placeOf(dataset, pseudonym, epoch);
  return seal(deriveKey(datasetKey, place), page, place);
}

/** Throws `seal-broken` when the bytes are not this page's of this epoch. */
export function openPage(datasetKey: Uint8Array, dataset: string, pseudonym: Uint8Array, epoch: number, sealed: Uint8Array): Uint8Array {
  const place = placeOf(dataset, pseudonym, epoch);
  return open(deriveKey(datasetKey, place), sealed, place);
}

function placeOf(dataset: string, pseudonym: Uint8Array, epoch: number): Uint8Array {
  const number = new Uint8Array(4);
  new DataView(number.buffer).setUint32(0, epoch);
  return concat(encodeUtf8(`frostglass page/1 ${dataset}\n`), number, pseudonym);
}
