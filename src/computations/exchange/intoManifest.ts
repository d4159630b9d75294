import { isCollection, isMap, isNode, isScalar, type Pair, parseDocument } from "yaml";
import { rational } from "../../model/rational.js";
import { type Manifest, parseManifest } from "../manifest/manifest.js";
import { usualRanking } from "../manifest/scorecard.js";
import { quote, suggest } from "../syntax/nearest.js";
import { Problems } from "../syntax/problems.js";
import { formatScorecard } from "./cardText.js";
import { type ExchangedCard, ExchangeError } from "./exchangedCard.js";

/** A manifest with another scorecard in it, and what its author should know. */
export interface Replaced {
  readonly text: string;
  readonly manifest: Manifest;
  /** What the source did not say and the manifest goes on saying. */
  readonly kept: readonly string[];
  /** Reason codes of the card that the manifest's `reasons:` gives no text for. */
  readonly unexplained: readonly string[];
}

/**
 * Puts a scorecard in the place of a manifest's `scorecard:` section, or before its `output:` where there is none. Outside of that section not a
 * byte changes. Every variable of the card has to be a feature of the manifest. Throws `scorecard-refused` with the lines of the card's source,
 * or `manifest-invalid` when the manifest does not pass, before or after.
 */
export function intoManifest(card: ExchangedCard, manifestText: string): Replaced {
  const before = parseManifest(manifestText);
  checkAgainst(card, before);
  const ranking = card.ranking ?? before.scorecard?.reasons ?? usualRanking;
  const base = card.base ?? before.scorecard?.base ?? rational(0);
  const section = formatScorecard({ base, reasons: ranking, characteristics: card.characteristics });
  const text = replaced(manifestText, section);
  const manifest = parseManifest(text);
  const codes = new Set(card.characteristics.flatMap(([, lines]) => lines.flatMap(({ reason }) => reason?.text ?? [])));
  return {
    text,
    manifest,
    kept: keptOf(card, before),
    unexplained: [...codes].filter((code) => !before.reasons.some((each) => each.code.text === code)),
  };
}

function checkAgainst({ characteristics, mostReasons }: ExchangedCard, { features, output }: Manifest): void {
  const problems = new Problems();
  const names = features.map(({ name }) => name.text);
  for (const [{ text, place }] of characteristics)
    if (!names.includes(text)) problems.mistake(place, `The manifest has no feature ${quote(text)}.`, suggest(text, names));
  if (mostReasons !== undefined && mostReasons.most !== output.reasons) {
    const message = `The model gives at most ${mostReasons.most} reason codes, the manifest's output ${output.reasons}.`;
    problems.mistake(mostReasons.place, message, `reasons: ${mostReasons.most} in the manifest's output, or no Output in the model`);
  }
  if (problems.mistakes > 0) throw new ExchangeError(problems.sorted());
}

function keptOf(card: ExchangedCard, { scorecard }: Manifest): readonly string[] {
  if (scorecard === undefined) return [];
  return [
    ...(card.base === undefined ? ["the base points"] : []),
    ...(card.ranking === undefined && scorecard.reasons.place !== undefined ? ["how reasons are ranked"] : []),
  ];
}

/** By offsets in the text, since a YAML library that writes a document again would move what the reviewers have read. */
function replaced(text: string, section: string): string {
  const { contents } = parseDocument(text, { schema: "failsafe", uniqueKeys: false });
  if (!isMap(contents) || contents.flow === true) throw blockOnly();
  const pairs = contents.items as Pair[];
  const there = pairs.find((pair) => keyOf(pair) === "scorecard");
  const at = rangeOf((there ?? pairs.find((pair) => keyOf(pair) === "output"))?.key)?.[0] ?? text.length;
  const line = text.lastIndexOf("\n", at - 1) + 1;
  const indent = text.slice(line, at);
  const start = there === undefined ? beforeComments(text, line) : line;
  const end = there === undefined ? start : afterLine(text, lastOffset(there.value));
  const lines = section.replaceAll(/^(?=.)/gm, indent);
  return `${text.slice(0, start)}${lines}${text.slice(end)}`;
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : "";
}

function rangeOf(node: unknown): readonly number[] | undefined {
  return isNode(node) ? (node.range ?? undefined) : undefined;
}

/** Where the last value of a section ends: comments after it belong to what follows. */
function lastOffset(node: unknown): number {
  if (isCollection(node) && node.flow !== true) {
    const children = (node.items as unknown[]).flatMap((item) => (isMap(node) ? [(item as Pair).key, (item as Pair).value] : [item]));
    return Math.max(0, ...children.map(lastOffset));
  }
  return rangeOf(node)?.[1] ?? 0;
}

/** The comments right above a key belong to it. */
function beforeComments(text: string, line: number): number {
  const before = text.lastIndexOf("\n", line - 2) + 1;
  return line > 0 && /^ *#/.test(text.slice(before, line)) ? beforeComments(text, before) : line;
}

function afterLine(text: string, offset: number): number {
  const end = text.indexOf("\n", Math.max(offset - 1, 0));
  return end < 0 ? text.length : end + 1;
}

function blockOnly(): ExchangeError {
  const problems = new Problems();
  const message = "The manifest is written within braces; a section of it cannot be replaced without writing it all anew.";
  problems.mistake({ line: 1, column: 1, path: "" }, message, "a key a line, as in `frostglass init`'s examples");
  return new ExchangeError(problems.all);
}
