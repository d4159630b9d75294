import type { Selected } from "../aggregates/loops.js";

/*
 * The rarer filters. Each writes the records that pass into the list, from `to` on, and gives how many they are. Where a test is a comparison it
 * writes every record and moves on only past those that pass, as `keepBetween` does.
 */

/** Keeps the records whose value lies between the two, and those without one. */
export function keepBetweenOrMissing(lane: Float64Array, { list, start, count }: Selected, to: number, low: number, high: number): number {
  let left = to;
  for (let i = start; i < start + count; i++) {
    const record = list[i] as number;
    const value = lane[record] as number;
    list[left] = record;
    left = (left + (Number(!(value < low)) & Number(!(value > high)))) | 0;
  }
  return left - to;
}

/** Keeps the records with a value other than `member`. */
export function keepOthers(lane: Float64Array, { list, start, count }: Selected, to: number, member: number): number {
  let left = to;
  for (let i = start; i < start + count; i++) {
    const record = list[i] as number;
    const value = lane[record] as number;
    list[left] = record;
    left = (left + (Number(value < member) | Number(value > member))) | 0;
  }
  return left - to;
}

/** Keeps the records whose value is one of `members` (or, with `keep` false, none of them), and those without a value if so asked. */
export function keepMembers(
  lane: Float64Array,
  { list, start, count }: Selected,
  to: number,
  members: readonly number[],
  keep: boolean,
  missing: boolean,
): number {
  let left = to;
  for (let i = start; i < start + count; i++) {
    const record = list[i] as number;
    const value = lane[record] as number;
    if (Number.isNaN(value) ? missing : members.includes(value) === keep) list[left++] = record;
  }
  return left - to;
}

/** Keeps the records without a value. */
export function keepMissing(lane: Float64Array, { list, start, count }: Selected, to: number): number {
  let left = to;
  for (let i = start; i < start + count; i++) {
    const record = list[i] as number;
    if (Number.isNaN(lane[record] as number)) list[left++] = record;
  }
  return left - to;
}
