import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from "yaml";
import { quote } from "./nearest.js";
import type { Place, Problems } from "./problems.js";
import { scanText } from "./scan.js";

/** A manifest's text as lists, maps and scalars that know their place. Scalars are the text as written: `0.10` stays `0.10`. */
export type Tree = ScalarTree | ListTree | MapTree;

export interface ScalarTree {
  readonly kind: "scalar";
  readonly text: string;
  readonly place: Place;
}

export interface ListTree {
  readonly kind: "list";
  readonly items: readonly Tree[];
  readonly place: Place;
}

export interface MapTree {
  readonly kind: "map";
  readonly entries: readonly MapEntry[];
  readonly place: Place;
}

export interface MapEntry {
  readonly key: string;
  /** Where the key stands; its path includes the key. */
  readonly place: Place;
  readonly value: Tree;
}

/**
 * Parses the narrow YAML of manifests (YAML 1.2, plain maps, lists and scalars): see `scanText` for what is refused beforehand. Every
 * problem goes to `problems`; the result is undefined when there is nothing fit to read further.
 */
export function parseTree(text: string, problems: Problems): Tree | undefined {
  const lines = new LineCounter();
  for (let at = text.indexOf("\n"), start = 0; ; start = at + 1, at = text.indexOf("\n", start)) {
    lines.addNewLine(start);
    if (at < 0) break;
  }
  const place = (offset: number, path: string): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1), path };
  };
  scanText(text, (offset, message, expected) => problems.mistake(place(offset, ""), message, expected));
  if (problems.mistakes > 0) return undefined;
  // The failsafe schema leaves each scalar as its text: what `0.10`, `no` or `2019-01` mean is for the manifest's own grammar to say.
  const document = parseDocument(text, { schema: "failsafe", version: "1.2", prettyErrors: false, uniqueKeys: true, logLevel: "error" });
  for (const error of [...document.errors, ...document.warnings])
    problems.mistake(place(error.pos[0], ""), sentenceOf(error.code), "plain YAML 1.2");
  if (problems.mistakes > 0) return undefined;
  return treeOf(document.contents, "", 0, place, problems);
}

type PlaceOf = (offset: number, path: string) => Place;

function treeOf(node: Node | null | undefined, path: string, fallback: number, placeOf: PlaceOf, problems: Problems): Tree | undefined {
  const place = placeOf(node?.range?.[0] ?? fallback, path);
  if (node === null || node === undefined) return { kind: "scalar", text: "", place };
  if (isScalar(node)) return { kind: "scalar", text: String(node.value ?? ""), place };
  if (isSeq(node)) {
    const items = node.items.map((item, index) =>
      treeOf(item as Node, `${path}[${index + 1}]`, node.range?.[0] ?? fallback, placeOf, problems),
    );
    return { kind: "list", items: items.filter((item) => item !== undefined), place };
  }
  if (isMap(node)) {
    const entries = node.items.map((pair) => entryOf(pair as Pair<Node, Node>, path, placeOf, problems));
    return { kind: "map", entries: entries.filter((entry) => entry !== undefined), place };
  }
  problems.mistake(place, isAlias(node) ? "An alias is not allowed." : "This is not plain YAML.", "the value written out");
  return undefined;
}

function entryOf(pair: Pair<Node, Node | null>, path: string, placeOf: PlaceOf, problems: Problems): MapEntry | undefined {
  const offset = pair.key.range?.[0] ?? 0;
  const key = isScalar(pair.key) ? String(pair.key.value ?? "") : "";
  const keyPath = path === "" ? key : `${path}.${key}`;
  const place = placeOf(offset, keyPath);
  if (key === "" || key === "<<") {
    problems.mistake(place, key === "" ? "A key is empty or not a plain word." : "A merge key is not allowed.", "a plain key");
    return undefined;
  }
  const value = treeOf(pair.value, keyPath, offset, placeOf, problems);
  return value === undefined ? undefined : { key, place, value };
}

function sentenceOf(code: string): string {
  if (code === "DUPLICATE_KEY") return "This key stands twice in one map.";
  if (code === "MULTIPLE_DOCS") return "A manifest is one document.";
  return `This is not well-formed YAML (${quote(code.toLowerCase().replaceAll("_", " "))}).`;
}
