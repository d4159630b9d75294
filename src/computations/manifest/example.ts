import { fields, headed, needed, optional } from "../syntax/fields.js";
import type { Place } from "../syntax/problems.js";
import { either, list, made, type Name, type Shape, scalar, table, word } from "../syntax/shape.js";
import type { Tree } from "../syntax/tree.js";
import { constant, dayKind, identifier, prose, reasonCode, whole } from "./literals.js";
import { bandName } from "./output.js";

/** Records in, outcome out: what the author promises, run by `frostglass computation check`. */
export interface Example {
  readonly name: string;
  /** Day number. */
  readonly asOf: number;
  readonly parameters: readonly (readonly [Name, Name])[];
  readonly records: readonly (readonly [Name, readonly ExampleRecords[]])[];
  readonly outcome: ExampleOutcome;
  /** Undefined: the example does not say. */
  readonly reasons: readonly string[] | undefined;
  readonly place: Place;
}

/** One record, or a row of them: `repeat` copies, each with its dates one `every` later than the one before. */
export interface ExampleRecords {
  readonly cells: readonly (readonly [Name, Name])[];
  readonly repeat: number;
  readonly every: "day" | "month" | "year" | undefined;
  readonly place: Place;
}

export type ExampleOutcome =
  | { readonly kind: "decision"; readonly decision: boolean }
  | { readonly kind: "band"; readonly band: string }
  | { readonly kind: "score"; readonly score: number }
  | { readonly kind: "no-record" };

const cell: Shape<Name> = scalar("a value of 1 to 128 characters", { type: ["string", "number", "boolean"] }, (text, place) =>
  text.length > 0 && text.length <= 128 ? { text, place } : undefined,
);
const cells = table(identifier, cell, 1, 256);

const oneRecord: Shape<ExampleRecords> = made(cells, (found, place) => ({ cells: found, repeat: 1, every: undefined, place }));

const repeated: Shape<ExampleRecords> = made(
  fields("a repeated record", {
    repeat: needed(whole(1, 1000), "how many records"),
    every: optional(word("day", "month", "year"), "how much later the dates of each are than those of the one before"),
    record: needed(cells, "the first record"),
  }),
  (values, place) => ({ cells: values.record, repeat: values.repeat, every: values.every, place }),
);

const outcomes = headed<ExampleOutcome>("outcome", {
  decision: made(fields("outcome", { decision: needed(word("yes", "no"), "the decision") }), ({ decision }) => ({
    kind: "decision" as const,
    decision: decision === "yes",
  })),
  band: made(fields("outcome", { band: needed(bandName, "the band") }), ({ band }) => ({ kind: "band" as const, band })),
  score: made(fields("outcome", { score: needed(whole(-1_000_000, 1_000_000), "the score") }), ({ score }) => ({
    kind: "score" as const,
    score,
  })),
});

const noRecord: Shape<ExampleOutcome> = made(word("no_record"), () => ({ kind: "no-record" as const }));

export const exampleShape: Shape<Example> = made(
  fields("an example", {
    name: needed(prose, "what it shows"),
    as_of: needed(constant(dayKind), "the as-of day"),
    parameters: optional(table(identifier, cell, 1, 16), "the choice of each parameter"),
    records: needed(
      table(
        identifier,
        list(
          either((tree: Tree) => (isRepeated(tree) ? 1 : 0), oneRecord, repeated),
          0,
          200,
        ),
        0,
        16,
      ),
      "the records of each input",
    ),
    outcome: needed(
      either((tree: Tree) => (tree.kind === "scalar" ? 1 : 0), outcomes, noRecord),
      "what must come out",
    ),
    reasons: optional(list(reasonCode, 0, 8), "the reason codes that must come out, in their order"),
  }),
  ({ name, as_of, parameters, records, outcome, reasons }, place) => ({
    name,
    asOf: as_of,
    parameters: parameters ?? [],
    records,
    outcome,
    reasons: reasons?.map((reason) => reason.text),
    place,
  }),
);

function isRepeated(tree: Tree): boolean {
  return tree.kind === "map" && tree.entries.some((entry) => entry.key === "repeat");
}
