import type { Requester } from "../../admission/governance.js";
import { parseBase64Url } from "../../bytes/base64.js";
import { thumbprint } from "../../wire/jwk.js";
import { keyNamed } from "../../wire/jwsHeader.js";

/**
 * Who a message says it is from, by the key that its header names: cheap enough to ask before anything is verified, and good for nothing but the order
 * in which messages are looked at. Whoever names another's key crowds that requester's lane with messages that will be refused.
 */
export class KeyOwners {
  readonly #names: ReadonlyMap<string, string>;

  constructor(requesters: Iterable<Requester>) {
    const all = [...requesters].flatMap(({ name, keys }) => keys.map(({ key }) => [thumbprint(parseBase64Url(key)), name] as const));
    this.#names = new Map(all);
  }

  /** The requester's name, or an empty text for all that names no key of a known requester. */
  claimedBy(message: string): string {
    return this.#names.get(keyNamed(message) ?? "") ?? "";
  }
}
