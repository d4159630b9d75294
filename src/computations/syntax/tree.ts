import { Composer, type Document, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, Parser } from "yaml";
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
  const placeOf = placesIn(text);
  const lexemes = scanText(text, (offset, message, expected) => problems.mistake(placeOf(offset, ""), message, expected));
  if (lexemes === undefined) return undefined;
  const [document, second] = compose(lexemes, text.length);
  for (const error of [...(document?.errors ?? []), ...(document?.warnings ?? [])])
    problems.mistake(
      placeOf(error.pos[0], ""),
      `This is not well-formed YAML (${error.code.toLowerCase().replaceAll("_", " ")}).`,
      "plain YAML 1.2",
    );
  if (second !== undefined) problems.mistake(placeOf(second.range[0], ""), "A second document begins here.", "one document");
  return problems.mistakes > 0 ? undefined : new TreeBuilder(placeOf, problems).build(document?.contents, "", 0);
}

// The failsafe schema leaves each scalar as its text: what `0.10`, `no` or `2019-01` mean is for the manifest's own grammar to say.
function compose(lexemes: readonly string[], length: number): readonly Document.Parsed[] {
  const parser = new Parser();
  const tokens = [...lexemes.flatMap((lexeme) => [...parser.next(lexeme)]), ...parser.end()];
  return [...new Composer({ schema: "failsafe", version: "1.2", prettyErrors: false, uniqueKeys: false }).compose(tokens, true, length)];
}

type PlaceOf = (offset: number, path: string) => Place;

function placesIn(text: string): PlaceOf {
  const lines = new LineCounter();
  for (let start = 0; start >= 0; start = text.indexOf("\n", start) + 1 || -1) lines.addNewLine(start);
  return (offset, path) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1), path };
  };
}

class TreeBuilder {
  private readonly placeOf: PlaceOf;
  private readonly problems: Problems;

  constructor(placeOf: PlaceOf, problems: Problems) {
    this.placeOf = placeOf;
    this.problems = problems;
  }

  /** `fallback` is the offset of what an absent value belongs to. */
  build(node: Node | null | undefined, path: string, fallback: number): Tree | undefined {
    const offset = node?.range?.[0] ?? fallback;
    const place = this.placeOf(offset, path);
    if (node === null || node === undefined) return { kind: "scalar", text: "", place };
    if (isScalar(node)) return { kind: "scalar", text: String(node.value ?? ""), place };
    if (isSeq(node)) {
      const items = node.items.map((item, index) => this.build(item as Node, `${path}[${index + 1}]`, offset));
      return { kind: "list", items: items.filter((item) => item !== undefined), place };
    }
    if (isMap(node)) return { kind: "map", entries: this.entries(node.items as Pair<Node, Node | null>[], path), place };
    this.problems.mistake(place, "This is not plain YAML.", "the value written out");
    return undefined;
  }

  private entries(pairs: readonly Pair<Node, Node | null>[], path: string): readonly MapEntry[] {
    const seen = new Set<string>();
    return pairs.flatMap((pair) => {
      const offset = pair.key.range?.[0] ?? 0;
      const key = isScalar(pair.key) ? String(pair.key.value ?? "") : "";
      const place = this.placeOf(offset, path === "" ? key : `${path}.${key}`);
      const mistake = seen.has(key)
        ? "This key stands twice in one map."
        : key === "<<"
          ? "A merge key is not allowed."
          : "A key is empty or not a plain word.";
      if (seen.has(key) || key === "<<" || key === "") this.problems.mistake(place, mistake, "a key of its own");
      seen.add(key);
      const value = this.build(pair.value, place.path, offset);
      return value === undefined ? [] : [{ key, place, value }];
    });
  }
}
