import { compileManifest } from "#product/computations/computation.js";
import { Evaluation } from "#product/computations/evaluation/evaluation.js";
import { parseManifest } from "#product/computations/manifest/manifest.js";
import { parseParameters } from "#product/computations/parameters.js";
import { decodePage, encodePage, type PageColumns } from "#product/datasets/page.js";
import { dayFromParts, monthIndex } from "#product/model/calendar.js";
import { compareRational, type Rational, rational } from "#product/model/rational.js";
import { cpuPerCall, median } from "./cpu.js";
import { columnsOf, computationText, schema } from "./records.js";

/** The benchmark's computation over one firm's opened page, and its eight aggregates by hand, in microseconds of processor time. */
export interface Evaluating {
  readonly evaluationUs: number;
  readonly evaluationByHandUs: number;
}

/** So many firms in turn: of one firm alone, the processor learns by heart which record passes which test. */
const firms = 16;
const turns = 7;

const asOf = dayFromParts(2025, 12, 31) ?? 0;
const yearBefore = dayFromParts(2024, 12, 31) ?? 0;
const twoYearsBefore = dayFromParts(2023, 12, 31) ?? 0;
const firstMonth = monthIndex(twoYearsBefore + 1);
const monthOf = Uint8Array.from({ length: asOf - twoYearsBefore }, (_, offset) => monthIndex(twoYearsBefore + 1 + offset) - firstMonth);

/** The columns that are read, as typed arrays of the width that each needs. */
interface Columns {
  readonly date: Int32Array;
  readonly buyer: Int32Array;
  readonly net: Float64Array;
  readonly total: Float64Array;
  readonly status: Uint8Array;
  readonly buyers: number;
}

interface ByHand {
  readonly valid: number;
  readonly sold: number;
  readonly lately: number;
  readonly largest: number;
  readonly months: number;
  readonly topBuyer: number;
  readonly voids: number;
  readonly netSum: number;
}

/** Measures both in turns, so that a change of the processor's pace meets both. Throws where the two do not find the same values. */
export function measureEvaluating(records: number): Evaluating {
  const pages = Array.from({ length: firms }, (_, firm) => decodePage(schema, encodePage(schema, columnsOf(firm, records))));
  const columns = pages.map(columnsIn);
  const computation = compileManifest(parseManifest(computationText), new Map([[schema.name, schema]]));
  const parameters = parseParameters(computation, {});
  const evaluation = new Evaluation(computation.bound);
  for (const [firm, page] of pages.entries()) checkEqual(evaluation.featureValues([page], [], asOf), byHandOf(columns[firm] as Columns));
  const inputs = pages.map((page) => [page]);
  let firm = 0;
  let sink = 0;
  const evaluate = () => {
    const { outcome } = computation.evaluate(inputs[firm++ % firms] ?? [], parameters, asOf);
    if (outcome.kind !== "score") throw new Error("the benchmark's computation gave no score");
    sink += outcome.score;
  };
  const byHand = () => {
    sink += byHandOf(columns[firm++ % firms] as Columns).topBuyer;
  };
  const each = Array.from({ length: turns }, () => [cpuPerCall(evaluate, 4000, 3), cpuPerCall(byHand, 4000, 3)] as const);
  if (Number.isNaN(sink)) throw new Error("nothing was computed");
  return { evaluationUs: median(each.map(([us]) => us)), evaluationByHandUs: median(each.map(([, us]) => us)) };
}

/** The columns of a page as typed arrays: what a hand-written loop reads. */
export function columnsIn(page: PageColumns): Columns {
  return {
    date: Int32Array.from(page.lane(1)),
    buyer: Int32Array.from(page.lane(2)),
    net: Float64Array.from(page.lane(3)),
    total: Float64Array.from(page.lane(5)),
    status: Uint8Array.from(page.lane(6)),
    buyers: page.dictionary(2).length,
  };
}

const byBuyer = new Float64Array(1024);
const seen = new Uint8Array(24);

/** The eight aggregates by hand. */
export function byHandOf({ date, buyer, net, total, status, buyers }: Columns): ByHand {
  return aggregate(date, buyer, net, total, status, buyers);
}

/** The loops that a careful person would write for this one computation and these records, none of which is later than the as-of day. */
function aggregate(
  date: Int32Array,
  buyer: Int32Array,
  net: Float64Array,
  total: Float64Array,
  status: Uint8Array,
  buyers: number,
): ByHand {
  let valid = 0;
  let voids = 0;
  let sold = 0;
  let lately = 0;
  let netSum = 0;
  let largest = Number.NEGATIVE_INFINITY;
  byBuyer.fill(0, 0, buyers);
  seen.fill(0);
  for (let i = 0; i < status.length; i++) {
    if (status[i] === 1) {
      voids++;
      continue;
    }
    const value = total[i] as number;
    const day = date[i] as number;
    valid++;
    sold += value;
    netSum += net[i] as number;
    if (value > largest) largest = value;
    if (day > yearBefore) lately += value;
    if (day > twoYearsBefore) seen[monthOf[day - twoYearsBefore - 1] as number] = 1;
    const group = buyer[i] as number;
    byBuyer[group] = (byBuyer[group] as number) + value;
  }
  let topBuyer = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < buyers; i++) if ((byBuyer[i] as number) > topBuyer) topBuyer = byBuyer[i] as number;
  let months = 0;
  for (let i = 0; i < seen.length; i++) months += seen[i] as number;
  return { valid, sold, lately, largest, months, topBuyer, voids, netSum };
}

function checkEqual(features: ReadonlyMap<string, Rational | string | undefined>, hand: ByHand): void {
  const all = hand.valid + hand.voids;
  const expected: Readonly<Record<string, Rational>> = {
    invoices: rational(hand.valid),
    sold: rational(hand.sold, 100),
    sold_lately: rational(hand.lately, 100),
    largest: rational(hand.largest, 100),
    months: rational(hand.months),
    top_buyer: rational(hand.topBuyer, hand.sold),
    void_share: rational(hand.voids, all),
    average: rational(hand.netSum, hand.valid * 100),
  };
  for (const [name, value] of Object.entries(expected)) {
    const found = features.get(name);
    if (typeof found !== "object" || compareRational(found, value) !== 0) throw new Error(`${name} differs from what was found by hand`);
  }
}
