import { importPublicKey, type PublicKey } from "#crypto";
import { admitBeforeConsent } from "../../admission/admit.js";
import { type Governance, revocationKey } from "../../admission/governance.js";
import { type ApprovedComputation, loggedStanding } from "../../admission/lifecycle.js";
import type { Policy } from "../../admission/policy.js";
import { parseBase64Url } from "../../bytes/base64.js";
import type { Digest } from "../../model/digest.js";
import type { RefusalCode } from "../../model/outcome.js";
import type { Answer, DecodedAnswer } from "../../wire/answer.js";
import { thumbprint } from "../../wire/jwk.js";
import { verifyJws } from "../../wire/jws.js";
import type { BrokenRule } from "../auditRules.js";
import { quietly } from "../publishedText.js";
import { clockSlack } from "../witnesses.js";
import type { AuditedComputation } from "./texts.js";

/** The administration at the index of an answer, and the texts that it names there. */
export interface Circumstances {
  readonly governance: Governance;
  readonly policy: Policy;
  /** Absent where the answer is about a computation that the log does not know. */
  readonly computation?: AuditedComputation | undefined;
  /** The computation's digest, where its signatures suffice under the policy. */
  readonly approvals: ReadonlySet<Digest>;
  /** By when the quorum had cosigned the answer's place in the log, Unix seconds; undefined where that is not known. */
  readonly seenAt: number | undefined;
}

/** The rules that one answer breaks, but for its charge: who signed it, what it states, and whether it had to be given or refused. */
export function judgeAnswer(decoded: DecodedAnswer, around: Circumstances): readonly BrokenRule[] {
  const { answer } = decoded;
  const faults = [signatureFault(decoded, around.governance), statementFault(answer, around.governance), dateFault(answer, around)];
  faults.push(answer.outcome.kind === "refusal" ? refusalFault(answer, answer.outcome.code, around) : admissionFault(answer, around));
  return faults.filter((fault) => fault !== undefined);
}

/** The time decides whether grant and computation were in force. It is the holder's own word, but witnesses cannot have seen what was not there. */
function dateFault({ iat }: Answer, { seenAt }: Circumstances): BrokenRule | undefined {
  if (seenAt === undefined || iat <= seenAt + clockSlack) return undefined;
  return broken(
    "answer-dated",
    "The quorum had cosigned an answer's place in the log a day and more before the time that the answer claims.",
  );
}

/** The key, as the log writes it, that an answer's header names; undefined where none that is in use for answers has this name. */
export function signingKeyOf({ decoded }: DecodedAnswer, { keys }: Governance): string | undefined {
  return inUseAs(decoded.header.kid, keys)?.text;
}

function signatureFault({ decoded }: DecodedAnswer, { keys }: Governance): BrokenRule | undefined {
  const key = inUseAs(decoded.header.kid, keys)?.publicKey;
  if (key === undefined) return broken("answer-signed", "An answer is signed with a key that was not in use for answers.");
  const signature = quietly(() => {
    verifyJws(decoded, key);
    return "holds";
  });
  return signature === "holds" ? undefined : broken("answer-signed", "The signature of an answer does not hold.");
}

function inUseAs(kid: string | undefined, keys: Governance["keys"]): AnswerKey | undefined {
  const inUse = keys.filter(({ role, retired }) => role === "answer" && !retired);
  return inUse.map(({ key }) => answerKey(key)).find((key) => key.kid === kid);
}

interface AnswerKey {
  readonly text: string;
  readonly kid: string;
  readonly publicKey: PublicKey | undefined;
}

const known = new Map<string, AnswerKey>();

function answerKey(text: string): AnswerKey {
  const found = known.get(text) ?? readKey(text);
  known.set(text, found);
  return found;
}

function readKey(text: string): AnswerKey {
  const bytes = quietly(() => parseBase64Url(text));
  return { text, kid: bytes === undefined ? "" : thumbprint(bytes), publicKey: bytes && quietly(() => importPublicKey(bytes)) };
}

function statementFault(answer: Answer, { holder, environment, suite, policy, epoch }: Governance): BrokenRule | undefined {
  const rule = "answer-states-rules";
  if (answer.iss !== holder || answer.environment !== environment || answer.suite !== suite)
    return broken(rule, "An answer names another holder, environment or suite than its log.");
  if (answer.policy !== policy?.digest) return broken(rule, "An answer names a policy that was not in force.");
  const { number, root, asOf } = answer.epoch;
  if (number !== epoch?.number || root !== epoch.root || asOf !== epoch.asOf)
    return broken(rule, "An answer names an epoch that was not in force.");
  return undefined;
}

function admissionFault(answer: Answer, around: Circumstances): BrokenRule | undefined {
  const judged = admitAgain(answer, around);
  if ("refusal" in judged) return broken("answer-admitted", `An answer was given that had to be refused: ${judged.refusal}.`);
  const { id, version } = answer.computation;
  if (id !== judged.approved.id || version !== judged.approved.version)
    return broken("answer-admitted", "An answer names another id or version than the approval of its computation.");
  return basisFault(answer, around);
}

function admitAgain(
  { aud, iat, computation: { digest }, purpose, parameters }: Answer,
  { governance, computation, approvals }: Circumstances,
) {
  const computations = new Map(computation === undefined ? [] : [[computation.digest, computation]]);
  return admitBeforeConsent({ iss: aud, computation: digest, purpose, parameters }, { governance, computations, approvals, now: iat });
}

function basisFault({ purpose, consent, legalBasis }: Answer, { governance, policy }: Circumstances): BrokenRule | undefined {
  const asked = policy.purposes.get(purpose);
  if (asked === undefined) return broken("answer-basis", "An answer was given for a purpose that the policy does not know.");
  if ("legalBasis" in asked)
    return legalBasis === asked.legalBasis ? undefined : broken("answer-basis", "An answer names another legal basis than the policy.");
  if (consent === undefined) return broken("answer-basis", "An answer was given without the consent that the policy asks for.");
  return wasRevoked(consent, governance, policy)
    ? broken("answer-basis", "An answer rests on a consent that was revoked before it.")
    : undefined;
}

/** An issuer's revocation holds for its own consents. Whose a consent is cannot be seen here, unless the policy trusts one issuer alone. */
function wasRevoked(consent: Digest, { revokedConsents }: Governance, { consentIssuers }: Policy): boolean {
  if (revokedConsents.has(revocationKey(consent))) return true;
  const [only, ...others] = new Set(consentIssuers.map(({ name }) => name));
  return only !== undefined && others.length === 0 && revokedConsents.has(revocationKey(consent, only));
}

/** What the log alone decides. Other refusals look at the query, the consent or the budget, which is counted apart. */
const decidedByLog: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  "computation-unknown",
  "computation-not-yet-valid",
  "computation-expired",
  "computation-superseded",
  "computation-revoked",
  "requester-cut-off",
  "requester-not-granted",
  "purpose-not-granted",
  "parameters-invalid",
]);

function refusalFault(answer: Answer, code: RefusalCode, around: Circumstances): BrokenRule | undefined {
  const judged = admitAgain(answer, around);
  const expected = "refusal" in judged ? judged.refusal : undefined; // admission looks at these before consent and budget
  if (code === expected || mayDiffer(answer, code, judged.approved, around)) return undefined;
  if (expected !== undefined) return broken("refusal-founded", `A query was refused as ${code}, and had to be refused as ${expected}.`);
  if (decidedByLog.has(code)) return broken("refusal-founded", `A query was refused as ${code}, which the log does not bear out.`);
  return consentUnasked(answer, code, around)
    ? broken("refusal-founded", `A query was refused as ${code}, and the policy asks for no consent.`)
    : undefined;
}

/** Refusals that rest on what an auditor does not have: the schemas of the node, the subject's scheme. */
function mayDiffer(answer: Answer, code: RefusalCode, approved: ApprovedComputation | undefined, { policy }: Circumstances): boolean {
  const inForce = approved !== undefined && loggedStanding(approved, answer.iat) === "in-force";
  if (code === "computation-not-approved" || code === "subject-scheme-mismatch") return inForce;
  return code === "purpose-not-granted" && inForce && !policy.purposes.has(answer.purpose);
}

function consentUnasked({ purpose }: Answer, code: RefusalCode, { policy }: Circumstances): boolean {
  const asked = policy.purposes.get(purpose);
  return code.startsWith("consent-") && asked !== undefined && "legalBasis" in asked;
}

function broken(rule: BrokenRule["rule"], words: string): BrokenRule {
  return { rule, words };
}
