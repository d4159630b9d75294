import { formatBase64 } from "../bytes/base64.js";
import { FrostglassError } from "../errors/error.js";
import { ed25519Type } from "../note/verifierKey.js";
import type { Policy } from "./policy.js";

/** Refuses a policy under which one key could speak for two parties, or that nobody could change. Throws `policy-invalid`. */
export function checkPolicy(policy: Policy): void {
  checkKeys(policy);
  checkOperators(policy);
}

/**
 * One key serves one party in one role: else one person could sign for two reviewers or two operators, or one issuer revoke the consents of another. An
 * issuer that changes its key has two, under one name.
 */
function checkKeys({ reviewers, consentIssuers, changes }: Policy): void {
  const named = [...reviewers.map(({ key }) => key.publicKey), ...(changes?.operators ?? []).map(({ publicKey }) => publicKey)];
  const keys = [...named, ...consentIssuers.map(({ publicKey }) => publicKey)].map(({ bytes }) => formatBase64(bytes));
  if (new Set(keys).size < keys.length) throw invalid("A key stands twice among the policy's reviewers, operators and consent issuers.");
}

/** A policy that nobody could ever change, or that an old one could take the place of, is refused. */
function checkOperators({ changes, version, holder }: Policy): void {
  if (changes === undefined) return;
  if (changes.operators.some(({ type }) => type !== ed25519Type)) throw invalid("An operator of the policy has a witness's key.");
  if (changes.signatures > changes.operators.length) throw invalid("The policy asks for more signatures than it names operators.");
  if (holder === undefined)
    throw invalid("A policy whose changes are signed names its holder, else what its operators sign for another node would be good here.");
  if (version === 0) throw invalid("A policy whose changes are signed needs a version, else an old one could come back.");
}

function invalid(message: string): FrostglassError {
  return new FrostglassError("policy-invalid", message);
}
