import type { Command } from "commander";
import { examine } from "../vault/doctor/examine.js";
import type { Line } from "../vault/doctor/line.js";
import { homeAt } from "../vault/home.js";
import { realSurroundings } from "./surroundings.js";
import type { Style } from "./terminal.js";
import { exitCouldNot, exitDoesNotHold, exitGood, verb } from "./verb.js";

interface DoctorOptions {
  readonly home: string;
}

/** `frostglass doctor`: looks a home over. */
export function addDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .description(
      "look a holder's home over without its passphrase; exit code 0 all is well, 1 something should be done, 2 something is wrong",
    )
    .requiredOption("--home <dir>", "the holder's home")
    .addHelpText("after", "\nExample:\n  frostglass doctor --home ./tax\n");
  verb<DoctorOptions>(command, async (terminal, { home }) => {
    const lines = await examine(homeAt(home), realSurroundings.now());
    for (const line of lines) terminal.say(formatLine(terminal.style, line));
    terminal.result({ lines });
    if (lines.some(({ result }) => result === "bad")) return exitCouldNot;
    return lines.some(({ result }) => result === "warn") ? exitDoesNotHold : exitGood;
  });
}

function formatLine(style: Style, { check, result, words, next }: Line): string {
  const paint = { ok: style.good, warn: style.warn, bad: style.bad }[result];
  return `${paint(result.padEnd(4))}  ${check.padEnd(11)}  ${words}${next === undefined ? "" : `\n                   ${style.dim("next")}  ${next}`}`;
}
