import { readdirSync, readFileSync } from "node:fs";

/** A file of a holder's home, by its path there: `datasets/vat-sales.yaml`. */
export interface SampleFile {
  readonly path: string;
  readonly text: string;
}

/** The two holders of the sample federation: a tax bureau with invoices, a bank bureau with ratings. */
export type SampleHolder = "tax" | "bureau";

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
const folders = ["datasets", "mappings", "computations"];
const starter = ["datasets/vat-sales.yaml", "mappings/vat-sales.yaml", "computations/sales-continuity.yaml"];

/** The dataset schemas, mappings and computations of a sample holder. */
export function sampleFiles(holder: SampleHolder): readonly SampleFile[] {
  const home = new URL(`${holder}/`, samples);
  const paths = folders.flatMap((folder) =>
    readdirSync(new URL(folder, home))
      .filter((name) => name.endsWith(".yaml"))
      .sort()
      .map((name) => `${folder}/${name}`),
  );
  return paths.map((path) => ({ path, text: readFileSync(new URL(path, home), "utf8") }));
}

/** What a new home starts with: one dataset, its mapping, one computation. */
export function starterFiles(): readonly SampleFile[] {
  return sampleFiles("tax").filter(({ path }) => starter.includes(path));
}

/** A policy to start from: nobody is trusted yet, one reviewer suffices, loans need consent. */
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
    "approval: { reviewers: 1, organisations: 1 }": `approval: { reviewers: ${approval.reviewers}, organisations: ${approval.organisations} }`,
  };
  return samplePolicy()
    .split("\n")
    .map((line) => lines[line] ?? line)
    .join("\n");
}

function listed(name: string, items: readonly string[]): string {
  return items.length === 0 ? `${name}: []` : [`${name}:`, ...items.map((item) => `  - ${item}`)].join("\n");
}
