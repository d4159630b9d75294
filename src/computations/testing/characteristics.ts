import type { Cut } from "../manifest/cuts.js";
import { binText } from "./binText.js";
import type { Cell, Cells } from "./cells.js";
import type { Tested } from "./report.js";
import { type ResultCounts, resultCounts } from "./results.js";
import { type Protection, rounded, roundedTo } from "./rounding.js";
import { type DividedLine, dividedSeen, partsSeen, type Seen, shareOf } from "./seen.js";
import { evidenceOf } from "./separation.js";
import { indexOf } from "./stability.js";
import { type BinKind, binKinds, leastScore, scoreSpan, type Tally } from "./tally.js";

/** What a bin goes with, as far as it may be seen. */
export interface BinEffect {
  /** The share of yes among the firms with a decision. */
  readonly yes?: number;
  readonly results?: ResultCounts;
}

export interface BinLine extends BinEffect {
  readonly bin: string;
  /** Undefined for no_record. */
  readonly points?: number;
  readonly seen: Seen;
  /** The mean of the scorecard's points over the bin's firms. */
  readonly meanScore?: number;
}

export interface CharacteristicReport {
  readonly feature: string;
  readonly bins: readonly BinLine[];
  /** The bins whose effect is hidden, together. */
  readonly together?: BinEffect;
  readonly informationValue?: number;
  /** Population stability index against the earlier epoch; null where too few firms may be shown. */
  readonly stability?: number | null;
}

export function characteristicReport(tested: Tested, index: number): CharacteristicReport {
  const [name, cuts = []] = tested.computation.manifest.scorecard?.characteristics[index] ?? [];
  const effects = effectsOf(tested, index);
  const seen = partsSeen(firmsByBin(tested.tally, index), tested.protection);
  const together = effects.of(undefined);
  return {
    feature: name?.text ?? "",
    bins: cuts.map((cut, bin) => ({ ...binLine(tested, index, bin, cut, seen[bin] as Seen), ...effects.of(bin) })),
    ...(Object.keys(together).length === 0 ? {} : { together }),
    ...(effects.informationValue === undefined ? {} : { informationValue: effects.informationValue }),
    ...(tested.earlier === undefined ? {} : { stability: stabilityOf(tested, tested.earlier.tally, index) }),
  };
}

function binLine(tested: Tested, index: number, bin: number, cut: Cut<unknown>, seen: Seen): BinLine {
  const { unit = 1, characteristics = [] } = tested.computation.bound.scorecard ?? {};
  const gives = characteristics[index]?.bins[bin]?.gives;
  return {
    bin: binText(cut),
    ...(gives === undefined ? {} : { points: gives / unit }),
    seen,
    ...(typeof seen === "object" ? meanScore(tested, index, bin) : {}),
  };
}

/** The effects of a characteristic's bins; of undefined, those of the hidden ones together. */
function effectsOf(tested: Tested, index: number) {
  const { computation, protection, resultColumn } = tested;
  const yes = computation.bound.output.kind === "decision" ? divided(tested, index, ["yes", "no"]) : undefined;
  const results = resultColumn === undefined ? undefined : divided(tested, index, ["good", "bad"]);
  const evidence = results && evidenceOf(results.map(({ counts: [good, bad] }) => ({ good, bad })));
  return {
    of: (line: number | undefined): BinEffect => ({
      ...yesShare(yes, line, protection),
      ...resultOf(results, line, evidence?.weights ?? [], protection),
    }),
    informationValue: evidence && figure(evidence.value),
  };
}

function yesShare(lines: readonly DividedLine[] | undefined, line: number | undefined, protection: Protection): BinEffect {
  const found = lines?.find((each) => each.line === line);
  return found === undefined ? {} : { yes: shareOf(found.counts[0], found.counts[0] + found.counts[1], protection) };
}

function resultOf(
  lines: readonly DividedLine[] | undefined,
  line: number | undefined,
  weights: readonly number[],
  protection: Protection,
): BinEffect {
  const position = lines?.findIndex((each) => each.line === line) ?? -1;
  const found = lines?.[position];
  return found === undefined ? {} : { results: { ...resultCounts(found.counts, protection), weight: figure(weights[position] ?? 0) } };
}

function divided({ tally, protection }: Tested, index: number, kinds: readonly [BinKind, BinKind]): readonly DividedLine[] | undefined {
  const [a, b] = kinds.map((kind) => cellsOf(tally, index, kind));
  return dividedSeen(a?.map((cell, bin): [Cell, Cell] => [cell, b?.[bin] as Cell]) ?? [], firmsByBin(tally, index), protection);
}

/**
 * The mean of points in a bin. Their sum above the least score is rounded by as much as one firm can add to it, so that one firm cannot be read off
 * two means.
 */
function meanScore({ computation, tally, protection }: Tested, index: number, bin: number): Pick<BinLine, "meanScore"> {
  const scored = cellsOf(tally, index, "scored")[bin] as Cell;
  const span = scoreSpan(computation.bound);
  if (scored.count < protection.least || span === 0) return {};
  const sum = roundedTo(span, tally.scoreSums[index]?.[bin] ?? 0, scored);
  const mean = leastScore(computation.bound) + Math.min(span, sum / rounded(scored, protection));
  return { meanScore: Math.round(mean / (computation.bound.scorecard?.unit ?? 1)) };
}

function stabilityOf({ tally, protection }: Tested, before: Tally, index: number): number | null {
  const then = firmsByBin(before, index);
  const now = firmsByBin(tally, index);
  const lines = now.map((cell, bin): [Cell, Cell] => [cell, then[bin] as Cell]);
  return indexOf(dividedSeen(lines, now, protection)?.map(({ counts }) => counts));
}

function firmsByBin(tally: Tally, index: number): readonly Cell[] {
  return cellsOf(tally, index, "all");
}

function cellsOf(tally: Tally, index: number, kind: BinKind): readonly Cell[] {
  const cells = (tally.bins[index] as Cells).all();
  return cells.filter((_, position) => position % binKinds.length === binKinds.indexOf(kind));
}

/** Figures made by logarithms, to three decimals. */
function figure(value: number): number {
  return Number(value.toFixed(3));
}
