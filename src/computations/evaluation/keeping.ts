/*
 * The loops that filter records. Where a test is a comparison they write every record and move on only past those that pass: which records pass
 * is nothing that a processor can foresee, and a wrong guess costs it more than the write. `| 0` keeps the count an integer of 32 bits for the compiler.
 */

/** Indexes of records; only the first `count` count. */
export interface Selected {
  readonly selection: Int32Array;
  readonly count: number;
}

/** Keeps the records whose value lies between the two, both included (and those without one, if so asked). Gives how many. */
export function keepBetween(
  lane: Float64Array,
  { selection, count }: Selected,
  kept: Int32Array,
  low: number,
  high: number,
  missing: boolean,
): number {
  if (missing) return keepBetweenOrMissing(lane, selection, count, kept, low, high);
  if (count === lane.length) return keepOfAll(lane, kept, low, high);
  let left = 0;
  for (let i = 0; i < count; i++) {
    const record = selection[i] as number;
    const value = lane[record] as number;
    kept[left] = record;
    left = (left + (Number(value >= low) & Number(value <= high))) | 0;
  }
  return left;
}

// A selection that holds as many records as there are is all of them, in order.
function keepOfAll(lane: Float64Array, kept: Int32Array, low: number, high: number): number {
  let left = 0;
  for (let record = 0; record < lane.length; record++) {
    const value = lane[record] as number;
    kept[left] = record;
    left = (left + (Number(value >= low) & Number(value <= high))) | 0;
  }
  return left;
}

function keepBetweenOrMissing(
  lane: Float64Array,
  selection: Int32Array,
  count: number,
  kept: Int32Array,
  low: number,
  high: number,
): number {
  let left = 0;
  for (let i = 0; i < count; i++) {
    const record = selection[i] as number;
    const value = lane[record] as number;
    kept[left] = record;
    left = (left + (Number(!(value < low)) & Number(!(value > high)))) | 0;
  }
  return left;
}

/** Keeps the records with a value other than `member`. */
export function keepOthers(lane: Float64Array, { selection, count }: Selected, kept: Int32Array, member: number): number {
  let left = 0;
  for (let i = 0; i < count; i++) {
    const record = selection[i] as number;
    const value = lane[record] as number;
    kept[left] = record;
    left = (left + (Number(value < member) | Number(value > member))) | 0;
  }
  return left;
}

/** Keeps the records whose value is one of `members` (or, with `keep` false, none of them), and those without a value if so asked. */
export function keepMembers(
  lane: Float64Array,
  { selection, count }: Selected,
  kept: Int32Array,
  members: readonly number[],
  keep: boolean,
  missing: boolean,
): number {
  let left = 0;
  for (let i = 0; i < count; i++) {
    const record = selection[i] as number;
    const value = lane[record] as number;
    if (Number.isNaN(value) ? missing : members.includes(value) === keep) kept[left++] = record;
  }
  return left;
}

/** Keeps the records without a value. */
export function keepMissing(lane: Float64Array, { selection, count }: Selected, kept: Int32Array): number {
  let left = 0;
  for (let i = 0; i < count; i++) {
    const record = selection[i] as number;
    if (Number.isNaN(lane[record] as number)) kept[left++] = record;
  }
  return left;
}
