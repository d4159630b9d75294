import type { PlainRecord } from "./schemas.js";

/*
 * The language once more, as slowly and plainly as can be: record by record over plain objects, in big-integer fractions, dates as texts. It reads
 * the raw structure of a manifest and shares no code with src/computations.
 */

export interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}
export type NaiveValue = Fraction | string | undefined;
// biome-ignore lint/suspicious/noExplicitAny: the raw structure of a manifest, as JSON has it
type Raw = any;

export interface World {
  readonly records: Readonly<Record<string, readonly PlainRecord[]>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly asOf: string;
}

/** How a column's integers relate to its values, and what kind of cell it has. */
const kinds: Readonly<Record<string, "date" | "text" | bigint>> = {
  number: "text",
  date: "date",
  due: "date",
  party: "text",
  net: 100n,
  status: "text",
  lines: 1n,
  rate: 10000n,
  paid: "text",
};

export function fraction(n: bigint, d = 1n): Fraction {
  return d < 0n ? { n: -n, d: -d } : { n, d };
}

export function order(a: Fraction, b: Fraction): number {
  const difference = a.n * b.d - b.n * a.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function plus(a: Fraction, b: Fraction): Fraction {
  return fraction(a.n * b.d + b.n * a.d, a.d * b.d);
}

function minus({ n, d }: Fraction): Fraction {
  return fraction(-n, d);
}

function literal(text: string, world: World): string {
  return text.startsWith("$") ? (world.parameters[text.slice(1)] as string) : text;
}

/** `-12.50` or `25%`. */
export function decimal(text: string): Fraction {
  const percent = text.endsWith("%");
  const [whole = "", decimals = ""] = text.replace("%", "").split(".");
  return fraction(BigInt(whole + decimals), 10n ** BigInt(decimals.length) * (percent ? 100n : 1n));
}

// ---- dates as texts -------------------------------------------------------------------------------------------------------------------

function iso(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function plusDays(day: string, count: number): string {
  return iso(new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000));
}

function plusMonths(day: string, count: number): string {
  const [year = 0, month = 0, dayOfMonth = 0] = day.split("-").map(Number);
  const lastOfMonth = new Date(Date.UTC(year, month - 1 + count + 1, 0));
  return iso(new Date(Date.UTC(year, month - 1 + count, Math.min(dayOfMonth, lastOfMonth.getUTCDate()))));
}

/** The index of the day, month or year that a day is in. */
function unitIndex(day: string, unit: string): number {
  if (unit === "day") return Math.round(Date.parse(`${day}T00:00:00Z`) / 86_400_000);
  const [year = 0, month = 0] = day.split("-").map(Number);
  return unit === "month" ? year * 12 + month : year;
}

function inLast(day: string, length: string, until: string | undefined, asOf: string): boolean {
  const [count = "0", ...words] = length.split(" ");
  const skipped = until === undefined ? 0 : Number(until.split(" ")[0]);
  const all = Number(count) + skipped;
  const unit = (words.at(-1) ?? "").replace(/s$/, "");
  if (words[0] === "full") {
    const back = unitIndex(asOf, unit) - unitIndex(day, unit);
    return back > skipped && back <= all;
  }
  if (unit === "day") return day > plusDays(asOf, -all) && day <= plusDays(asOf, -skipped);
  const months = unit === "year" ? 12 : 1;
  return day > plusMonths(asOf, -all * months) && day <= plusMonths(asOf, -skipped * months);
}

// ---- filters --------------------------------------------------------------------------------------------------------------------------

function cellEquals(cell: bigint | string, column: string, text: string): boolean {
  const kind = kinds[column];
  if (typeof kind === "bigint") return order(fraction(cell as bigint, kind), decimal(text)) === 0;
  return cell === text;
}

function passesColumn(record: PlainRecord, column: string, test: Raw, world: World): boolean {
  const cell = record[column];
  const parts: Raw = typeof test === "string" ? { is: test } : Array.isArray(test) ? { in: test } : test;
  if (cell === undefined) return parts.missing === "yes" || parts.missing === "only";
  if (parts.missing === "only") return false;
  const kind = kinds[column];
  const text = (raw: string) => literal(raw, world);
  const listed = (raw: string | string[]) => (Array.isArray(raw) ? raw : [raw]).some((each) => cellEquals(cell, column, text(each)));
  const compared = (raw: string) =>
    typeof kind === "bigint" ? order(fraction(cell as bigint, kind), decimal(text(raw))) : cell < text(raw) ? -1 : cell > text(raw) ? 1 : 0;
  if (parts.is !== undefined && !listed(parts.is)) return false;
  if (parts.in !== undefined && !listed(parts.in)) return false;
  if (parts.not !== undefined && listed(parts.not)) return false;
  if (parts.above !== undefined && !(compared(parts.above) > 0)) return false;
  if (parts.at_least !== undefined && !(compared(parts.at_least) >= 0)) return false;
  if (parts.below !== undefined && !(compared(parts.below) < 0)) return false;
  if (parts.at_most !== undefined && !(compared(parts.at_most) <= 0)) return false;
  if (parts.between !== undefined && !(compared(parts.between[0]) >= 0 && compared(parts.between[1]) <= 0)) return false;
  return passesDate(String(cell), parts, world);
}

function passesDate(cell: string, parts: Raw, world: World): boolean {
  const { asOf } = world;
  const text = (raw: string) => literal(raw, world);
  if (parts.before !== undefined && !(cell < text(parts.before))) return false;
  if (parts.after !== undefined && !(cell > text(parts.after))) return false;
  if (parts.last !== undefined && !inLast(cell, text(parts.last), parts.until, asOf)) return false;
  for (const unit of ["year", "month"]) {
    if (parts[unit] === undefined) continue;
    const wanted = text(parts[unit]);
    const back = wanted === "this" ? 0 : wanted === "last" ? 1 : undefined;
    if (back === undefined ? !cell.startsWith(wanted) : unitIndex(asOf, unit) - unitIndex(cell, unit) !== back) return false;
  }
  return true;
}

function selected(alias: string, where: Raw, world: World): readonly PlainRecord[] {
  const records = world.records[alias] ?? [];
  return records.filter((record) => Object.entries(where ?? {}).every(([column, test]) => passesColumn(record, column, test, world)));
}

// ---- features -------------------------------------------------------------------------------------------------------------------------

export function naiveFeature(raw: Raw, world: World, earlier: Readonly<Record<string, NaiveValue>>): NaiveValue {
  const operand = (each: Raw) => (typeof each === "string" ? earlier[each] : naiveFeature(each, world, earlier));
  if (raw.ratio !== undefined) {
    const [a, b] = raw.ratio.map(operand) as [Fraction | undefined, Fraction | undefined];
    return a === undefined || b === undefined || b.n === 0n ? undefined : fraction(a.n * b.d, a.d * b.n);
  }
  if (raw.difference !== undefined) {
    const [a, b] = raw.difference.map(operand) as [Fraction | undefined, Fraction | undefined];
    return a === undefined || b === undefined ? undefined : fraction(a.n * b.d - b.n * a.d, a.d * b.d);
  }
  if (raw.trend !== undefined) {
    const [from, to] = [raw.from, raw.to].map((window) => naiveAggregate(raw.trend, world, window)) as [
      Fraction | undefined,
      Fraction | undefined,
    ];
    if (from === undefined || to === undefined || from.n <= 0n) return undefined;
    return fraction(to.n * from.d - from.n * to.d, to.d * from.n);
  }
  if (raw.indicator !== undefined) return fraction(naiveRule(raw.indicator, { values: earlier, world }) === true ? 1n : 0n);
  return naiveAggregate(raw, world, {});
}

function naiveAggregate(raw: Raw, world: World, more: Raw): NaiveValue {
  const [keyword] = Object.keys(raw).filter((key) => key !== "where" && key !== "by");
  const [alias = "", column] = raw[keyword as string].split(".");
  const narrowed = { ...world, records: { [alias]: selected(alias, raw.where, world) } };
  const records = selected(alias, more, narrowed);
  const cells = column === undefined ? [] : records.map((record) => record[column]).filter((cell) => cell !== undefined);
  const unit = column === undefined ? 1n : kinds[column];
  const numbers = cells as bigint[];
  const value = (cell: bigint | string): NaiveValue => (typeof unit === "bigint" ? fraction(cell as bigint, unit) : String(cell));
  const indexes = () => [...new Set((cells as string[]).map((day) => unitIndex(day, raw.by)))].sort((a, b) => a - b);
  const days = () => (cells as string[]).toSorted();
  const since = (day: string | undefined) =>
    day === undefined ? undefined : fraction(BigInt(unitIndex(world.asOf, "day") - unitIndex(day, "day")));
  const total = numbers.length > 0 && typeof numbers[0] === "bigint" ? numbers.reduce((sum, each) => sum + each, 0n) : 0n;
  switch (keyword) {
    case "count":
      return fraction(BigInt(column === undefined ? records.length : cells.length));
    case "present":
      return fraction((column === undefined ? records.length : cells.length) > 0 ? 1n : 0n);
    case "sum":
      return fraction(total, unit as bigint);
    case "mean":
      return cells.length === 0 ? undefined : fraction(total, (unit as bigint) * BigInt(cells.length));
    case "min":
    case "max":
      return cells.length === 0
        ? undefined
        : value(numbers.reduce((best, each) => ((keyword === "min" ? each < best : each > best) ? each : best)));
    case "count_distinct":
      return fraction(BigInt(raw.by === undefined || raw.by === "value" ? new Set(cells).size : indexes().length));
    case "share_of_largest":
      return naiveShare(records, column, raw.by.split(".")[1]);
    case "only":
      return new Set(cells).size === 1 ? value(cells[0] as string) : undefined;
    case "latest": {
      const dated = raw.by.split(".")[1] as string;
      const both = records.filter((record) => record[column as string] !== undefined && record[dated] !== undefined);
      const last = both
        .map((record) => String(record[dated]))
        .toSorted()
        .at(-1);
      const values = new Set(both.filter((record) => record[dated] === last).map((record) => record[column as string]));
      return values.size === 1 ? value([...values][0] as string) : undefined;
    }
    case "days_since_latest":
      return since(days().at(-1));
    case "days_since_first":
      return since(days()[0]);
    case "longest_gap": {
      const sorted = indexes();
      if (sorted.length === 0) return undefined;
      return fraction(BigInt(Math.max(0, ...sorted.slice(1).map((index, i) => index - (sorted[i] as number) - 1))));
    }
    case "longest_run": {
      const there = new Set(indexes());
      let longest = 0;
      for (const start of there) {
        let length = 0;
        while (there.has(start + length)) length++;
        longest = Math.max(longest, length);
      }
      return fraction(BigInt(longest));
    }
    default:
      throw new Error(`the naive reference does not know ${keyword}`);
  }
}

function naiveShare(records: readonly PlainRecord[], column: string | undefined, by: string): NaiveValue {
  const groups = new Map<unknown, bigint>();
  for (const record of records) {
    const amount = column === undefined ? 1n : (record[column] as bigint | undefined);
    if (amount !== undefined && record[by] !== undefined) groups.set(record[by], (groups.get(record[by]) ?? 0n) + amount);
  }
  const sums = [...groups.values()];
  const total = sums.reduce((sum, each) => sum + each, 0n);
  return total <= 0n ? undefined : fraction(sums.toSorted((a, b) => (a < b ? 1 : -1))[0] as bigint, total);
}

// ---- rules, scorecards, outputs -------------------------------------------------------------------------------------------------------

interface Seen {
  readonly values: Readonly<Record<string, NaiveValue>>;
  readonly world: World;
}

function naiveTest(test: Raw, value: Fraction | string, world: World): boolean {
  const text = (raw: string) => literal(raw, world);
  const same = (raw: string) => (typeof value === "string" ? value === text(raw) : order(value, decimal(text(raw))) === 0);
  const compared = (raw: string) => order(value as Fraction, decimal(text(raw)));
  return (
    (test.is === undefined || same(test.is)) &&
    (test.in === undefined || test.in.some(same)) &&
    (test.above === undefined || compared(test.above) > 0) &&
    (test.at_least === undefined || compared(test.at_least) >= 0) &&
    (test.below === undefined || compared(test.below) < 0) &&
    (test.at_most === undefined || compared(test.at_most) <= 0) &&
    (test.between === undefined || (compared(test.between[0]) >= 0 && compared(test.between[1]) <= 0))
  );
}

export function naiveRule(rule: Raw, seen: Seen): boolean | "no-record" {
  const each = (rules: Raw[]) => rules.map((one) => naiveRule(one, seen));
  if (rule.all !== undefined || rule.any !== undefined) {
    const parts = each(rule.all ?? rule.any);
    if (parts.includes("no-record")) return "no-record";
    return rule.all !== undefined ? parts.every((part) => part === true) : parts.some((part) => part === true);
  }
  if (rule.not !== undefined) {
    const part = naiveRule(rule.not, seen);
    return part === "no-record" ? part : !part;
  }
  const [[name, test] = ["", {}]] = Object.entries(rule) as [string, Raw][];
  const value = seen.values[name];
  if (value !== undefined) return naiveTest(test, value, seen.world);
  return test.missing === "no_record" ? "no-record" : test.missing === "yes";
}

function naiveReasons(rule: Raw, seen: Seen, wanted: boolean): string[] {
  const [[name, test] = ["", {}]] = Object.entries(rule) as [string, Raw][];
  const parts: Raw[] = rule.all ?? rule.any ?? (rule.not === undefined ? [] : [rule.not]);
  const isTest = rule.all === undefined && rule.any === undefined && rule.not === undefined;
  const reason = isTest ? test.reason : rule.reason;
  const own = reason !== undefined && naiveRule(isTest ? { [name]: test } : rule, seen) !== wanted ? [reason] : [];
  return [...own, ...parts.flatMap((part) => naiveReasons(part, seen, rule.not === undefined ? wanted : !wanted))];
}

function naiveCut(lines: Raw[], value: NaiveValue, world: World): Raw {
  if (value === undefined) return lines.find((line) => "missing" in line);
  return lines.find((line) => !("missing" in line) && ("otherwise" in line || naiveTest(line, value, world)));
}

function given(line: Raw, key: string): Raw {
  return line.missing ?? line.otherwise ?? line[key];
}

/** Outcome and reasons in one text: `decision no [R1 R2]`. */
export function naiveOutcome(manifest: Raw, world: World): string {
  const everything = Object.values(world.records).flat();
  if (everything.length === 0) return "no-record []";
  for (const rule of [manifest.no_record ?? []].flat())
    if (selected(rule.of, rule.where, world).length < Number(literal(rule.fewer_than, world))) return "no-record []";
  const values: Record<string, NaiveValue> = {};
  for (const [name, raw] of Object.entries(manifest.features)) values[name] = naiveFeature(raw, world, values);
  const lost: { reason: string; points: Fraction }[] = [];
  if (manifest.scorecard !== undefined) {
    let score = decimal(manifest.scorecard.base);
    const { rank = "points_below", baseline = {} } = manifest.scorecard.reasons ?? {};
    for (const [name, lines] of Object.entries(manifest.scorecard.characteristics) as [string, Raw[]][]) {
      const line = naiveCut(lines, values[name], world);
      const points = given(line, "points");
      if (points === "no_record") return "no-record []";
      score = plus(score, decimal(points));
      if (line.reason === undefined) continue;
      const sorted = lines
        .map((each) => given(each, "points"))
        .filter((each) => each !== "no_record")
        .map(decimal)
        .sort(order);
      const own = typeof baseline === "string" ? baseline : baseline[name];
      const against = own === undefined ? (sorted.at(rank === "points_below" ? -1 : 0) as Fraction) : decimal(own);
      const below = plus(against, minus(decimal(points)));
      lost.push({ reason: line.reason, points: rank === "points_below" ? below : minus(below) });
    }
    values.score = score;
  }
  if (manifest.linear !== undefined) {
    let sum = decimal(manifest.linear.intercept);
    for (const [name, term] of Object.entries(manifest.linear.terms) as [string, Raw][]) {
      const value = values[name] ?? (term.missing === "no_record" ? undefined : decimal(term.missing));
      if (value === undefined) return "no-record []";
      const weight = decimal(term.weight);
      const { n, d } = value as Fraction;
      sum = fraction(sum.n * weight.d * d + weight.n * n * sum.d, sum.d * weight.d * d);
    }
    values.linear = sum;
  }
  return naiveOutput(manifest.output, { values, world }, naiveRanking(lost, manifest.scorecard?.reasons?.repeated === "sum"));
}

/** The codes that cost points, one after the other: each time the first of those that cost most. */
function naiveRanking(lost: readonly { reason: string; points: Fraction }[], add: boolean): string[] {
  let left = add
    ? [...new Set(lost.map(({ reason }) => reason))].map((reason) => ({
        reason,
        points: lost.filter((each) => each.reason === reason).reduce((sum, { points }) => plus(sum, points), fraction(0n)),
      }))
    : lost;
  const codes: string[] = [];
  while (left.some(({ points }) => points.n > 0n)) {
    const worst = left.reduce((most, each) => (order(each.points, most.points) > 0 ? each : most));
    codes.push(worst.reason);
    left = left.filter(({ reason }) => reason !== worst.reason);
  }
  return codes;
}

function naiveOutput(output: Raw, seen: Seen, lost: readonly string[]): string {
  const shown = (outcome: string, reasons: readonly string[]) =>
    `${outcome} [${[...new Set(reasons)].slice(0, Number(output.reasons ?? 4)).join(" ")}]`;
  if (output.decision !== undefined) {
    const decision = naiveRule(output.decision, seen);
    if (decision === "no-record") return "no-record []";
    return decision ? "decision yes []" : shown("decision no", [...naiveReasons(output.decision, seen, true), ...lost]);
  }
  if (output.band !== undefined) {
    const [[name, lines] = ["", []]] = Object.entries(output.band) as [string, Raw[]][];
    const line = naiveCut(lines, seen.values[name], seen.world);
    const band = given(line, "band");
    return band === "no_record" ? "no-record []" : shown(`band ${band}`, [...(line.reason === undefined ? [] : [line.reason]), ...lost]);
  }
  const { of = "score", min, max, step } = output.score;
  let score = Number(min);
  while (score + Number(step) <= Number(max) && order(fraction(BigInt(score + Number(step))), seen.values[of] as Fraction) <= 0)
    score += Number(step);
  return shown(`score ${score}`, lost);
}
