import { existsSync, readFileSync, rmSync } from "node:fs";
import { FrostglassError } from "../../../errors/error.js";
import type { Home } from "../../home.js";
import { writeAtomically } from "../publisher.js";

/*
 * That a log was refilled is an entry of it, and the first one after. It may be signed only once the witnesses agree that nothing beyond was
 * signed before; until then this file keeps in mind what was refilled:
 *
 *   frostglass-refill/1
 *   from 4711
 *   to 4800
 */

/** The sizes of a log before and after it was refilled. */
interface RefillMark {
  readonly from: number;
  readonly to: number;
}

const count = "(0|[1-9][0-9]{0,14})";
const form = new RegExp(`^frostglass-refill/1\\nfrom ${count}\\nto ${count}\\n$`);

/**
 * The size that a log of `size` entries had before it was refilled, while it does not say so yet. Throws `refill-unfinished` where only some of the entries
 * came back, since signing on top of them would fork the log, and `refill-mark-damaged`.
 */
export function pendingRefill(home: Home, size: number): number | undefined {
  const mark = readMark(home);
  if (mark === undefined) return undefined;
  if (size < mark.to) throw new FrostglassError("refill-unfinished", "A refill of the log was interrupted.", { ...mark });
  if (size === mark.to) return mark.from;
  clearRefill(home); // killed between the commit of the entry and this
  return undefined;
}

/** Written before the first entry comes back; a refill that goes on after an interruption keeps the first size. */
export function markRefill(home: Home, { from, to }: RefillMark): void {
  writeAtomically(home.refillFile, `frostglass-refill/1\nfrom ${readMark(home)?.from ?? from}\nto ${to}\n`);
}

export function clearRefill({ refillFile }: Home): void {
  rmSync(refillFile, { force: true });
}

/** Throws `refill-mark-damaged`. */
export function readMark({ refillFile }: Home): RefillMark | undefined {
  if (!existsSync(refillFile)) return undefined;
  const [, from, to] = form.exec(readFileSync(refillFile, "utf8")) ?? [];
  if (from !== undefined && to !== undefined) return { from: Number(from), to: Number(to) };
  throw new FrostglassError("refill-mark-damaged", "The home's note on its refill cannot be read.");
}
