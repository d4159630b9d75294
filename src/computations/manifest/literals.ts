import { asFrostglassError } from "../../errors/error.js";
import { dayFromParts, parseDay } from "../../model/calendar.js";
import { identifierPattern, reasonCodePattern } from "../../model/names.js";
import { compareRational, magnitude, parseDecimal, type Rational, rational } from "../../model/rational.js";
import type { Place } from "../syntax/problems.js";
import { type Name, type Shape, scalar } from "../syntax/shape.js";

/** A literal as written, or `$name` of a parameter whose choice takes its place. */
export interface Operand {
  readonly text: string;
  readonly parameter: string | undefined;
  readonly place: Place;
}

/** A kind of literal: how to read its text (undefined: it is not one), and how to tell the author. */
export interface LiteralKind<T> {
  readonly expected: string;
  /** Set where only these words are meant. */
  readonly words?: readonly string[];
  read(text: string): T | undefined;
}

/** `24 months`, `90 days`, `2 years`, or whole calendar units: `12 full months`, `2 full years`. Years are counted as twelve months. */
export interface Duration {
  readonly unit: "day" | "month" | "full-month" | "full-year";
  /** Days, months, months or years, by the unit. */
  readonly length: number;
}

export const numberKind: LiteralKind<Rational> = {
  expected: "a number such as 18 or 0.25, or a percentage such as 25%",
  read: (text) => unlessRefused(() => parseDecimal(text)),
};

/** Points of a scorecard: at most a million either way, at most six decimals, so that a sum of them is exact in millionths. */
export const pointsKind: LiteralKind<Rational> = {
  expected: "points from -1000000 to 1000000, with at most 6 decimals",
  read(text) {
    if (!/^-?[0-9]{1,7}(?:\.[0-9]{1,6})?$/.test(text) || /^-[0.]+$/.test(text)) return undefined;
    const points = unlessRefused(() => parseDecimal(text));
    return points !== undefined && compareRational(magnitude(points), rational(1_000_000)) <= 0 ? points : undefined;
  },
};

export const countKind: LiteralKind<number> = {
  expected: "a whole number from 0 to 1000000",
  read: (text) => (/^(?:0|[1-9][0-9]{0,6})$/.test(text) && Number(text) <= 1_000_000 ? Number(text) : undefined),
};

export const dayKind: LiteralKind<number> = { expected: "a day such as 2019-12-31", read: (text) => unlessRefused(() => parseDay(text)) };

export const durationKind: LiteralKind<Duration> = {
  expected: "a length such as 24 months, 90 days, 2 years or 12 full months",
  read(text) {
    const match = /^([1-9][0-9]{0,4}) (full )?(day|month|year)s?$/.exec(text);
    if (match === null) return undefined;
    const [, digits, full, unit] = match;
    const length = Number(digits);
    if (unit === "day") return full === undefined ? { unit, length } : undefined;
    const months = unit === "year" ? length * 12 : length;
    if (months > 1200) return undefined;
    if (full !== undefined) return unit === "year" ? { unit: "full-year", length } : { unit: "full-month", length };
    return { unit: "month", length: months };
  },
};

/** A calendar year or month: fixed, or counted from the as-of day (`this` is 0, `last` is -1). */
export type CalendarUnit = { readonly index: number } | { readonly fromAsOf: number };

export const yearKind: LiteralKind<CalendarUnit> = {
  expected: "a year such as 2019, or this or last",
  read: (text) => relative(text) ?? (/^[0-9]{4}$/.test(text) && Number(text) > 0 ? { index: Number(text) } : undefined),
};

export const monthKind: LiteralKind<CalendarUnit> = {
  expected: "a month such as 2019-07, or this or last",
  read(text) {
    const match = /^([0-9]{4})-([0-9]{2})$/.exec(text);
    if (match === null) return relative(text);
    const [year, month] = [Number(match[1]), Number(match[2])];
    return dayFromParts(year, month, 1) === undefined ? undefined : { index: year * 12 + month - 1 };
  },
};

export const anyKind: LiteralKind<string> = {
  expected: "a value",
  read: (text) => (text.length > 0 && text.length <= 128 && !text.startsWith("$") ? text : undefined),
};

/** A literal of this kind, or a parameter. The literal's text is kept: the binding reads it again, as it does each choice of a parameter. */
export function operand<T>(kind: LiteralKind<T>): Shape<Operand> {
  const schema = { type: ["string", "number", "boolean"], description: `${kind.expected}, or $name of a parameter` };
  return scalar(`${kind.expected}, or $name of a parameter`, schema, (text, place) => {
    if (text.startsWith("$")) return identifierPattern.test(text.slice(1)) ? { text, parameter: text.slice(1), place } : undefined;
    return kind.read(text) === undefined ? undefined : { text, parameter: undefined, place };
  });
}

/** A literal of this kind where no parameter may stand. */
export function constant<T>(kind: LiteralKind<T>): Shape<T> {
  return scalar(kind.expected, { type: ["string", "number", "boolean"], description: kind.expected }, (text) => kind.read(text));
}

/** A whole number from `min` to `max`. */
export function whole(min: number, max: number): Shape<number> {
  return scalar(`a whole number from ${min} to ${max}`, { type: "integer", minimum: min, maximum: max }, (text) => {
    const value = /^(?:0|-?[1-9][0-9]{0,8})$/.test(text) ? Number(text) : undefined;
    return value !== undefined && value >= min && value <= max ? value : undefined;
  });
}

/** A text that matches a pattern. */
export function pattern(expected: string, form: RegExp): Shape<Name> {
  return scalar(expected, { type: "string", pattern: form.source }, (text, place) => (form.test(text) ? { text, place } : undefined));
}

export const identifier: Shape<Name> = pattern("a name of a-z, 0-9, _ and - that starts with a letter", identifierPattern);
export const reasonCode: Shape<Name> = pattern("a reason code such as R12", reasonCodePattern);
/** Text for people, in one language. */
export const prose: Shape<string> = scalar("a text of 1 to 500 characters", { type: "string", minLength: 1, maxLength: 500 }, (text) =>
  text.trim().length > 0 && text.length <= 500 ? text.trim() : undefined,
);

function relative(text: string): CalendarUnit | undefined {
  if (text === "this") return { fromAsOf: 0 };
  return text === "last" ? { fromAsOf: -1 } : undefined;
}

/** "Not such a literal" is a value here: the grammar reports it with its place. */
function unlessRefused<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (asFrostglassError(thrown) === undefined) throw thrown;
    return undefined;
  }
}
