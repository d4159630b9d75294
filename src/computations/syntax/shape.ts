import { oneOf, quote, suggest } from "./nearest.js";
import type { Place, Problems } from "./problems.js";
import type { Tree } from "./tree.js";

export type JsonSchema = Readonly<Record<string, unknown>>;
/** The named schemas that others refer to, by name. */
export type Definitions = Map<string, JsonSchema>;

/**
 * What a part of a manifest must look like. One shape serves twice: it reads (with every mistake reported at its place) and it describes
 * itself as JSON Schema for editors.
 */
export interface Shape<T> {
  /** The value, or undefined when a mistake was reported. */
  read(tree: Tree, problems: Problems): T | undefined;
  schema(definitions: Definitions): JsonSchema;
}

/** A scalar that `parse` understands; `expected` completes the sentence "Expected …". */
export function scalar<T>(expected: string, schema: JsonSchema, parse: (text: string, place: Place) => T | undefined): Shape<T> {
  return {
    read(tree, problems) {
      const value = tree.kind === "scalar" ? parse(tree.text, tree.place) : undefined;
      if (value === undefined) problems.mistake(tree.place, `This is ${describe(tree)}.`, expected);
      return value;
    },
    schema: () => schema,
  };
}

/** One of a closed list of words. */
export function word<W extends string>(...words: readonly W[]): Shape<W> {
  return {
    read(tree, problems) {
      const found = tree.kind === "scalar" ? words.find((each) => each === tree.text) : undefined;
      if (found === undefined)
        problems.mistake(tree.place, `This is ${describe(tree)}.`, tree.kind === "scalar" ? suggest(tree.text, words) : oneOf(words));
      return found;
    },
    schema: () => ({ enum: words }),
  };
}

/** A list of `min` to `max` items. */
export function list<T>(item: Shape<T>, min: number, max: number): Shape<readonly T[]> {
  return {
    read(tree, problems) {
      if (tree.kind !== "list" || tree.items.length < min || tree.items.length > max) {
        const found = tree.kind === "list" ? `a list of ${tree.items.length}` : describe(tree);
        problems.mistake(tree.place, `This is ${found}.`, min === max ? `a list of ${min}` : `a list of ${min} to ${max}`);
        return undefined;
      }
      return allOf(tree.items.map((each) => item.read(each, problems)));
    },
    schema: (definitions) => ({ type: "array", items: item.schema(definitions), minItems: min, maxItems: max }),
  };
}

/** A list, or one item alone. */
export function oneOrMore<T>(item: Shape<T>, max: number): Shape<readonly T[]> {
  const many = list(item, 1, max);
  return {
    read(tree, problems) {
      if (tree.kind === "list") return many.read(tree, problems);
      const only = item.read(tree, problems);
      return only === undefined ? undefined : [only];
    },
    schema: (definitions) => ({ anyOf: [item.schema(definitions), many.schema(definitions)] }),
  };
}

/** A name that the author gives or refers to, and where it stands. */
export interface Name {
  readonly text: string;
  readonly place: Place;
}

/** A map from names to values, `min` to `max` of them. */
export function table<T>(key: Shape<Name>, value: Shape<T>, min: number, max: number): Shape<readonly (readonly [Name, T])[]> {
  return {
    read(tree, problems) {
      if (tree.kind !== "map" || tree.entries.length < min || tree.entries.length > max) {
        const found = tree.kind === "map" ? `a map of ${tree.entries.length}` : describe(tree);
        problems.mistake(tree.place, `This is ${found}.`, min === max ? `a map of ${min} entry` : `a map of ${min} to ${max} entries`);
        return undefined;
      }
      return allOf(
        tree.entries.map((entry) => {
          const name = key.read({ kind: "scalar", text: entry.key, place: entry.place }, problems);
          const read = value.read(entry.value, problems);
          return name === undefined || read === undefined ? undefined : ([name, read] as const);
        }),
      );
    },
    schema: (definitions) => ({
      type: "object",
      propertyNames: key.schema(definitions),
      additionalProperties: value.schema(definitions),
      minProperties: min,
      maxProperties: max,
    }),
  };
}

/** A shape whose value is made into another, or found wrong after all (then `make` reports and gives undefined). */
export function made<T, U>(shape: Shape<T>, make: (value: T, place: Place, problems: Problems) => U | undefined): Shape<U> {
  return {
    read(tree, problems) {
      const value = shape.read(tree, problems);
      return value === undefined ? undefined : make(value, tree.place, problems);
    },
    schema: (definitions) => shape.schema(definitions),
  };
}

/** Picks one of several shapes by looking at the tree: the shape that is picked reports the mistakes. */
export function either<T>(pick: (tree: Tree) => number, ...shapes: readonly [Shape<T>, ...Shape<T>[]]): Shape<T> {
  return {
    read: (tree, problems) => (shapes[pick(tree)] ?? shapes[0]).read(tree, problems),
    schema: (definitions) => ({ anyOf: shapes.map((shape) => shape.schema(definitions)) }),
  };
}

/** A shape with a name of its own, which may refer to itself. */
export function named<T>(name: string, shape: () => Shape<T>): Shape<T> {
  let made: Shape<T> | undefined;
  const own = (): Shape<T> => {
    made ??= shape();
    return made;
  };
  return {
    read: (tree, problems) => own().read(tree, problems),
    schema(definitions) {
      if (!definitions.has(name)) {
        definitions.set(name, {});
        definitions.set(name, own().schema(definitions));
      }
      return { $ref: `#/$defs/${name}` };
    },
  };
}

/** What stands there, without showing a value that may be a record's: only short words and numbers of the manifest are named. */
export function describe(tree: Tree): string {
  if (tree.kind === "list") return "a list";
  if (tree.kind === "map") return "a map";
  return tree.text === "" ? "empty" : quote(tree.text);
}

function allOf<T>(values: readonly (T | undefined)[]): readonly T[] | undefined {
  const present = values.filter((value) => value !== undefined);
  return present.length === values.length ? present : undefined;
}
