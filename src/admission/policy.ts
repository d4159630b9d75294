import { z } from "zod";
import { importPublicKey, type PublicKey } from "#crypto";
import { parseBase64Url } from "../bytes/base64.js";
import { type LeakageLimits, usualLimits } from "../computations/analysis/judgeLeakage.js";
import { readYaml, yamlError } from "../datasets/yamlDocument.js";
import { type Digest, digestOf } from "../model/digest.js";
import { legalBasisPattern, partyNamePattern } from "../model/names.js";
import { parseVerifierKey, type VerifierKey } from "../note/verifierKey.js";
import { thumbprint } from "../wire/jwk.js";

/*
 * A holder's policy: one readable YAML file. Its digest is in every answer, and its change is an entry of the log.
 *
 *   frostglass: policy/1
 *   holder: bureau.example
 *   version: 3
 *   policy_changes: { operators: ["ops-a.bureau.example+1a2b3c4d+AZ…", "ops-b.bureau.example+…"], signatures: 2 }
 *   reviewers:
 *     - { organisation: bureau.example, key: "risk.bureau.example+1a2b3c4d+AZ…" }
 *   approval: { reviewers: 2, organisations: 2, own: refused }
 *   consent_issuers:
 *     - { name: consent.example, key: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo }
 *   consent_max_days: 365
 *   purposes:
 *     loan-origination: { consent: required }
 *     supervision: { legal_basis: "Banking supervision act, article 34" }
 *   disclosure: { period_days: 365, budget_bits: 16, ceiling_bits: 64 }
 *   leakage: { bits_per_answer: 10, least_records: 3, cutoff_choices: 5, pinned_values: 5 }
 *   subject_access: { delay_days: 30, requesters_named: true }
 *   clock_skew_seconds: 60
 *   testing: { least_cell: 20 }
 *   retention: { epoch_days: 400, log_days: 3660 }
 *   limits: { queries_per_minute: 600, new_subjects_per_day: 1000 }
 */

/** The fewest firms that a count of a computation's test may be of, unless the policy asks for more. */
const usualLeastCell = 10;

/** How long the records of an epoch that was replaced are kept, in days, unless the policy says otherwise: a year, and time to look at it. */
const usualEpochDays = 400;

/** The shortest time for which a log is served: auditors who come once a year must find all of it. */
const leastLogDays = 400;

const bits = z.int().min(1).max(10_000);
const purposeShape = z.union([
  z.strictObject({ consent: z.literal("required") }),
  z.strictObject({ legal_basis: z.string().regex(legalBasisPattern) }),
]);

/** Each limit may be left out: see `usualLimits`. */
const leakageShape = z.strictObject({
  bits_per_answer: z.int().min(1).max(10_000).optional(),
  least_records: z.int().min(0).max(1_000_000).optional(),
  one_record_datasets: z.array(z.string().min(1).max(64)).max(256).optional(),
  cutoff_choices: z.int().min(1).max(64).optional(),
  pinned_values: z.int().min(0).max(10_000).optional(),
});

const shape = z.strictObject({
  frostglass: z.literal("policy/1"),
  holder: z.string().regex(partyNamePattern).optional(),
  version: z.int().min(1).max(1_000_000).optional(),
  policy_changes: z.strictObject({ operators: z.array(z.string()).min(1).max(32), signatures: z.int().min(1).max(32) }).optional(),
  reviewers: z.array(z.strictObject({ organisation: z.string().min(1).max(255), key: z.string() })).max(256),
  approval: z.strictObject({
    reviewers: z.int().min(1).max(32),
    organisations: z.int().min(1).max(32),
    own: z.enum(["counted", "refused"]).optional(),
  }),
  consent_issuers: z.array(z.strictObject({ name: z.string().min(1).max(255), key: z.string() })).max(256),
  consent_max_days: z.int().min(1).max(36_600).optional(),
  purposes: z.record(z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/), purposeShape),
  disclosure: z.strictObject({
    period_days: z.int().min(1).max(3660),
    budget_bits: bits,
    ceiling_bits: bits,
    pin_epoch_days: z.int().min(1).max(3660).optional(),
  }),
  leakage: leakageShape.optional(),
  subject_access: z.strictObject({ delay_days: z.int().min(0).max(3660), requesters_named: z.boolean() }).optional(),
  clock_skew_seconds: z.int().min(0).max(300),
  limits: z
    .strictObject({
      queries_per_minute: z.int().min(60).max(1_000_000).optional(), // at least one a second: so the Retry-After of one second is true
      new_subjects_per_day: z.int().min(1).max(10_000_000).optional(),
    })
    .optional(),
  testing: z.strictObject({ least_cell: z.int().min(usualLeastCell).max(1_000_000) }).optional(),
  retention: z
    .strictObject({ epoch_days: z.int().min(0).max(36_600).optional(), log_days: z.int().min(leastLogDays).max(36_600).optional() })
    .optional(),
});

export interface Reviewer {
  readonly organisation: string;
  readonly key: VerifierKey;
}

export interface ConsentIssuer {
  readonly name: string;
  readonly kid: string;
  readonly publicKey: PublicKey;
}

/** What must stand behind a query with this purpose: a consent of the subject, or a law that the holder names. */
export type PurposeRule = { readonly consent: "required" } | { readonly legalBasis: string };

export interface Policy {
  readonly digest: Digest;
  /** Whose policy it is; undefined where the text does not say. */
  readonly holder: string | undefined;
  /** Rises with each change; 0 where the text names none. */
  readonly version: number;
  /** Who has to sign the next policy, and how many of them; absent where nobody has to. */
  readonly changes: { readonly operators: readonly VerifierKey[]; readonly signatures: number } | undefined;
  readonly reviewers: readonly Reviewer[];
  /** How many reviewers of how many organisations must sign a computation, and whether those of its author's own organisation count. */
  readonly approval: { readonly reviewers: number; readonly organisations: number; readonly own: "counted" | "refused" };
  /** An issuer stands here once for each of its keys. */
  readonly consentIssuers: readonly ConsentIssuer[];
  /** A consent that is valid for more seconds than these is refused. */
  readonly longestConsent: number;
  readonly purposes: ReadonlyMap<string, PurposeRule>;
  readonly disclosure: DisclosurePolicy;
  /** What a computation may reveal, to be put in force. */
  readonly leakage: LeakageLimits;
  readonly clockSkewSeconds: number;
  /** Absent where no subject is told anything. */
  readonly subjectAccess: SubjectAccessPolicy | undefined;
  /** The fewest firms that a count in the report of a computation's test may be of. */
  readonly leastCell: number;
  /** How many days records stay readable, for replays and comparisons, after an import replaced them. */
  readonly epochDays: number;
  /** How many days the log's entries are served at least; undefined where it is never pruned. */
  readonly logDays: number | undefined;
  readonly limits: RequesterLimits;
}

/** For each requester alone; no limit where a member is undefined. */
export interface RequesterLimits {
  /** Also of the tokens by which a consent issuer asks for subjects' reports. */
  readonly queriesPerMinute: number | undefined;
  /** How many subjects it may ask about for the first time in a period, each day (UTC): the bound on walking through codes. */
  readonly newSubjectsPerDay: number | undefined;
}

/** How a subject may see who asked about it: only what is so old, and with or without the requesters' names. */
export interface SubjectAccessPolicy {
  readonly delaySeconds: number;
  readonly requestersNamed: boolean;
}

/** Budgets in millibits (thousandths of a bit) for each period of so many days. */
export interface DisclosurePolicy {
  readonly periodDays: number;
  readonly budget: number;
  readonly ceiling: number;
  /** For so many days after its first question in a period, a requester learns of a subject from that question's epoch alone; undefined where nothing is pinned. */
  readonly pinEpochDays?: number | undefined;
}

/** Parses a policy strictly. Throws `policy-invalid` with the facts `line` and `column`, or what a malformed key throws. */
export function parsePolicy(text: string): Policy {
  const { value, document } = readYaml(text, shape, "policy-invalid");
  const { budget_bits, ceiling_bits, period_days } = value.disclosure;
  if (ceiling_bits < budget_bits)
    throw yamlError("policy-invalid", document.locate(["disclosure", "ceiling_bits"]), "at least budget_bits");
  if ((value.retention?.log_days ?? period_days) < period_days)
    throw yamlError("policy-invalid", document.locate(["retention", "log_days"]), "at least period_days"); // a budget in use can be counted again
  return policyOf(text, value);
}

function policyOf(text: string, read: z.infer<typeof shape>): Policy {
  return {
    digest: digestOf(text),
    holder: read.holder,
    version: read.version ?? 0,
    changes: read.policy_changes && { ...read.policy_changes, operators: read.policy_changes.operators.map(parseVerifierKey) },
    reviewers: read.reviewers.map(({ organisation, key }) => ({ organisation, key: parseVerifierKey(key) })),
    approval: { ...read.approval, own: read.approval.own ?? "counted" },
    consentIssuers: read.consent_issuers.map(({ name, key }) => consentIssuer(name, key)),
    longestConsent: read.consent_max_days === undefined ? Number.POSITIVE_INFINITY : read.consent_max_days * 86_400,
    purposes: new Map(Object.entries(read.purposes).map(([name, rule]) => [name, purposeRule(rule)])),
    disclosure: {
      periodDays: read.disclosure.period_days,
      budget: read.disclosure.budget_bits * 1000,
      ceiling: read.disclosure.ceiling_bits * 1000,
      pinEpochDays: read.disclosure.pin_epoch_days,
    },
    leakage: leakageLimits(read.leakage ?? {}),
    clockSkewSeconds: read.clock_skew_seconds,
    subjectAccess: read.subject_access && {
      delaySeconds: read.subject_access.delay_days * 86_400,
      requestersNamed: read.subject_access.requesters_named,
    },
    leastCell: read.testing?.least_cell ?? usualLeastCell,
    epochDays: read.retention?.epoch_days ?? usualEpochDays,
    logDays: read.retention?.log_days,
    limits: { queriesPerMinute: read.limits?.queries_per_minute, newSubjectsPerDay: read.limits?.new_subjects_per_day },
  };
}

function leakageLimits(read: z.infer<typeof leakageShape>): LeakageLimits {
  return {
    millibitsPerAnswer: read.bits_per_answer === undefined ? usualLimits.millibitsPerAnswer : read.bits_per_answer * 1000,
    leastRecords: read.least_records ?? usualLimits.leastRecords,
    oneRecordDatasets: read.one_record_datasets ?? usualLimits.oneRecordDatasets,
    cutoffChoices: read.cutoff_choices ?? usualLimits.cutoffChoices,
    pinnedValues: read.pinned_values ?? usualLimits.pinnedValues,
  };
}

function consentIssuer(name: string, key: string): ConsentIssuer {
  const bytes = parseBase64Url(key);
  return { name, kid: thumbprint(bytes), publicKey: importPublicKey(bytes) };
}

function purposeRule(rule: z.infer<typeof purposeShape>): PurposeRule {
  return "consent" in rule ? { consent: "required" } : { legalBasis: rule.legal_basis };
}
