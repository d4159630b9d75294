import { formatBase64 } from "../bytes/base64.js";
import { FrostglassError } from "../errors/error.js";
import type { Policy } from "./policy.js";

/** Refuses a policy under which one key could speak for two parties. Throws `policy-invalid`. */
export function checkPolicy(policy: Policy): void {
  checkReviewers(policy);
  checkIssuers(policy);
}

/** One public key in two reviewers would let one person sign for two. */
function checkReviewers({ reviewers }: Policy): void {
  const keys = new Set(reviewers.map(({ key }) => formatBase64(key.publicKey.bytes)));
  if (keys.size < reviewers.length) throw new FrostglassError("policy-invalid", "Two reviewers of the policy have one and the same key.");
}

/** One public key under two issuers' names would let one of them revoke the consents of the other. */
function checkIssuers({ consentIssuers }: Policy): void {
  const kids = new Set(consentIssuers.map(({ kid }) => kid));
  if (kids.size < consentIssuers.length)
    throw new FrostglassError("policy-invalid", "A key stands twice among the consent issuers of the policy.");
}
