import { FrostglassError } from "../errors/error.js";
import type { Manifest } from "./manifest/manifest.js";
import { quote } from "./syntax/nearest.js";

/** A parameter as the catalogue shows it. A choice that reads as a safe integer is a number on the wire, any other its text: `25%`, `12 months`. */
export interface ParameterSpec {
  readonly name: string;
  readonly choices: readonly (string | number)[];
  /** The choice where a query gives none; undefined: a query must give one. */
  readonly default: string | number | undefined;
}

/** One choice of each parameter. Made by `parseParameters` only. */
export interface Parameters {
  /** By name, in the order of the manifest, in wire form: what the answer states, and what makes two askings the same. */
  readonly values: Readonly<Record<string, string | number>>;
  /** By parameter: the position of its choice. */
  readonly choices: readonly number[];
}

/** The parameters of a manifest, in its order. */
export function parameterSpecs(manifest: Manifest): readonly ParameterSpec[] {
  return manifest.parameters.map(({ name, choices, default: preset }) => ({
    name: name.text,
    choices: choices.map((choice) => wireForm(choice.text)),
    default: preset && wireForm(preset.text),
  }));
}

/**
 * Takes the parameters of a query. A number and its text are the same choice (`560` and `"560"`); nothing else is converted. Throws
 * `parameters-invalid` for a parameter that is unknown, off its list, or missing without a default.
 */
export function parseParameters(
  computation: { readonly parameters: readonly ParameterSpec[] },
  raw: Readonly<Record<string, string | number>>,
): Parameters {
  const specs = computation.parameters;
  for (const name of Object.keys(raw))
    if (!specs.some((spec) => spec.name === name))
      throw invalid(
        `There is no parameter ${quote(name)}.`,
        specs.map((spec) => spec.name),
      );
  const choices = specs.map((spec) => choiceOf(spec, Object.hasOwn(raw, spec.name) ? raw[spec.name] : spec.default));
  const values = Object.fromEntries(specs.map((spec, index) => [spec.name, spec.choices[choices[index] ?? 0] ?? ""]));
  return { values, choices };
}

function choiceOf({ name, choices }: ParameterSpec, given: string | number | undefined): number {
  if (given === undefined) throw invalid(`The parameter ${name} is missing.`, choices);
  const position = choices.findIndex((choice) => String(choice) === String(given));
  if (position < 0) throw invalid(`The parameter ${name} cannot have this value.`, choices);
  return position;
}

function wireForm(text: string): string | number {
  const number = /^(?:0|-?[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : text;
}

function invalid(message: string, expected: readonly (string | number)[]): FrostglassError {
  const list = expected.length === 0 ? "no parameter" : `one of ${expected.join(", ")}`;
  return new FrostglassError("parameters-invalid", `${message} Expected ${list}.`);
}
