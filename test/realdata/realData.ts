import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/*
 * Real records lie outside the repository: in the folder that FROSTGLASS_DATA names, or in ../shared/data. Where they are not there, or Python is
 * not, the tests here say so and skip.
 */

const here = fileURLToPath(new URL(".", import.meta.url));
export const repository = fileURLToPath(new URL("../..", import.meta.url));

const folder = process.env.FROSTGLASS_DATA ?? join(repository, "../shared/data");

/** A file or folder of the real data. */
export function realData(...path: readonly string[]): string {
  return join(folder, ...path);
}

/** A file beside these tests. */
export function beside(...path: readonly string[]): string {
  return join(here, ...path);
}

/** True, with a printed reason, when a test on this set of real records cannot run here. */
export function cannotRunOn(set: string): boolean {
  const reason = existsSync(realData(set)) ? missingPython() : `there is no folder ${realData(set)}; FROSTGLASS_DATA may name another`;
  if (reason !== undefined) console.log(`Tests on the real records of ${set} are skipped: ${reason}.`);
  return reason !== undefined;
}

/** True, with a printed reason, when there is no Python to compute the same independently. */
export function cannotRunPython(): boolean {
  const reason = missingPython();
  if (reason !== undefined) console.log(`Tests against an independent program are skipped: ${reason}.`);
  return reason !== undefined;
}

function missingPython(): string | undefined {
  try {
    execFileSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 8))"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "there is no python3 of version 3.8 or newer to compute the same independently";
  }
}

const run = promisify(execFile);

/** The JSON that an independent program of oracle/ prints. */
export async function oracle<Result>(program: string, ...args: readonly string[]): Promise<Result> {
  const options = { maxBuffer: 1 << 28, env: { ...process.env, PYTHONUTF8: "1" } };
  const { stdout } = await run("python3", ["-B", beside("oracle", program), ...args], options);
  return JSON.parse(stdout) as Result;
}

/** Where two values made of records, lists and plain values differ, one line each: short, where a diff of all firms would be endless. */
export function differences(found: unknown, wanted: unknown, place = ""): readonly string[] {
  if (Object.is(found, wanted)) return [];
  if (!isComposite(found) || !isComposite(wanted)) return [`${place}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`];
  const keys = new Set([...Object.keys(found), ...Object.keys(wanted)]);
  return [...keys].flatMap((key) => differences(found[key], wanted[key], place === "" ? key : `${place} / ${key}`));
}

function isComposite(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
