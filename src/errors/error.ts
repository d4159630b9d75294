import { type ErrorCode, errorCodes } from "./codes.js";

/** Facts that a caller or an operator may see: never a subject id, a record value or a key. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

/**
 * Every failure that Frostglass reports on purpose. `code` is stable and comes from the closed list in `codes.ts`; tests and callers ask
 * for the code. `message` is one sentence about this case; `next` says what to do about it.
 */
export class FrostglassError extends Error {
  readonly code: ErrorCode;
  readonly facts: Facts;

  constructor(code: ErrorCode, message: string, facts: Facts = {}, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = "FrostglassError";
    this.code = code;
    this.facts = facts;
  }

  /** An error that another Frostglass process reported; a code that this version does not know becomes `internal-fault`. */
  static fromProblem(code: string, message: string): FrostglassError {
    return new FrostglassError(Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : "internal-fault", message);
  }

  get next(): string {
    return errorCodes[this.code].next;
  }

  /** The HTTP status that the gateway gives this code (RFC 9457 problem document). */
  get status(): number {
    return errorCodes[this.code].status;
  }
}

/** The FrostglassError in `thrown`, if it is one and (where a code is given) has that code. */
export function asFrostglassError(thrown: unknown, code?: ErrorCode): FrostglassError | undefined {
  if (!(thrown instanceof FrostglassError)) return undefined;
  return code === undefined || thrown.code === code ? thrown : undefined;
}
