import type { Command } from "commander";
import type { Pattern } from "../disclosure/patterns.js";
import type { WitnessingStatus, WitnessStatus } from "../vault/log/witnessing.js";
import { administerHome, type HomeOptions, homeVerb } from "./session.js";
import { counted, type Style, type Terminal } from "./terminal.js";
import { exitDoesNotHold, verb } from "./verb.js";

/** `frostglass status`: what a node is and how it does. */
export function addStatus(program: Command): void {
  const command = homeVerb(program, "status", "show a node's log, epoch and witnesses; exit code 1 while it does not answer").addHelpText(
    "after",
    "\nExample:\n  frostglass status --home ./tax\n",
  );
  verb<HomeOptions>(command, async (terminal, options) => {
    const status = await administerHome(options, { act: "status" });
    const { holder, environment, logSize, epoch, computations, requesters, probing, witnessing } = status;
    const inForce = computations.filter(({ state }) => state === "in-force").length;
    terminal.say(`${terminal.style.bold(holder)}   ${environment}`);
    terminal.say(`  log        ${counted(logSize, "entry", "entries")}`);
    if (status.minimumIndex > 0) terminal.say(`  pruned     entries before ${status.minimumIndex}`);
    terminal.say(`  epoch      ${epoch === undefined ? "none: nothing was imported yet" : `${epoch.number}, as of ${epoch.asOf}`}`);
    terminal.say(`  in force   ${counted(inForce, "computation")}; ${counted(requesters.length, "requester")}`);
    for (const { requester, pattern, times } of probing)
      terminal.say(
        `  ${terminal.style.warn("probing")}    ${requester}: ${patternWords[pattern]}, ${times} ${times === 1 ? "time" : "times"} since the start`,
      );
    if (witnessing === undefined)
      terminal.say(terminal.style.dim("  witnesses  none are named: nobody but the holder vouches for the log"));
    else sayWitnessing(terminal, witnessing);
    terminal.result(status);
    return witnessing?.state === "starting" || witnessing?.state === "stopped" ? exitDoesNotHold : undefined;
  });
}

const patternWords: Readonly<Record<Pattern, string>> = {
  "probing-cutoffs": "many cutoffs of one computation about one subject",
  "probing-computations": "many computations over one dataset about one subject",
  "probing-subjects": "many new subjects in a row that are not on file",
};

function sayWitnessing({ say, style }: Terminal, { state, secondsSinceQuorum, witnesses }: WitnessingStatus): void {
  const since = secondsSinceQuorum === undefined ? "no quorum since the start" : `quorum ${ago(secondsSinceQuorum)}`;
  const paint = { witnessed: style.good, late: style.warn, starting: style.bad, stopped: style.bad }[state];
  say(`  witnesses  ${paint(state)}, ${since}`);
  for (const witness of witnesses) say(`             ${witnessLine(style, witness)}`);
}

function witnessLine(style: Style, { name, result, secondsAgo, size }: WitnessStatus): string {
  const mark = result === "cosigned" ? style.good("✓") : style.bad("✗");
  const last = secondsAgo === undefined ? "has not cosigned since the start" : `cosigned ${ago(secondsAgo)}`;
  const why = {
    cosigned: "",
    "not-asked-yet": "",
    unreachable: "; cannot be reached",
    refused: "; did not cosign the last checkpoint",
    stale: "; its clock and this node's differ too much, or an old cosignature came again",
  };
  const ahead = `; it cosigned ${size ?? "more"} entries already: an older database was put back here (frostglass log refill)`;
  return `${mark} ${name.padEnd(20)} ${last}${{ ...why, behind: ahead, "split-view": "; it saw another view of this log" }[result]}`;
}

function ago(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s ago` : `${Math.round(seconds / 60)} min ago`;
}
