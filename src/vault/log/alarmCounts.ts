import type { ErrorCode } from "../../errors/codes.js";
import type { FrostglassError } from "../../errors/error.js";

/** What the operator must look into though nothing was done: counted since the start, and told at once. */
export class AlarmCounts {
  readonly #counts = new Map<ErrorCode, number>();
  /** Called with each alarm. */
  onAlarm: (error: FrostglassError) => void = () => undefined;

  raise(error: FrostglassError): void {
    this.#counts.set(error.code, (this.#counts.get(error.code) ?? 0) + 1);
    this.onAlarm(error);
  }

  /** By code. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
