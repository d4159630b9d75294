import type { Computation } from "../computations/computation.js";
import { type Parameters, parseParameters } from "../computations/parameters.js";
import { asFrostglassError } from "../errors/error.js";
import type { Digest } from "../model/digest.js";
import type { RefusalCode } from "../model/outcome.js";
import type { Basis } from "../wire/answer.js";
import type { Query } from "../wire/query.js";
import { checkConsent } from "./consent.js";
import { type Governance, type Grant, grantKey } from "./governance.js";
import { type ApprovedComputation, standingOf } from "./lifecycle.js";
import type { Policy } from "./policy.js";

/** What admission is judged against: all of it is in the log, and `now` (Unix seconds) is the instant of judging. */
export interface AdmissionRules {
  readonly governance: Governance;
  readonly policy: Policy;
  readonly computations: ReadonlyMap<Digest, Computation>;
  /** The computations whose signatures suffice under `policy`: `approvedUnder`. */
  readonly approvals: ReadonlySet<Digest>;
  readonly now: number;
}

/** A query that may run: each part was found and holds at this instant. */
export interface Admitted {
  readonly query: Query;
  readonly computation: Computation;
  readonly approved: ApprovedComputation;
  readonly parameters: Parameters;
  readonly grant: Grant;
  /** The consent that stands behind the query, or the legal basis that the policy states in its place. */
  readonly basis: Basis;
}

export interface Refused {
  readonly query: Query;
  readonly refusal: RefusalCode;
  /** Both known when the refusal came after the computation was found. */
  readonly computation: Computation | undefined;
  readonly approved: ApprovedComputation | undefined;
}

/** What admission looks at before consent. The scheme of the subject is unknown to who has only the answer, and is then passed over. */
export interface Asked extends Pick<Query, "iss" | "computation" | "purpose" | "parameters"> {
  readonly subject?: { readonly scheme: string };
}

/** What of a computation admission looks at. */
export type AskedComputation = Pick<Computation, "id" | "purposes" | "subjectScheme" | "valid" | "parameters">;

export interface RulesBeforeConsent<C extends AskedComputation> extends Omit<AdmissionRules, "computations" | "policy"> {
  readonly computations: ReadonlyMap<Digest, C>;
}

interface BeforeConsent<C> {
  readonly computation: C;
  readonly approved: ApprovedComputation;
  readonly parameters: Parameters;
  readonly grant: Grant;
}

interface RefusedBeforeConsent<C> {
  readonly refusal: RefusalCode;
  readonly computation: C | undefined;
  readonly approved: ApprovedComputation | undefined;
}

/**
 * Decides whether a query, whose signature and freshness were checked before, may run. Deny by default: computation approved, parameters on its
 * grid, requester granted for this purpose now, consent or legal basis. Pure.
 */
export function admit(query: Query, rules: AdmissionRules): Admitted | Refused {
  const before = admitBeforeConsent(query, rules);
  if ("refusal" in before) return { query, ...before };
  const { computation, approved, parameters, grant } = before;
  const consent = checkConsent(query, computation, rules);
  if ("refusal" in consent) return { query, refusal: consent.refusal, computation, approved };
  return { query, computation, approved, parameters, grant, basis: consent.basis };
}

/** All of admission but the consent, which only the vault sees: an auditor who has the log and the answers runs this very function. */
export function admitBeforeConsent<C extends AskedComputation>(
  query: Asked,
  rules: RulesBeforeConsent<C>,
): BeforeConsent<C> | RefusedBeforeConsent<C> {
  const computation = rules.computations.get(query.computation);
  const approved = rules.governance.computations.get(query.computation);
  const refuse = (refusal: RefusalCode): RefusedBeforeConsent<C> => ({ refusal, computation, approved });
  if (approved === undefined) return refuse("computation-unknown");
  const standing = standingOf(approved, { computation, suffices: rules.approvals.has(query.computation), now: rules.now });
  if (standing !== "in-force") return refuse(`computation-${standing}`);
  if (computation === undefined) return refuse("computation-not-approved");
  if (query.subject !== undefined && computation.subjectScheme !== query.subject.scheme) return refuse("subject-scheme-mismatch");
  if (rules.governance.requesters.get(query.iss)?.cutOff) return refuse("requester-cut-off");
  const grants = liveGrants(rules, query.iss, computation.id);
  if (grants.length === 0) return refuse("requester-not-granted");
  const grant = grants.find((live) => live.purposes.includes(query.purpose));
  if (grant === undefined || !computation.purposes.includes(query.purpose)) return refuse("purpose-not-granted");
  const parameters = parametersOf(computation, query);
  if (parameters === undefined) return refuse("parameters-invalid");
  return { computation, approved, parameters, grant };
}

function liveGrants({ governance, now }: Pick<AdmissionRules, "governance" | "now">, requester: string, computation: string): Grant[] {
  const grants = governance.grants.get(grantKey(requester, computation)) ?? [];
  return grants.filter((grant) => grant.from <= now && now < grant.until);
}

function parametersOf(computation: AskedComputation, query: Asked): Parameters | undefined {
  try {
    return parseParameters(computation, query.parameters);
  } catch (thrown) {
    if (asFrostglassError(thrown, "parameters-invalid") === undefined) throw thrown;
    return undefined;
  }
}
