import type { Command } from "commander";
import type { EpochStatus } from "../vault/records/history.js";
import { administerHome, type HomeOptions, homeVerb } from "./session.js";
import type { Style } from "./terminal.js";
import { verb } from "./verb.js";

/** `frostglass epoch`: what was published, and what of it is kept. */
export function addEpoch(program: Command): void {
  const epoch = program.command("epoch").description("list a holder's epochs: what each import published, and which are still kept");
  const list = homeVerb(
    epoch,
    "list",
    "print every epoch: number, as-of date, when it was published, root, whether it is kept",
  ).addHelpText("after", "\nExample:\n  frostglass epoch list --home ./tax\n");
  verb<HomeOptions>(list, async (terminal, options) => {
    const { epochs } = await administerHome(options, { act: "status" });
    for (const each of epochs) terminal.say(epochLine(terminal.style, each, each === epochs.at(-1)));
    if (epochs.length === 0) terminal.say("none: nothing was imported yet");
    terminal.result(epochs);
    return undefined;
  });
}

const shownDigits = "sha256:".length + 12;

function epochLine(style: Style, { number, asOf, at, root, kept }: EpochStatus, inForce: boolean): string {
  const published = new Date(at * 1000).toISOString().replace(".000Z", "Z");
  const state = inForce ? style.good("in force") : kept ? "kept" : style.dim("not kept: its answers cannot be computed again");
  return `${String(number).padStart(5)}  as of ${asOf}  published ${published}  ${style.dim(`${root.slice(0, shownDigits)}…`)}  ${state}`;
}
