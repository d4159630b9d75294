import fc from "fast-check";

/*
 * Texts that were good once: cut off, doubled, nested, with bytes, numbers, entities and words where they do not belong.
 */

const numbers = ["1E999999999", "-0", "1e-31", "9".repeat(400), "0.1", "26", "-1000001", ".5", "NaN", "0x10", "1,5"];
const markup = [
  "<",
  ">",
  '"',
  "&",
  "&amp;",
  "&#0;",
  "&#65;",
  "&x;",
  "<!DOCTYPE a>",
  "<![CDATA[",
  "]]>",
  "<!--",
  "-->",
  "<?x ?>",
  "<True/>",
];
const signs = ["\u0000", "\u001b[2J", "\ud800", "\u2028", "\u202e", "\ufeff", "低", "😀", "\r", "\n", "\t", " ", ",", '""'];
const spoken = ["isMissing", "isNotMissing", "lessThan", "notEqual", "isNotIn", "or", "xor", "surrogate", "income", "word", "A", "B", "R2"];
const cells = ["{A, B}", "[1, 2)", "(-inf, 5]", ">= 3", "missing", "otherwise", "no_record", "basepoints"];
const token = fc.oneof(...[numbers, markup, signs, spoken, cells].map((words) => fc.constantFrom(...words)));

/** What a document may say as well, so that it goes on being read, and means something else. */
const other = fc.constantFrom(
  ...["0", "1", "-1.5", "2.5", "0.05", "12", "+1E1", "R1", "R3", "A", "B", "C", "D", "true", "false", "pointsAbove", "pointsBelow"],
  ...["equal", "notEqual", "lessOrEqual", "greaterThan", "isIn", "isNotIn", "and", "or", "xor", "surrogate"],
);

type Change = (text: string) => string;
/** A place in a text of any length. */
const share = fc.nat({ max: 9_999 }).map((part) => part / 10_000);

function spot(text: string, part: number): number {
  return Math.floor(part * (text.length + 1));
}

/** Puts something else in the place of the one match at `part` of all. */
function inPlaceOf(pattern: RegExp, part: number, by: (found: string) => string): Change {
  return (text) => {
    const found = [...text.matchAll(pattern)];
    const one = found[Math.floor(part * found.length)];
    return one === undefined ? text : `${text.slice(0, one.index)}${by(one[0])}${text.slice(one.index + one[0].length)}`;
  };
}

const quoted = /"[^"<>]*"/g;
const element = /<([A-Za-z]+)[^<>]*\/>|<(Attribute|CompoundPredicate|Characteristic|MiningSchema)\b.*?<\/\2>/gs;
const row = /^.+$/gm;
const cell = /[^,\n]+/g;

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(share, fc.nat({ max: 12 }), token).map(
    ([part, length, by]): Change =>
      (text) => {
        const at = spot(text, part);
        return `${text.slice(0, at)}${by}${text.slice(at + length)}`;
      },
  ),
  share.map(
    (part): Change =>
      (text) =>
        text.slice(0, spot(text, part)),
  ),
  fc.tuple(share, fc.nat({ max: 400 })).map(
    ([part, length]): Change =>
      (text) => {
        const at = spot(text, part);
        return text.slice(0, at) + text.slice(at, at + length).repeat(2) + text.slice(at + length);
      },
  ),
  ...[token, other, other, other].map((words) => fc.tuple(share, words).map(([part, by]) => inPlaceOf(quoted, part, () => `"${by}"`))),
  fc.tuple(share, token).map(([part, by]) => inPlaceOf(cell, part, () => by)),
  ...[element, row].flatMap((pattern) => [
    fc.tuple(share, fc.integer({ min: 2, max: 40 })).map(([part, times]) => inPlaceOf(pattern, part, (found) => found.repeat(times))),
    share.map((part) => inPlaceOf(pattern, part, () => "")),
  ]),
  fc.tuple(share, fc.integer({ min: 1, max: 40 }), fc.constantFrom("or", "xor", "and")).map(([part, depth, connective]) => {
    const [open, close] = [`<CompoundPredicate booleanOperator="${connective}">`, "</CompoundPredicate>"];
    return inPlaceOf(/<SimplePredicate [^<>]*\/>/g, part, (found) => `${open.repeat(depth)}${found}${`${found}${close}`.repeat(depth)}`);
  }),
);

/** The text after one to three changes. */
export function mutated(sound: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(sound, fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([text, changes]) => changes.reduce((all, one) => one(all), text));
}
