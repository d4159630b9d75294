import { FrostglassError } from "../errors/error.js";
import { subjectSchemes } from "./schemes/index.js";
import type { SubjectOptions, SubjectScheme } from "./schemes/scheme.js";

export type { SubjectOptions, SubjectScheme } from "./schemes/scheme.js";

/** The firm that a query asks about. Made by `parseSubject` or `checkSubject` only, so its identifier is canonical. Never put one in a log or an error. */
export interface Subject {
  readonly scheme: string;
  readonly id: string;
}

const schemes: ReadonlyMap<string, SubjectScheme> = new Map(subjectSchemes.map((scheme) => [scheme.name, scheme]));

/** The scheme of that name. Throws `subject-scheme-unknown`. */
export function subjectScheme(name: string): SubjectScheme {
  const scheme = schemes.get(name);
  if (scheme === undefined) throw new FrostglassError("subject-scheme-unknown", "There is no subject scheme of that name.");
  return scheme;
}

/** A subject from its two parts. Throws `subject-scheme-unknown`, `subject-malformed` or `subject-check-digit`. */
export function checkSubject(scheme: string, id: string, options?: SubjectOptions): Subject {
  return { scheme, id: subjectScheme(scheme).parse(id, options) };
}

/** Parses `<scheme>:<id>`, as in `uscc:…`. Throws as `checkSubject` does, and `subject-malformed` where the colon is missing. */
export function parseSubject(text: string, options?: SubjectOptions): Subject {
  const colon = text.indexOf(":");
  if (colon < 0) throw new FrostglassError("subject-malformed", "A subject is written `<scheme>:<identifier>`.");
  return checkSubject(text.slice(0, colon), text.slice(colon + 1), options);
}

/** `<scheme>:<id>`. */
export function formatSubject(subject: Subject): string {
  return `${subject.scheme}:${subject.id}`;
}
