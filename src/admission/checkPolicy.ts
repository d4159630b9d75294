import { formatBase64 } from "../bytes/base64.js";
import { FrostglassError } from "../errors/error.js";
import { ed25519Type } from "../note/verifierKey.js";
import type { Policy } from "./policy.js";

/** Refuses a policy under which one key could speak for two parties, or that nobody could change. Throws `policy-invalid`. */
export function checkPolicy(policy: Policy): void {
  checkReviewers(policy);
  checkIssuers(policy);
  checkOperators(policy);
}

/** A policy that nobody could ever change, or that an old one could take the place of, is refused. */
function checkOperators({ changes, version }: Policy): void {
  if (changes === undefined) return;
  const keys = changes.operators.filter(({ type }) => type === ed25519Type).map(({ publicKey }) => formatBase64(publicKey.bytes));
  if (new Set(keys).size < changes.operators.length)
    throw new FrostglassError("policy-invalid", "Two operators of the policy have one and the same key, or one has a witness's.");
  if (changes.signatures > keys.length)
    throw new FrostglassError("policy-invalid", "The policy asks for more operators' signatures than it names operators.");
  if (version === 0)
    throw new FrostglassError("policy-invalid", "A policy whose changes are signed needs a version, else an old one could come back.");
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
