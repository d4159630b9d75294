import { sha256 } from "#crypto";
import type { Cell } from "./cells.js";

/** How counts are protected: none below `least` is shown, and what is shown is rounded to `least`, `least + base`, `least + 2 base` … */
export interface Protection {
  readonly least: number;
  readonly base: number;
}

/** The usual protection: no count below `least`, and rounding to a third of it. */
export function protectionOf(least: number): Protection {
  return { least, base: Math.max(2, Math.floor(least / 3)) };
}

/**
 * A count as it is shown: fixed random rounding, which is up or down with the chance that makes it right on average. The set of firms decides,
 * through their secret tokens: the same set is rounded the same way in every table, run and epoch, so nothing is learnt by asking again; a set
 * with one firm more is rounded on its own, so the difference of two counts does not tell what that firm is.
 */
export function rounded(cell: Cell, { least, base }: Protection): number {
  return least + roundedTo(base, cell.count - least, cell);
}

/** A whole amount rounded to a multiple of `unit`, up or down by the token of the firms that it is of. */
export function roundedTo(unit: number, amount: number, cell: Cell): number {
  const rest = ((amount % unit) + unit) % unit;
  if (rest === 0) return amount;
  return amount - rest + (chance(cell) * unit < rest ? unit : 0);
}

/** From 0 (included) to 1 (excluded), the same for the same firms. */
function chance({ high, low }: Cell): number {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, high);
  view.setInt32(4, low);
  const hash = sha256(bytes);
  return new DataView(hash.buffer, hash.byteOffset).getUint32(0) / 2 ** 32;
}
