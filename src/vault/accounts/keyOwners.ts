import type { Requester } from "../../admission/governance.js";
import { parseBase64Url } from "../../bytes/base64.js";
import { asFrostglassError } from "../../errors/error.js";
import { thumbprint } from "../../wire/jwk.js";
import { decodeHeader } from "../../wire/jwsHeader.js";

/**
 * Who a message says it is from, by the key that its header names: cheap enough to ask before anything is verified, and good for nothing but the order
 * in which messages are looked at. Whoever names another's key crowds that requester's lane with messages that will be refused.
 */
export class KeyOwners {
  readonly #names: ReadonlyMap<string, string>;
  /** By the exact text of a header, which is the same in each message of a sender. */
  readonly #byHeader = new Map<string, string>();

  constructor(requesters: Iterable<Requester>) {
    const all = [...requesters].flatMap(({ name, keys }) => keys.map(({ key }) => [thumbprint(parseBase64Url(key)), name] as const));
    this.#names = new Map(all);
  }

  /** The requester's name, or an empty text for all that names no key of a known requester. */
  claimedBy(message: string): string {
    const header = message.slice(0, Math.max(0, message.indexOf(".")));
    const known = this.#byHeader.get(header);
    if (known !== undefined) return known;
    const name = this.#names.get(keyNamed(header) ?? "") ?? "";
    if (name !== "") this.#remember(header, name);
    return name;
  }

  #remember(header: string, name: string): void {
    if (this.#byHeader.size >= mostHeaders) this.#byHeader.clear();
    this.#byHeader.set(header, name);
  }
}

const mostHeaders = 1024;

function keyNamed(header: string): string | undefined {
  try {
    return decodeHeader(header).kid;
  } catch (thrown) {
    if (asFrostglassError(thrown) === undefined) throw thrown;
    return undefined; // what is wrong with it is said when its turn comes
  }
}
