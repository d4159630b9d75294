import { formatHex } from "../bytes/hex.js";
import { decodeUtf8 } from "../bytes/utf8.js";
import { asFrostglassError } from "../errors/error.js";
import { type Digest, digestBytes, digestOf } from "../model/digest.js";

/** Reads a file that a node publishes, by its path: `notes/….note`, `policies/….yaml`, `leakage/….json`. Undefined when it is not there. */
export type ReadText = (path: string) => Promise<Uint8Array | undefined>;

/** Where texts are kept: the same files under the same paths. */
export interface KeptTexts {
  readonly readTile: ReadText;
  keepTile(path: string, bytes: Uint8Array): Promise<void>;
}

/** Reads what was kept, or else what is published, and keeps that if it is the text whose digest its path names. */
export function keepingTexts(readText: ReadText, kept: KeptTexts | undefined): ReadText {
  if (kept === undefined) return readText;
  return async (path) => {
    const known = await kept.readTile(path);
    if (known !== undefined) return known;
    const found = await readText(path);
    if (found !== undefined && path.includes(hexOf(digestOf(found)))) await kept.keepTile(path, found);
    return found;
  };
}

/** A signed note that the log names by digest, or undefined where it is not published, or is another one. */
export function noteText(readText: ReadText, digest: Digest): Promise<string | undefined> {
  return textOf(readText, `notes/${hexOf(digest)}.note`, digest);
}

/** A policy that the log names by digest, likewise. */
export function policyText(readText: ReadText, digest: Digest): Promise<string | undefined> {
  return textOf(readText, `policies/${hexOf(digest)}.yaml`, digest);
}

/** A leakage report that a signed text names by digest, likewise. */
export function leakageText(readText: ReadText, digest: Digest): Promise<string | undefined> {
  return textOf(readText, `leakage/${hexOf(digest)}.json`, digest);
}

async function textOf(readText: ReadText, path: string, digest: Digest): Promise<string | undefined> {
  const bytes = await readText(path);
  return bytes !== undefined && digestOf(bytes) === digest ? quietly(() => decodeUtf8(bytes)) : undefined;
}

/** What `read` gives, or undefined where it throws one of our codes: what is wrong with a text is a finding, not a failure. */
export function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (asFrostglassError(thrown) === undefined) throw thrown;
    return undefined;
  }
}

function hexOf(digest: Digest): string {
  return formatHex(digestBytes(digest));
}
