import { formatBase64 } from "../bytes/base64.js";
import { asFrostglassError, FrostglassError } from "../errors/error.js";
import type { Digest } from "../model/digest.js";
import { type Note, verifiedSignatures } from "../note/signedNote.js";
import { ed25519Type } from "../note/verifierKey.js";
import type { Policy, Reviewer } from "./policy.js";

/*
 * An approved computation is a signed note (C2SP signed-note). Its text is the manifest, byte for byte, so the digest of the text is the
 * digest of the computation; its signature lines are the reviewers'.
 *
 *     frostglass: computation/1
 *     id: sme-sales-continuity
 *     …
 *     # leakage: sha256:…
 *
 *     — reviewer.example/alice Az3grlgtzPICa5OS8npVmf1M…
 */

/** What reviewers sign, and the organisation that its author belongs to, where the text says so. */
export interface SignedComputation {
  readonly note: Note;
  readonly author: string | undefined;
}

/** A trusted reviewer who signed, and whether the policy counts that signature. */
export interface Signature {
  readonly reviewer: Reviewer;
  readonly counts: boolean;
}

/** What the signatures of a note are worth under a policy. */
export interface Approval {
  readonly signatures: readonly Signature[];
  /** How many that count, of how many organisations. */
  readonly reviewers: number;
  readonly organisations: number;
  /** True when the text names an author's organisation, which a policy that refuses own signatures asks for. */
  readonly authorKnown: boolean;
  /** True when the policy asks for no more. */
  readonly suffices: boolean;
}

/**
 * Judges the signatures of a note under a policy: signatures of keys that the policy does not name are passed over, one key counts once, and
 * where the policy refuses them, those of the author's own organisation do not count. Throws what `verifiedSignatures` throws: `note-signature-invalid`
 * for a trusted reviewer's signature over another text, `note-signature-duplicate`, `verifier-key-ambiguous`.
 */
export function judgeApproval({ note, author }: SignedComputation, policy: Policy): Approval {
  const { approval } = policy;
  const trusted = policy.reviewers.filter(({ key }) => key.type === ed25519Type);
  const keys = verifiedSignatures(
    note,
    trusted.map(({ key }) => key),
  ).map(({ key }) => key);
  const own = approval.own === "refused" ? author : undefined;
  const signatures = trusted
    .filter(({ key }) => keys.includes(key))
    .map((reviewer) => ({ reviewer, counts: own === undefined || !isSame(own, reviewer.organisation) }));
  const counting = signatures.filter(({ counts }) => counts).map(({ reviewer }) => reviewer);
  const reviewers = new Set(counting.map(({ key }) => formatBase64(key.publicKey.bytes))).size;
  const organisations = new Set(counting.map(({ organisation }) => folded(organisation))).size;
  const authorKnown = author !== undefined;
  const enough = reviewers >= approval.reviewers && organisations >= approval.organisations;
  return { signatures, reviewers, organisations, authorKnown, suffices: enough && (authorKnown || approval.own !== "refused") };
}

/** Throws `approval-missing`, with what is missing, unless the signatures suffice; and as `judgeApproval` does. */
export function requireApproval(signed: SignedComputation, policy: Policy): Approval {
  const judged = judgeApproval(signed, policy);
  if (judged.suffices) return judged;
  const { reviewers, organisations } = policy.approval;
  const facts = {
    ...{ reviewers: judged.reviewers, reviewersNeeded: reviewers },
    ...{ organisations: judged.organisations, organisationsNeeded: organisations },
  };
  throw new FrostglassError("approval-missing", `${shortfall(judged)} The policy asks for ${reviewers} of ${organisations}.`, facts);
}

function shortfall({ reviewers, organisations, authorKnown, signatures }: Approval): string {
  if (!authorKnown && signatures.length > 0)
    return "The policy refuses approvals by the author's own organisation, and the text does not name its author's.";
  const refused = signatures.filter(({ counts }) => !counts).length;
  const own = refused === 0 ? "" : ` (not counting ${refused} of the author's own organisation)`;
  return `Signed by ${reviewers} trusted reviewers of ${organisations} organisations${own}.`;
}

/** The computations whose signatures suffice under a policy. A note that no longer reads under it does not suffice. */
export function approvedUnder(policy: Policy, texts: ReadonlyMap<Digest, SignedComputation>): ReadonlySet<Digest> {
  return new Set([...texts].filter(([, signed]) => suffices(signed, policy)).map(([digest]) => digest));
}

function suffices(signed: SignedComputation, policy: Policy): boolean {
  try {
    return judgeApproval(signed, policy).suffices;
  } catch (thrown) {
    if (asFrostglassError(thrown) === undefined) throw thrown;
    return false;
  }
}

// Organisations are names that people type: `Bureau.example` and `bureau.example` must not count as two.
function isSame(a: string, b: string): boolean {
  return folded(a) === folded(b);
}

function folded(organisation: string): string {
  return organisation.normalize("NFKC").trim().toLowerCase();
}
