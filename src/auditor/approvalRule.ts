import { judgeApproval } from "../admission/approval.js";
import { parsePolicy } from "../admission/policy.js";
import { formatHex } from "../bytes/hex.js";
import { decodeUtf8 } from "../bytes/utf8.js";
import { parseManifest } from "../computations/manifest/manifest.js";
import { asFrostglassError } from "../errors/error.js";
import { type Digest, digestBytes, digestOf } from "../model/digest.js";
import { parseNote } from "../note/signedNote.js";
import type { Entry } from "../wire/entry.js";
import type { BrokenRule } from "./auditRules.js";

/** Reads a file that a node publishes, by its path: `notes/….note`, `policies/….yaml`. Undefined when it is not there. */
export type ReadText = (path: string) => Promise<Uint8Array | undefined>;

/**
 * The rule of an approval that takes the texts which the log names by digest: the note holds the very text, id and version of the entry, and its
 * signatures suffice under the policy in force at that index. Undefined when it is kept.
 */
export async function approvalFault(
  { computation, id, version, note: noteDigest }: Extract<Entry, { entry: "computation-approved/1" }>,
  policyDigest: Digest | undefined,
  readText: ReadText,
): Promise<BrokenRule | undefined> {
  const noteText = await textOf(readText, `notes/${hexOf(noteDigest)}.note`, noteDigest);
  const policyText = policyDigest && (await textOf(readText, `policies/${hexOf(policyDigest)}.yaml`, policyDigest));
  if (noteText === undefined) return broken("The signed note of an approval is not published, or is another one.");
  if (policyText === undefined) return broken("The policy that an approval was judged by is not published, or is another one.");
  const judged = quietly(() => {
    const note = parseNote(noteText);
    const manifest = parseManifest(note.text);
    const isSame = manifest.digest === computation && manifest.id === id && manifest.version === version;
    return { isSame, approval: judgeApproval({ note, author: manifest.author }, parsePolicy(policyText)) };
  });
  if (judged === undefined) return broken("The signed note of an approval does not hold.");
  if (!judged.isSame) return broken("The signed note of an approval is about another computation.");
  return judged.approval.suffices ? undefined : broken("An approval has fewer reviewers than the policy in force asked for.");
}

function broken(words: string): BrokenRule {
  return { rule: "approval-suffices", words };
}

async function textOf(readText: ReadText, path: string, digest: Digest): Promise<string | undefined> {
  const bytes = await readText(path);
  return bytes !== undefined && digestOf(bytes) === digest ? quietly(() => decodeUtf8(bytes)) : undefined;
}

function quietly<T>(read: () => T): T | undefined {
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
