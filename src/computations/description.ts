import { formatDay } from "../model/calendar.js";
import type { Bilingual, Manifest } from "./manifest/manifest.js";
import { type ParameterSpec, parameterSpecs } from "./parameters.js";
import type { JsonSchema } from "./syntax/shape.js";

/** What may come out of a computation besides no-record, and the most reason codes beside it. */
export type OutcomeForm = (
  | { readonly kind: "decision" }
  | { readonly kind: "band"; readonly bands: readonly string[] }
  | { readonly kind: "score"; readonly min: number; readonly max: number; readonly step: number }
) & { readonly mostReasons: number };

/** What whoever asks has to know of a computation: found from its text alone, so that it can be trusted as far as the text's digest. */
export interface Description {
  readonly id: string;
  readonly version: string;
  readonly title: Bilingual;
  readonly reveals: Bilingual;
  /** The organisation that wrote it, where the text says so. */
  readonly author?: string;
  readonly purposes: readonly string[];
  /** The scheme of its subjects. */
  readonly subject: string;
  /** First and last day on which it may be asked, both included, where the text sets them. */
  readonly valid: { readonly from?: string; readonly until?: string };
  /** JSON Schema (draft 2020-12) of a query's `parameters`. */
  readonly parameters: JsonSchema;
  readonly outcome: OutcomeForm;
  /** What each reason code means. */
  readonly reasons: Readonly<Record<string, Bilingual>>;
}

/** Describes a manifest. */
export function describeManifest(manifest: Manifest): Description {
  const { id, version, title, reveals, author, purposes, subject, valid, reasons } = manifest;
  return {
    ...{ id, version, title, reveals, ...(author === undefined ? {} : { author }), purposes },
    subject: subject.text,
    valid: { ...dayMember("from", valid.from), ...dayMember("until", valid.until) },
    parameters: parametersSchema(parameterSpecs(manifest)),
    outcome: outcomeForm(manifest),
    reasons: Object.fromEntries(reasons.map(({ code, text }) => [code.text, text])),
  };
}

function dayMember<Name extends string>(name: Name, day: number | undefined) {
  return day === undefined ? {} : { [name]: formatDay(day) };
}

/** The form to fill in for a query: each parameter one of its choices; those without a default have to be there. */
export function parametersSchema(specs: readonly ParameterSpec[]): JsonSchema {
  const property = ({ choices, default: preset }: ParameterSpec) => ({
    enum: choices,
    ...(preset === undefined ? {} : { default: preset }),
  });
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: Object.fromEntries(specs.map((spec) => [spec.name, property(spec)])),
    required: specs.filter((spec) => spec.default === undefined).map(({ name }) => name),
    additionalProperties: false,
  };
}

function outcomeForm({ output }: Manifest): OutcomeForm {
  const { reasons: mostReasons } = output;
  switch (output.kind) {
    case "decision":
      return { kind: "decision", mostReasons };
    case "band":
      return { kind: "band", bands: [...new Set(output.bands.flatMap(({ gives }) => gives ?? []))], mostReasons };
    case "score":
      return { kind: "score", min: output.min, max: output.max, step: output.step, mostReasons };
  }
}
