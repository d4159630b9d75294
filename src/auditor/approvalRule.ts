import { judgeApproval } from "../admission/approval.js";
import { parsePolicy } from "../admission/policy.js";
import { parseManifest } from "../computations/manifest/manifest.js";
import type { Digest } from "../model/digest.js";
import { parseNote } from "../note/signedNote.js";
import type { Entry } from "../wire/entry.js";
import type { BrokenRule } from "./auditRules.js";
import { noteText, policyText, quietly, type ReadText } from "./publishedText.js";

/**
 * The rule of an approval that takes the texts which the log names by digest: the note holds the very text, id and version of the entry, and its
 * signatures suffice under the policy in force at that index. Undefined when it is kept.
 */
export async function approvalFault(
  { computation, id, version, note: noteDigest }: Extract<Entry, { entry: "computation-approved/1" }>,
  policyDigest: Digest | undefined,
  readText: ReadText,
): Promise<BrokenRule | undefined> {
  const signed = await noteText(readText, noteDigest);
  const policy = policyDigest && (await policyText(readText, policyDigest));
  if (signed === undefined) return broken("The signed note of an approval is not published, or is another one.");
  if (policy === undefined) return broken("The policy that an approval was judged by is not published, or is another one.");
  const judged = quietly(() => {
    const note = parseNote(signed);
    const manifest = parseManifest(note.text);
    const isSame = manifest.digest === computation && manifest.id === id && manifest.version === version;
    return { isSame, approval: judgeApproval({ note, author: manifest.author }, parsePolicy(policy)) };
  });
  if (judged === undefined) return broken("The signed note of an approval does not hold.");
  if (!judged.isSame) return broken("The signed note of an approval is about another computation.");
  return judged.approval.suffices ? undefined : broken("An approval has fewer reviewers than the policy in force asked for.");
}

function broken(words: string): BrokenRule {
  return { rule: "approval-suffices", words };
}
