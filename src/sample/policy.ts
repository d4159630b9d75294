import { readFileSync } from "node:fs";

/** Whom a policy trusts, beyond what the sample policy says. */
export interface TrustedParties {
  /** `key` is a verifier key. */
  readonly reviewers: readonly { readonly organisation: string; readonly key: string }[];
  /** `key` is an Ed25519 public key, base64url. */
  readonly consentIssuers: readonly { readonly name: string; readonly key: string }[];
  /** How many reviewers, of how many organisations, must sign a computation. */
  readonly approval: { readonly reviewers: number; readonly organisations: number };
}

// samples/ stands beside both src/ and dist/, so the same step back is right before and after the build.
const samples = new URL("../../samples/", import.meta.url);

/** A policy to start from: nobody is trusted yet, one reviewer of another organisation than the author's suffices, loans need consent. */
export function samplePolicy(): string {
  return readFileSync(new URL("policy.yaml", samples), "utf8");
}

/** The sample policy with these parties in it. */
export function policyTrusting({ reviewers, consentIssuers, approval }: TrustedParties): string {
  const lines: Readonly<Record<string, string>> = {
    "reviewers: []": listed(
      "reviewers",
      reviewers.map(({ organisation, key }) => `{ organisation: ${organisation}, key: "${key}" }`),
    ),
    "consent_issuers: []": listed(
      "consent_issuers",
      consentIssuers.map(({ name, key }) => `{ name: ${name}, key: ${key} }`),
    ),
    "approval: { reviewers: 1, organisations: 1, own: refused }": `approval: { reviewers: ${approval.reviewers}, organisations: ${approval.organisations}, own: refused }`,
  };
  return samplePolicy()
    .split("\n")
    .map((line) => lines[line] ?? line)
    .join("\n");
}

function listed(name: string, items: readonly string[]): string {
  return items.length === 0 ? `${name}: []` : [`${name}:`, ...items.map((item) => `  - ${item}`)].join("\n");
}
