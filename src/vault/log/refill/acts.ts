import { formatHex } from "../../../bytes/hex.js";
import { decodeUtf8 } from "../../../bytes/utf8.js";
import { leakageLineOf } from "../../../computations/leakageLine.js";
import { FrostglassError } from "../../../errors/error.js";
import { type Digest, digestBytes, digestOf } from "../../../model/digest.js";
import { parseNote } from "../../../note/signedNote.js";
import { decodeEntry, type GovernanceEntry, isAnswerEntry } from "../../../wire/entry.js";
import type { PublishedCopy } from "./refillSource.js";

export function recordsMissing(epoch: number): FrostglassError {
  return new FrostglassError("refill-records-missing", "The home lacks the records of an epoch that the copy's log published.", { epoch });
}

export type Of<Kind extends GovernanceEntry["entry"]> = Extract<GovernanceEntry, { entry: Kind }>;

/** What an entry says, undefined for an answer. Throws `entry-invalid`. */
export function governanceOf(bytes: Uint8Array): GovernanceEntry | undefined {
  if (isAnswerEntry(bytes)) return undefined;
  const entry = decodeEntry(bytes);
  return entry.entry === "answer/1" ? undefined : entry;
}

/** The texts that an act names by digest, out of the copy. Leakage reports are taken where they are there: the vault does not run by them. */
export async function textsOf(entry: GovernanceEntry, { read }: PublishedCopy): Promise<ReadonlyMap<Digest, Uint8Array>> {
  const texts = new Map<Digest, Uint8Array>();
  const take = async (folder: string, ending: string, digest: Digest | undefined, needed: boolean) => {
    const bytes = digest && (await read(`${folder}/${formatHex(digestBytes(digest))}.${ending}`));
    if (digest !== undefined && bytes !== undefined && digestOf(bytes) === digest) texts.set(digest, bytes);
    else if (digest !== undefined && needed)
      throw new FrostglassError("refill-text-missing", "The copy lacks a text that its log names.", { folder, digest });
    return bytes;
  };
  if (entry.entry === "policy-set/1") await take("policies", "yaml", entry.policy, true);
  if (entry.entry === "policy-set/1") await take("notes", "note", entry.note, true);
  if (entry.entry !== "computation-approved/1") return texts;
  const note = await take("notes", "note", entry.note, true);
  if (note !== undefined) await take("leakage", "json", leakageLineOf(parseNote(decodeUtf8(note)).text), false);
  return texts;
}
