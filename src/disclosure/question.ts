import { sha256 } from "#crypto";
import { formatBase64Url } from "../bytes/base64.js";
import type { Digest } from "../model/digest.js";

/** Names a question inside one account: the same computation with the same choices of parameters. */
export function questionOf(computation: Digest, parameters: Readonly<Record<string, string | number>>): string {
  return formatBase64Url(sha256(JSON.stringify([computation, parameters])).subarray(0, 12));
}
