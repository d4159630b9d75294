import type { Computation } from "../computations/computation.js";
import { asFrostglassError } from "../errors/error.js";
import type { Digest } from "../model/digest.js";
import type { RefusalCode } from "../model/outcome.js";
import type { Basis } from "../wire/answer.js";
import { type Consent, decodeConsent } from "../wire/consent.js";
import { verifyJws } from "../wire/jws.js";
import type { Query } from "../wire/query.js";
import type { AdmissionRules } from "./admit.js";
import { type Governance, revocationKey } from "./governance.js";
import { issuerOf } from "./issuerMessage.js";
import type { ConsentIssuer } from "./policy.js";

type ConsentJudgement = { readonly basis: Basis } | { readonly refusal: RefusalCode };

/**
 * Checks what the policy asks for behind a purpose: a legal basis needs nothing more; a consent must be signed by an issuer that the policy
 * trusts, for this subject, requester, purpose and computation, be valid now and not for longer than the policy allows, and not be revoked.
 */
export function checkConsent(query: Query, computation: Computation, rules: AdmissionRules): ConsentJudgement {
  const rule = rules.policy.purposes.get(query.purpose);
  if (rule === undefined) return { refusal: "purpose-not-granted" };
  if ("legalBasis" in rule) return { basis: { legalBasis: rule.legalBasis } };
  if (query.consent === undefined) return { refusal: "consent-missing" };
  const decoded = decodeQuietly(query.consent);
  if (decoded === undefined) return { refusal: "consent-invalid" };
  const issuer = issuerOf(rules.policy, decoded.consent.iss, decoded.decoded.header.kid);
  if (issuer === undefined) return { refusal: "consent-issuer-unknown" };
  if (!verifies(decoded, issuer)) return { refusal: "consent-invalid" };
  const refusal = refusalOf(decoded.consent, decoded.digest, query, computation, rules);
  return refusal === undefined ? { basis: { consent: decoded.digest } } : { refusal };
}

type DecodedConsent = ReturnType<typeof decodeConsent>;

function decodeQuietly(text: string): DecodedConsent | undefined {
  try {
    return decodeConsent(text);
  } catch (thrown) {
    if (asFrostglassError(thrown) === undefined) throw thrown;
    return undefined;
  }
}

function verifies({ decoded }: DecodedConsent, issuer: ConsentIssuer): boolean {
  try {
    verifyJws(decoded, issuer.publicKey);
    return true;
  } catch (thrown) {
    if (asFrostglassError(thrown, "jws-signature-invalid") === undefined) throw thrown;
    return false;
  }
}

function refusalOf(
  consent: Consent,
  digest: Digest,
  query: Query,
  computation: Computation,
  { governance, policy, now }: AdmissionRules,
): RefusalCode | undefined {
  if (consent.subject.scheme !== query.subject.scheme || consent.subject.id !== query.subject.id) return "consent-wrong-subject";
  if (consent.aud !== query.iss) return "consent-wrong-requester";
  if (!consent.purposes.includes(query.purpose)) return "consent-wrong-purpose";
  if (!covers(consent, computation)) return "consent-wrong-computation";
  if (now < consent.nbf) return "consent-not-yet-valid";
  if (now >= consent.exp) return "consent-expired";
  if (consent.exp - consent.nbf > policy.longestConsent) return "consent-too-long";
  return isRevoked(governance, digest, consent.iss) ? "consent-revoked" : undefined;
}

function isRevoked({ revokedConsents }: Governance, digest: Digest, issuer: string): boolean {
  return revokedConsents.has(revocationKey(digest)) || revokedConsents.has(revocationKey(digest, issuer));
}

/** A consent names computations by digest, or datasets: then it covers a computation that reads nothing but these. */
function covers(consent: Consent, computation: Computation): boolean {
  if (consent.computations !== undefined) return consent.computations.includes(computation.digest);
  const allowed = consent.datasets ?? [];
  return computation.datasets.every((dataset) => allowed.includes(dataset.name));
}
