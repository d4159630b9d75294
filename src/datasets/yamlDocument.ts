import { type Document, isAlias, isCollection, isNode, isPair, isScalar, parseDocument, visit } from "yaml";
import type { z } from "zod";
import type { ErrorCode } from "../errors/codes.js";
import { FrostglassError } from "../errors/error.js";
import { deepestYaml, tooDeepAt } from "./yamlDepth.js";

/** A place in a text: both count from one. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A parsed YAML text that still knows where each of its values stands. */
export interface YamlDocument {
  /** Plain objects, arrays, texts, numbers, booleans and null. */
  readonly value: unknown;
  /** Where the value at `path` stands; where its closest ancestor stands when there is no such value. */
  locate(path: readonly PropertyKey[]): Position;
  /** Where the name of the member at `path` stands. */
  locateName(path: readonly PropertyKey[]): Position;
}

/** The longest text accepted, in UTF-16 units. */
export const longestYaml = 65536;

/**
 * Parses one YAML 1.2 document of plain mappings, lists and scalars: no anchor, no alias, no tag, no repeated key, no second document, at
 * most 65536 characters and 32 levels. Throws `code` with the facts `line`, `column` and `expected`.
 */
export function parseYaml(text: string, code: ErrorCode): YamlDocument {
  const refuse = (offset: number, expected: string) => yamlError(code, positionIn(text, offset), expected);
  if (text.length > longestYaml) throw refuse(0, `at most ${longestYaml} characters`);
  const deep = tooDeepAt(text);
  if (deep !== undefined) throw refuse(deep, `at most ${deepestYaml} levels`);
  const document = parseDocument(text, { prettyErrors: false, stringKeys: true, logLevel: "error", version: "1.2" });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) throw refuse(problem.pos[0], `strict YAML (${problem.code.toLowerCase().replaceAll("_", " ")})`);
  checkNodes(document, refuse);
  return {
    value: document.toJS({ maxAliasCount: 0 }),
    locate: (path) => positionIn(text, offsetOf(document.contents, path, false)),
    locateName: (path) => positionIn(text, offsetOf(document.contents, path, true)),
  };
}

function positionIn(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

function checkNodes(document: Document.Parsed, refuse: (offset: number, expected: string) => FrostglassError): void {
  visit(document, {
    Node(_key, node) {
      if (isAlias(node) || node.anchor !== undefined || node.tag !== undefined)
        throw refuse(startOf(node) ?? 0, "no anchor, no alias and no tag");
    },
    Pair(_key, { key }) {
      // zod passes this name over in silence, and nothing may be passed over.
      if (isScalar(key) && key.value === "__proto__") throw refuse(startOf(key) ?? 0, "no member named __proto__");
    },
  });
}

/**
 * Parses a YAML text and checks it against a zod shape. Throws `code`, naming the first thing that does not fit, with the facts `line`,
 * `column` and `expected`.
 */
export function readYaml<T>(text: string, shape: z.ZodType<T>, code: ErrorCode): { readonly value: T; readonly document: YamlDocument } {
  const document = parseYaml(text, code);
  const checked = shape.safeParse(document.value);
  if (checked.success) return { value: checked.data, document };
  const issue = checked.error.issues[0];
  if (issue === undefined) throw yamlError(code, document.locate([]), "another value");
  throw yamlError(code, placeOf(document, issue), expectation(issue), issue.path);
}

function placeOf(document: YamlDocument, issue: z.core.$ZodIssue): Position {
  if (issue.code === "unrecognized_keys") return document.locateName([...issue.path, ...issue.keys.slice(0, 1)]);
  return issue.code === "invalid_key" ? document.locateName(issue.path) : document.locate(issue.path);
}

/** The error for a value that is not as expected, at its place. */
export function yamlError(
  code: ErrorCode,
  position: Position,
  expected: string,
  path: readonly PropertyKey[] = [],
  cause?: unknown,
): FrostglassError {
  const where = `Line ${position.line}, column ${position.column}${path.length > 0 ? ` (${path.map(String).join(".")})` : ""}`;
  const options = cause === undefined ? {} : { cause };
  return new FrostglassError(code, `${where}: expected ${expected}.`, { line: position.line, column: position.column, expected }, options);
}

const typeWords: Readonly<Record<string, string>> = {
  object: "a mapping",
  record: "a mapping",
  array: "a list",
  string: "a text (put it in quotes)",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

/** Zod's message where a shape has none of its own. */
const unsaid = "Invalid input";

/** What the author should have written. A shape's own messages are such phrases already. */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "unrecognized_keys":
      return `no member named ${issue.keys.join(", ")}`;
    case "invalid_type":
      return typeWords[issue.expected] ?? issue.expected;
    case "invalid_value":
      return oneOf(issue.values);
    case "too_small":
      return `at least ${issue.minimum}${sizeWord(issue.origin)}`;
    case "too_big":
      return `at most ${issue.maximum}${sizeWord(issue.origin)}`;
    case "invalid_union":
      if ("options" in issue && issue.options !== undefined) return oneOf(issue.options);
      return issue.message === unsaid ? "another value" : issue.message;
    case "invalid_key":
      return issue.issues[0] === undefined ? "another name" : expectation(issue.issues[0]);
    default:
      return issue.message;
  }
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.map(String).join(", ")}`;
}

function sizeWord(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" || origin === "record" ? " entries" : "";
}

function offsetOf(contents: unknown, path: readonly PropertyKey[], ofName: boolean): number {
  let node = contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, key] of path.entries()) {
    const item = itemAt(node, key);
    if (item === undefined) return offset;
    node = isPair(item) ? item.value : item;
    // A member that has a name and no value is shown at its name.
    const atName = isPair(item) && ((ofName && depth === path.length - 1) || isEmpty(node));
    offset = startOf(atName ? item.key : node) ?? offset;
  }
  return offset;
}

function itemAt(node: unknown, key: PropertyKey): unknown {
  if (!isCollection(node)) return undefined;
  return node.items.find((item, index) => (isPair(item) ? isScalar(item.key) && String(item.key.value) === String(key) : index === key));
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function isEmpty(node: unknown): boolean {
  return !isNode(node) || (isScalar(node) && node.value === null);
}
