import { asFrostglassError } from "../../errors/error.js";

/** One thing that was looked at. */
export interface Line {
  /** What was looked at; stable, for programs. */
  readonly check: string;
  /** `warn`: the node goes on, and something should be done; `bad`: it does not start or go on, or should not. */
  readonly result: "ok" | "warn" | "bad";
  readonly words: string;
  /** What to do; never with `ok`. */
  readonly next?: string;
}

/** What a check found, before it has its name. */
export type Found = Omit<Line, "check">;

export function ok(words: string): Found {
  return { result: "ok", words };
}

export function warn(words: string, next: string): Found {
  return { result: "warn", words, next };
}

export function bad(words: string, next: string): Found {
  return { result: "bad", words, next };
}

/** Makes one look; a coded error of it is a finding too, with the error's own advice. */
export function look(check: string, examine: () => Found): Line {
  try {
    return { check, ...examine() };
  } catch (thrown) {
    const error = asFrostglassError(thrown);
    if (error === undefined) throw thrown;
    return { check, ...bad(`${error.message} [${error.code}]`, error.next) };
  }
}
