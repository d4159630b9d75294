/** What a computation lets out about one subject, or why the vault would not run it. Nothing else ever leaves the vault (promise P1). */
export type Outcome =
  | { readonly kind: "decision"; readonly decision: boolean }
  | { readonly kind: "band"; readonly band: string }
  /** A whole number on the grid that the manifest declares. */
  | { readonly kind: "score"; readonly score: number }
  /** No such subject, too few records, or erased: one and the same outcome (promise P5). */
  | { readonly kind: "no-record" }
  | { readonly kind: "refusal"; readonly code: RefusalCode };

/** Two English sentences: what stood in the way, and what the requester can do about it. */
export interface RefusalSentences {
  readonly detail: string;
  readonly next: string;
}

const refusals = {
  "computation-unknown": { detail: "This holder has no computation with that digest.", next: "Take one from GET /v1/computations." },
  "computation-not-approved": {
    detail: "The computation is not approved here.",
    next: "Ask the holder which reviewers still have to sign it.",
  },
  "computation-not-yet-valid": {
    detail: "The computation may not be asked for yet.",
    next: "Ask again from the first day that its text names.",
  },
  "computation-expired": { detail: "The approval of the computation has run out.", next: "Use a newer version from GET /v1/computations." },
  "computation-superseded": {
    detail: "A newer version has taken the computation's place.",
    next: "Ask for the version that GET /v1/computations names in its place.",
  },
  "computation-revoked": { detail: "The computation was revoked.", next: "Use another from GET /v1/computations." },
  "parameters-invalid": {
    detail: "A parameter is missing, unknown or off its grid.",
    next: "Send exactly the parameters that the catalogue lists.",
  },
  "requester-not-granted": { detail: "The holder has not granted you this computation.", next: "Ask the holder for a grant." },
  "requester-cut-off": { detail: "The holder has cut off your access.", next: "Speak to the holder." },
  "purpose-not-granted": {
    detail: "The purpose is not among those of your grant and of the computation.",
    next: "State a purpose that both allow.",
  },
  "consent-missing": { detail: "The holder's policy asks for the subject's consent.", next: "Send a consent with the query." },
  "consent-invalid": {
    detail: "The consent is malformed or its signature does not verify.",
    next: "Get it from the consent issuer again.",
  },
  "consent-wrong-subject": { detail: "The consent is for another subject.", next: "Send the consent of the subject that you ask about." },
  "consent-wrong-requester": { detail: "The consent was given to another requester.", next: "Get one that names you." },
  "consent-wrong-purpose": { detail: "The consent does not cover this purpose.", next: "Get one that does." },
  "consent-wrong-computation": { detail: "The consent does not cover this computation or its datasets.", next: "Get one that does." },
  "consent-not-yet-valid": { detail: "The consent is not valid yet.", next: "Ask again after its first day." },
  "consent-expired": { detail: "The consent has run out.", next: "Get a new one from the subject." },
  "consent-too-long": {
    detail: "The consent is valid for longer than the holder's policy allows.",
    next: "Get one with fewer days; the policy's consent_max_days says how many.",
  },
  "consent-revoked": { detail: "The consent was revoked.", next: "The subject must give a new one." },
  "consent-issuer-unknown": { detail: "The holder does not trust this consent issuer.", next: "Use an issuer from the holder's policy." },
  "subject-scheme-mismatch": {
    detail: "The computation is about subjects of another scheme.",
    next: "Send the subject in the scheme that the catalogue names.",
  },
  "budget-spent": { detail: "Your disclosure budget for this subject is spent.", next: "Wait until it renews." },
  "ceiling-reached": { detail: "All requesters together have reached this subject's ceiling.", next: "Wait until it renews." },
  "epoch-pinned": {
    detail: "The records have changed since you first asked about this subject, and the holder's policy keeps you to those of that time.",
    next: "Ask again when renewsAt has come; the same signed query still gets its answer again.",
  },
  "subjects-limit": {
    detail: "You have asked about as many new subjects today as the holder's policy allows.",
    next: "Ask about this subject on another day (UTC); subjects that you have asked about before are not counted.",
  },
} as const satisfies Record<string, RefusalSentences>;

/** Why the vault refused. A refusal is signed and logged like any answer. */
export type RefusalCode = keyof typeof refusals;

export const refusalCodes = Object.keys(refusals) as readonly RefusalCode[];

export function refusalSentences(code: RefusalCode): RefusalSentences {
  return refusals[code];
}

/** What the requester can do about it, one sentence. */
export function refusalAdvice(code: RefusalCode): string {
  return refusals[code].next;
}

export function isRefusalCode(text: string): text is RefusalCode {
  return Object.hasOwn(refusals, text);
}
