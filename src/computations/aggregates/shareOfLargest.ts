import { rational } from "../../model/rational.js";
import { type Aggregate, type InputColumn, numericTypes, type SelectedRecords, type Value } from "./aggregate.js";
import { laneOf, neededLane, rangeOf, safelyAdded } from "./lanes.js";
import { countsOf, mostGroups, type Selected, sumsOf } from "./loops.js";
import { scratchNumbers } from "./scratch.js";

export const shareOfLargest: Aggregate = {
  keyword: "share_of_largest",
  meaning: "the share of the group with the largest sum (or number of records) in the total; missing unless the total is above zero",
  over: { records: true, columns: numericTypes },
  by: { kind: "column", types: ["code", "enum", "boolean"], meaning: "the column whose equal values make a group" },
  gives: "number",
  mayBeMissing: true,
  withinCount: false,
  countSuffices: false,
  stepsPerRecord: 6,
  run(records, { column, by }) {
    const amounts = laneOf(records, column);
    const groups = neededLane(records, by);
    const groupCount = Math.max(0, rangeOf(records, by).most + 1);
    if (arePlain(records, column, by, groupCount))
      return share(
        amounts === undefined ? countsOf(groups, records, groupCount) : sumsOf(amounts, groups, records, groupCount),
        groupCount,
      );
    const sums = scratchNumbers(groupCount).fill(0, 0, groupCount);
    const size = addGroups(records, amounts, groups, sums);
    return size <= Number.MAX_SAFE_INTEGER ? share(sums, groupCount) : bigShare(bigGroups(records, amounts, groups));
  },
};

/** True when every record has a group and an amount, the groups are not too many, and plain numbers add the amounts exactly. */
function arePlain(records: SelectedRecords, column: InputColumn | undefined, by: InputColumn | undefined, groupCount: number): boolean {
  if (rangeOf(records, by).gaps || groupCount > mostGroups) return false;
  if (column === undefined) return true;
  const range = rangeOf(records, column);
  return !range.gaps && records.count <= safelyAdded(range);
}

/** Adds each record's amount (one, without amounts) to its group. Gives the sum of the sizes: past 2^53 the sums are not exact. */
function addGroups({ list, start, count }: Selected, amounts: Float64Array | undefined, groups: Float64Array, sums: Float64Array): number {
  let size = 0;
  for (let i = start; i < start + count; i++) {
    const record = list[i] as number;
    const group = groups[record] as number;
    const amount = amounts === undefined ? 1 : (amounts[record] as number);
    if (!Number.isNaN(group) && !Number.isNaN(amount)) {
      sums[group] = (sums[group] as number) + amount;
      size += Math.abs(amount);
    }
  }
  return size;
}

function share(sums: Float64Array, groups: number): Value {
  let total = 0;
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < groups; i++) {
    const sum = sums[i] as number;
    total += sum;
    if (sum > largest) largest = sum;
  }
  return total > 0 ? rational(largest, total) : undefined;
}

function bigGroups({ list, start, count }: Selected, amounts: Float64Array | undefined, groups: Float64Array): Iterable<bigint> {
  const sums = new Map<number, bigint>();
  for (let i = start; i < start + count; i++) {
    const record = list[i] as number;
    const group = groups[record] as number;
    const amount = amounts === undefined ? 1 : (amounts[record] as number);
    if (!Number.isNaN(group) && !Number.isNaN(amount)) sums.set(group, (sums.get(group) ?? 0n) + BigInt(amount));
  }
  return sums.values();
}

function bigShare(sums: Iterable<bigint>): Value {
  let total = 0n;
  let largest: bigint | undefined;
  for (const sum of sums) {
    total += sum;
    if (largest === undefined || sum > largest) largest = sum;
  }
  return largest === undefined || total <= 0n ? undefined : rational(largest, total);
}
