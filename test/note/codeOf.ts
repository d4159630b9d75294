import { FrostglassError } from "../../src/errors/error.js";

/**
 * The code of the error that a call throws; undefined when it throws none. Anything but a FrostglassError goes on up and fails the test.
 */
export function codeOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof FrostglassError) return thrown.code;
    throw thrown;
  }
}

/** The same for a promise. */
export async function codeOfAsync(promise: Promise<unknown>): Promise<string | undefined> {
  const outcome = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return outcome === undefined
    ? undefined
    : codeOf(() => {
        throw outcome;
      });
}
