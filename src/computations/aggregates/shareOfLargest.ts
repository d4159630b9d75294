import { rational } from "../../model/rational.js";
import { type Aggregate, type InputColumn, numericTypes, type SelectedRecords, type Value } from "./aggregate.js";
import { laneOf, neededLane } from "./lanes.js";

export const shareOfLargest: Aggregate = {
  keyword: "share_of_largest",
  meaning: "the share of the group with the largest sum (or number of records) in the total; missing unless the total is above zero",
  over: { records: true, columns: numericTypes },
  by: { kind: "column", types: ["code", "enum", "boolean"], meaning: "the column whose equal values make a group" },
  gives: "number",
  mayBeMissing: true,
  withinCount: false,
  stepsPerRecord: 6,
  run(records, { column, by }) {
    const amounts = laneOf(records, column);
    const groups = neededLane(records, by);
    const count = groupCount(groups, by);
    const sums = records.scratch.numbers(count).fill(0, 0, count);
    const size = addGroups(records, amounts, groups, sums);
    return size <= Number.MAX_SAFE_INTEGER ? share(sums.subarray(0, count)) : bigShare(bigGroups(records, amounts, groups));
  },
};

/** Texts are numbered in the order of their first use, so the lane alone tells how many there are: reading them would cost far more. */
function groupCount(groups: Float64Array, by: InputColumn | undefined): number {
  if (by?.column.type !== "code") return by?.column.members?.length ?? 2;
  let last = -1;
  for (let i = 0; i < groups.length; i++) if ((groups[i] as number) > last) last = groups[i] as number;
  return last + 1;
}

/** Adds each record's amount (one, without amounts) to its group. Gives the sum of the sizes: past 2^53 the sums are not exact. */
function addGroups(
  { selection, count }: SelectedRecords,
  amounts: Float64Array | undefined,
  groups: Float64Array,
  sums: Float64Array,
): number {
  let size = 0;
  for (let i = 0; i < count; i++) {
    const record = selection[i] as number;
    const group = groups[record] as number;
    const amount = amounts === undefined ? 1 : (amounts[record] as number);
    if (!Number.isNaN(group) && !Number.isNaN(amount)) {
      sums[group] = (sums[group] as number) + amount;
      size += Math.abs(amount);
    }
  }
  return size;
}

function share(sums: Float64Array): Value {
  let total = 0;
  let largest = Number.NEGATIVE_INFINITY;
  for (const sum of sums) {
    total += sum;
    if (sum > largest) largest = sum;
  }
  return total > 0 ? rational(BigInt(largest), BigInt(total)) : undefined;
}

function bigGroups({ selection, count }: SelectedRecords, amounts: Float64Array | undefined, groups: Float64Array): Iterable<bigint> {
  const sums = new Map<number, bigint>();
  for (let i = 0; i < count; i++) {
    const record = selection[i] as number;
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
