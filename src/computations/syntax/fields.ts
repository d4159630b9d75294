import { oneOf, quote, suggest } from "./nearest.js";
import type { Problems } from "./problems.js";
import { type Definitions, describe, type JsonSchema, type Shape } from "./shape.js";
import type { MapTree } from "./tree.js";

export interface Field<T, Needed extends boolean> {
  readonly shape: Shape<T>;
  readonly needed: Needed;
  readonly meaning: string;
}

type AnyField = Field<unknown, boolean>;
export type Fields = Readonly<Record<string, AnyField>>;

/** The values of a map's fields: a needed one is there, an optional one may be undefined. */
export type Values<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer T, infer Needed> ? (Needed extends true ? T : T | undefined) : never;
};

/** A key that must be there. `meaning` is what an editor shows. */
export function needed<T>(shape: Shape<T>, meaning: string): Field<T, true> {
  return { shape, needed: true, meaning };
}

/** A key that may be there. */
export function optional<T>(shape: Shape<T>, meaning: string): Field<T, false> {
  return { shape, needed: false, meaning };
}

/** A map with exactly these keys. */
export function fields<F extends Fields>(what: string, known: F): Shape<Values<F>> {
  return {
    read(tree, problems) {
      if (tree.kind !== "map") {
        problems.mistake(tree.place, `This is ${describe(tree)}.`, `a map: ${what}`);
        return undefined;
      }
      const sound = unknownKeys(tree, known, what, problems);
      const values: Record<string, unknown> = {};
      const read = Object.entries(known).map(([key, field]) => readField(tree, key, field, what, values, problems));
      return sound && read.every(Boolean) ? (values as Values<F>) : undefined;
    },
    schema: (definitions) => fieldsSchema(known, definitions),
  };
}

/** A map in which exactly one of the `heads` stands, beside the keys that go with it: `{ sum: …, where: … }`. */
export function headed<T>(what: string, heads: Readonly<Record<string, Shape<T>>>, other?: Shape<T>): Shape<T> {
  const words = Object.keys(heads);
  return {
    read(tree, problems) {
      if (tree.kind !== "map") {
        problems.mistake(tree.place, `This is ${describe(tree)}.`, `a map: ${what}`);
        return undefined;
      }
      const found = tree.entries.filter((entry) => Object.hasOwn(heads, entry.key));
      const head = found[0];
      if (found.length > 1 && found[1] !== undefined) {
        problems.mistake(found[1].place, `${quote(found[1].key)} and ${quote(head?.key ?? "")} cannot stand together.`, "one of them");
        return undefined;
      }
      const shape = head === undefined ? other : heads[head.key];
      if (shape !== undefined) return shape.read(tree, problems);
      const first = tree.entries[0];
      problems.mistake(
        first?.place ?? tree.place,
        `This does not say which ${what} it is.`,
        first === undefined ? oneOf(words) : suggest(first.key, words),
      );
      return undefined;
    },
    schema: (definitions) => ({
      anyOf: [...Object.values(heads), ...(other === undefined ? [] : [other])].map((shape) => shape.schema(definitions)),
    }),
  };
}

function unknownKeys(tree: MapTree, known: Fields, what: string, problems: Problems): boolean {
  const unknown = tree.entries.filter((entry) => !Object.hasOwn(known, entry.key));
  const missing = Object.keys(known).filter((key) => !tree.entries.some((entry) => entry.key === key));
  for (const { key, place } of unknown)
    problems.mistake(place, `${quote(key)} is not a key of ${what}.`, suggest(key, missing.length > 0 ? missing : Object.keys(known)));
  return unknown.length === 0;
}

function readField(tree: MapTree, key: string, field: AnyField, what: string, into: Record<string, unknown>, problems: Problems): boolean {
  const entry = tree.entries.find((each) => each.key === key);
  if (entry === undefined) {
    if (field.needed) problems.mistake(tree.place, `${quote(key)} is missing from ${what}.`, `the key ${quote(key)}: ${field.meaning}`);
    return !field.needed;
  }
  const value = field.shape.read(entry.value, problems);
  into[key] = value;
  return value !== undefined;
}

function fieldsSchema(known: Fields, definitions: Definitions): JsonSchema {
  const entries = Object.entries(known);
  return {
    type: "object",
    properties: Object.fromEntries(
      entries.map(([key, field]) => [key, { description: field.meaning, ...field.shape.schema(definitions) }]),
    ),
    required: entries.filter(([, field]) => field.needed).map(([key]) => key),
    additionalProperties: false,
  };
}
