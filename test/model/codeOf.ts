import { FrostglassError } from "../../src/errors/error.js";

/** The code of the FrostglassError that `attempt` throws; "nothing thrown" when it does not; anything else is thrown on. */
export function codeOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (thrown) {
    if (thrown instanceof FrostglassError) return thrown.code;
    throw thrown;
  }
  return "nothing thrown";
}

/** The FrostglassError that `attempt` throws. */
export function errorOf(attempt: () => unknown): FrostglassError {
  try {
    attempt();
  } catch (thrown) {
    if (thrown instanceof FrostglassError) return thrown;
    throw thrown;
  }
  throw new Error("nothing was thrown");
}
