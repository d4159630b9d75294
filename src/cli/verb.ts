import { type Command, InvalidArgumentError } from "commander";
import { asFrostglassError, type FrostglassError } from "../errors/error.js";
import { createStyle, createTerminal, shown, type Terminal, wantsColour } from "./terminal.js";

/** Exit codes of every verb: good; the answer is "does not hold"; could not do it. */
export const exitGood = 0;
export const exitDoesNotHold = 1;
export const exitCouldNot = 2;

/** What a verb's action returns: nothing for good, or its exit code. */
export type VerbResult = Promise<number | undefined>;

/**
 * Gives a verb `--json`, and one way to end: the exit code that its action returns, or, when it throws, the error on standard error with what to
 * do next and exit code 2.
 */
export function verb<Options>(command: Command, act: (terminal: Terminal, options: Options, args: string[]) => VerbResult): Command {
  command.option("--json", "print the result as one JSON value");
  return command.action(async (...given: unknown[]) => {
    const options = command.optsWithGlobals() as Options & { json?: boolean };
    const args = given.slice(0, command.registeredArguments.length).flat() as string[];
    try {
      process.exitCode = (await act(createTerminal(options.json === true), options, args)) ?? exitGood;
    } catch (thrown) {
      process.exitCode = exitCouldNot;
      reportFailure(thrown, options.json === true);
    }
  });
}

/** Prints a failure: coded errors say what to do next; anything else is a fault of ours and shows its stack. */
export function reportFailure(thrown: unknown, json: boolean): void {
  const error = asFrostglassError(thrown);
  if (json) process.stdout.write(`${shown(JSON.stringify({ error: errorValue(error) }))}\n`);
  if (json && error !== undefined) return;
  const style = createStyle(wantsColour(process.stderr));
  if (error === undefined) {
    process.stderr.write(`${style.bad("fault")}  ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`);
    return;
  }
  process.stderr.write(`${style.bad(error.code)}  ${shown(error.message)}\n`);
  for (const line of detailLines(error)) process.stderr.write(`  ${line}\n`);
  process.stderr.write(`${style.dim("next")}  ${error.next}\n`);
}

function errorValue(error: FrostglassError | undefined): Record<string, unknown> {
  if (error === undefined) return { code: "fault" };
  const { code, message, next, facts } = error;
  return { ...facts, code, message, next, ...("problems" in error ? { problems: error.problems } : {}) };
}

/** Errors that list several findings (a manifest's problems, say) carry them as `problems`. */
function detailLines(error: unknown): string[] {
  const problems =
    (error as { problems?: readonly { line?: number; column?: number; message: string; expected?: string }[] }).problems ?? [];
  return problems.map(({ line, column, message, expected }) => {
    const place = line === undefined ? "" : `${line}:${column ?? 1}  `;
    return `${place}${message}${expected === undefined ? "" : ` (expected ${expected})`}`;
  });
}

/** Collects an option that may be given several times. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("It has to be a whole number.");
  return Number(text);
}
