import { expect } from "vitest";
import type { ErrorCode } from "../../src/errors/codes.js";
import { FrostglassError } from "../../src/errors/error.js";

/** The FrostglassError that `run` throws; fails the test when it throws nothing, anything else, or another code. */
export function refusal(run: () => unknown, code?: ErrorCode): FrostglassError {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(FrostglassError);
  const error = thrown as FrostglassError;
  if (code !== undefined) expect(error.code).toBe(code);
  return error;
}
