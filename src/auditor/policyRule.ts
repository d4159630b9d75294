import { type Policy, parsePolicy } from "../admission/policy.js";
import { mayFollow } from "../admission/policyChange.js";
import { type Digest, digestOf } from "../model/digest.js";
import { parseNote } from "../note/signedNote.js";
import type { Entry } from "../wire/entry.js";
import type { BrokenRule } from "./auditRules.js";
import { noteText, policyText, quietly, type ReadText } from "./publishedText.js";

type PolicySet = Extract<Entry, { entry: "policy-set/1" }>;

/** A policy as it came into force, as far as its texts are published. */
export interface JudgedPolicy {
  /** Undefined where the text is not published or does not read. */
  readonly policy: Policy | undefined;
  readonly broken: BrokenRule | undefined;
}

interface Circumstances {
  /** The policy before; undefined for the first. */
  readonly before: Digest | undefined;
  /** Whose log it is. */
  readonly holder: string;
}

/**
 * The rule of a policy that takes the texts which the log names: it follows the one before by its holder and its version, and by the signatures that the
 * one before asks for.
 */
export async function judgePolicy(entry: PolicySet, { before, holder }: Circumstances, readText: ReadText): Promise<JudgedPolicy> {
  const text = await policyText(readText, entry.policy);
  const policy = text === undefined ? undefined : quietly(() => parsePolicy(text));
  if (text === undefined || policy === undefined) return { policy, broken: fault("A policy is not published, or is another one.") };
  if (before === undefined) return { policy, broken: undefined };
  const textBefore = await policyText(readText, before);
  const inForce = textBefore === undefined ? undefined : quietly(() => parsePolicy(textBefore));
  if (inForce === undefined) return { policy, broken: fault("The policy before a change is not published, or is another one.") };
  const note = entry.note === undefined ? undefined : await readNote(entry, entry.note, readText);
  if (note === "other") return { policy, broken: fault("The signed note of a policy is not published, or holds another policy.") };
  const follows = mayFollow({ policy, text, note }, inForce, holder);
  return {
    policy,
    broken: follows
      ? undefined
      : fault("A policy lacks the signatures that the one before asks for, is of another holder, or is not newer."),
  };
}

async function readNote({ policy }: PolicySet, digest: Digest, readText: ReadText) {
  const full = await noteText(readText, digest);
  const note = full === undefined ? undefined : quietly(() => parseNote(full));
  return note !== undefined && digestOf(note.text) === policy ? note : "other";
}

function fault(words: string): BrokenRule {
  return { rule: "policy-follows", words };
}
