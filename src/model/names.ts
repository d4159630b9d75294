import { FrostglassError } from "../errors/error.js";

/** A DNS-like name of at least two labels, with optional path segments: `tax.example`, `bank.example/retail`. No scheme, port or slash at the end. */
export const partyNamePattern =
  /^(?=.{1,200}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+(?:\/[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?)*$/;
/** What computations, datasets, columns, parameters and purposes are called. */
export const identifierPattern = /^[a-z][a-z0-9_-]{0,63}$/;
/** Semantic version, the three numbers only. */
export const versionPattern = /^(?:0|[1-9][0-9]{0,5})\.(?:0|[1-9][0-9]{0,5})\.(?:0|[1-9][0-9]{0,5})$/;
/** A reason code of a scorecard, such as `R12`. */
export const reasonCodePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/;
/** The name of a band, such as `A+` or `低风险`: 1 to 64 characters, spaces inside only, nothing invisible. */
export const bandPattern = /^[^\p{C}\p{Z}](?:[^\p{C}\p{Zl}\p{Zp}]{0,62}[^\p{C}\p{Z}])?$/u;

/** The legal basis that a policy states for a purpose: 1 to 500 characters, nothing that a terminal would act on. */
export const legalBasisPattern = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,500}$/u;

/** Takes a party's name. Throws `party-name-invalid`. */
export function parsePartyName(text: string): string {
  if (partyNamePattern.test(text)) return text;
  throw new FrostglassError("party-name-invalid", "A party's name looks like `bank.example` or `bank.example/retail`, in lower case.");
}

/** Takes an identifier of a computation, dataset, column or parameter. Throws `identifier-invalid`. */
export function parseIdentifier(text: string): string {
  if (identifierPattern.test(text)) return text;
  throw new FrostglassError("identifier-invalid", "An identifier starts with a lower-case letter and has at most 64 of a-z, 0-9, _ and -.");
}

/** Takes a version such as `1.0.0`. Throws `version-invalid`. */
export function parseVersion(text: string): string {
  if (versionPattern.test(text)) return text;
  throw new FrostglassError("version-invalid", "A version is three numbers without leading zeros, such as `1.0.0`.");
}

/** Negative where `a` is the older of two versions, 0 where they are the same. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  return left?.map((part, i) => part - (right?.[i] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

/** Takes a purpose, which is written like an identifier: `loan-origination`. Throws `purpose-invalid`. */
export function parsePurpose(text: string): string {
  if (identifierPattern.test(text)) return text;
  throw new FrostglassError("purpose-invalid", "A purpose is written like an identifier, such as `loan-origination`.");
}
