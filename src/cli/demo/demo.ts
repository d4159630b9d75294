import type { Command } from "commander";
import { exitCouldNot, reportFailure } from "../verb.js";
import { runDemo } from "./runDemo.js";

interface DemoFlags {
  readonly once?: boolean;
  readonly dir?: string;
  readonly seed: string;
}

/** `frostglass demo`: the whole story with a sample federation. It speaks for people only, so it has no `--json`. */
export function addDemo(program: Command): void {
  program
    .command("demo")
    .description("tell the whole story with generated records and two nodes on this machine")
    .option("--once", "end after the story instead of keeping the nodes up until Ctrl-C")
    .option("--dir <dir>", "keep everything in this new folder (default: a temporary one, removed at the end)")
    .option("--seed <text>", "the same seed gives the same firms and records", "frostglass")
    .addHelpText("after", "\nExample:\n  frostglass demo --once\n")
    .action(async ({ once = false, dir, seed }: DemoFlags) => {
      try {
        process.exitCode = await runDemo({ once, dir, seed, out: process.stdout });
      } catch (thrown) {
        process.exitCode = exitCouldNot;
        reportFailure(thrown, false);
      }
    });
}
