import { encodeUtf8 } from "../../bytes/utf8.js";
import { type Digest, digestOf } from "../../model/digest.js";
import { formatDecimal } from "../../model/rational.js";
import { formatBits } from "../../wire/bits.js";
import type { Cell } from "./cells.js";
import type { Leakage } from "./leakage.js";
import { outcomeKey } from "./outcomes.js";
import type { Told } from "./told.js";
import { warningsOf } from "./warnings.js";

/** More cells of one feature than this are counted, not listed. */
const mostCellsShown = 24;

/**
 * The leakage report as exact text, `leakage/1`: JSON, two spaces a level, members in the order below, ended by one newline; counts that can be
 * large are decimal texts, cells stand as intervals. It is a function of the manifest (but for comments) and of the columns that it reads: a column
 * that is added to a schema, or that nothing reads, does not change it.
 */
export function formatLeakage(leakage: Leakage): string {
  return `${JSON.stringify(leakageReport(leakage), undefined, 2)}\n`;
}

/** SHA-256 of the report's exact text: what reviewers sign beside the manifest. */
export function leakageDigest(leakage: Leakage): Digest {
  return digestOf(encodeUtf8(formatLeakage(leakage)));
}

/** The report as a JSON value. */
export function leakageReport(leakage: Leakage) {
  const { id, version, datasets, parameters, outcomes, millibits, askings, turning, asked, cost } = leakage;
  return {
    frostglass: "leakage/1",
    computation: { id, version },
    reads: datasets.map(({ alias, dataset, touched }) => ({ alias, dataset, columns: touched })),
    parameters: parameters.map(({ name, choices }) => ({ name, choices })),
    answers: outcomes.answers.toString(),
    outcomes: outcomes.listed?.map(outcomeKey) ?? null,
    bits_per_answer: formatBits(millibits),
    all_parameters: { askings: askings.choices.toString(), bits: formatLargeBits(askings.millibits) },
    features: leakage.told.map(featureReport),
    reasons: leakage.reasons.map(({ code, lines, tells }) => ({ code, lines, tells: tells ?? null })),
    one_record: {
      turns_from: turning.records,
      through: turning.through.map(({ kind, name, records, narrow }) => ({ kind, name, records, narrow_line: narrow?.line ?? null })),
    },
    least_records: Object.fromEntries(asked.map(({ dataset, records }) => [dataset, records])),
    cost: {
      per_record: Object.fromEntries(cost.perRecord.map(({ alias, steps }) => [alias, steps])),
      worst_page: cost.worstPage,
      fixed: cost.fixed,
    },
    warnings: warningsOf(leakage).map(({ kind, name, count, place }) => ({ warning: kind, name, count, line: place.line })),
  };
}

function featureReport({ name, askings, variants, count, cells, pinned, moved }: Told) {
  const listed = cells !== undefined && cells.length <= mostCellsShown ? cells.map(formatCell) : null;
  return { name, askings: askings.toString(), values: variants.toString(), cells: count.toString(), known_as: listed, pinned, moved };
}

/** `[0, 5)`, `(-inf, 5)`, `{A, B}`, `other`, `missing`: square brackets where the end itself belongs to it. */
export function formatCell(cell: Cell): string {
  if (cell.kind === "texts") return `{${cell.texts.join(", ")}}`;
  if (cell.kind !== "interval") return cell.kind;
  const low = cell.low === undefined ? "(-inf" : `${cell.low.after ? "(" : "["}${formatDecimal(cell.low.at)}`;
  const high = cell.high === undefined ? "inf)" : `${formatDecimal(cell.high.at)}${cell.high.after ? "]" : ")"}`;
  return `${low}, ${high}`;
}

/** As `formatBits`, of any size. */
export function formatLargeBits(millibits: bigint): string {
  return `${millibits / 1000n}.${(millibits % 1000n).toString().padStart(3, "0")}`;
}
