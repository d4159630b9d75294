import type { Command } from "commander";
import { readPolicyChange } from "../admission/policyChange.js";
import { asFrostglassError, FrostglassError } from "../errors/error.js";
import { parseDay } from "../model/calendar.js";
import { homeAt } from "../vault/home.js";
import { readText } from "./files.js";
import { administerHome, type HomeOptions, homeVerb } from "./session.js";
import { realSurroundings } from "./surroundings.js";
import { counted } from "./terminal.js";
import { collect, verb, wholeNumber } from "./verb.js";

interface AddOptions extends HomeOptions {
  readonly key: string[];
}

interface RotateOptions extends HomeOptions {
  readonly key: string;
  readonly overlap: number;
}

interface GrantOptions extends HomeOptions {
  readonly computation: string;
  readonly purpose: string[];
  readonly until?: string;
}

const secondsPerDay = 86_400;

/** `frostglass requester`: who may ask, and what. Everything is denied that was not granted. */
export function addRequester(program: Command): void {
  const requester = program.command("requester").description("add requesters, change their keys, grant them computations, cut them off");
  addAdd(requester);
  addRotate(requester);
  addGrant(requester);
  addCutOff(requester);
}

function addAdd(requester: Command): void {
  const add = homeVerb(requester, "add <name>", "make a requester known by its public key")
    .requiredOption("--key <public key>", "what `frostglass keys generate --role requester` printed; may be given several times", collect)
    .addHelpText("after", "\nExample:\n  frostglass requester add bank.example --key 11qYAYKx… --home ./tax\n");
  verb<AddOptions>(add, async (terminal, options, [name = ""]) => {
    const status = await administerHome(options, { act: "add-requester", requester: name, keys: options.key });
    terminal.say(`${terminal.style.good("added")}  ${name}; it may ask nothing until it is granted a computation`);
    terminal.result(status);
    return undefined;
  });
}

function addRotate(requester: Command): void {
  const rotate = homeVerb(requester, "rotate <name>", "give a requester a new key; grants and budgets stay, older keys end")
    .requiredOption("--key <public key>", "the new key, as `frostglass keys generate --role requester` printed it")
    .option("--overlap <days>", "how long the older keys still hold; 0 when one was stolen", wholeNumber, 7)
    .addHelpText("after", "\nExample:\n  frostglass requester rotate bank.example --key 11qYAYKx… --overlap 7 --home ./tax\n");
  verb<RotateOptions>(rotate, async (terminal, options, [name = ""]) => {
    const overlap = options.overlap * secondsPerDay;
    const status = await administerHome(options, { act: "rotate-requester", requester: name, key: options.key, overlap });
    const older = options.overlap === 0 ? "ended" : `hold for ${counted(options.overlap, "more day")}`;
    terminal.say(`${terminal.style.good("rotated")}  ${name} has a new key; older ones ${older}`);
    terminal.result(status);
    return undefined;
  });
}

function addGrant(requester: Command): void {
  const grant = homeVerb(requester, "grant <name>", "let a requester run one computation for stated purposes")
    .requiredOption("--computation <id>", "the computation's id; whichever version is in force may be asked")
    .option("--purpose <purpose>", "may be given several times", collect)
    .option("--until <date>", "the last day, YYYY-MM-DD (default: a year from today)")
    .addHelpText(
      "after",
      "\nExample:\n  frostglass requester grant bank.example --computation sales-continuity --purpose loan-origination --home ./tax\n",
    );
  verb<GrantOptions>(grant, async (terminal, options, [name = ""]) => {
    const from = realSurroundings.now();
    const until = options.until === undefined ? from + 365 * secondsPerDay : (parseDay(options.until) + 1) * secondsPerDay;
    const purposes = options.purpose ?? [];
    if (purposes.length === 0) throw new FrostglassError("admin-invalid", "A grant names at least one --purpose.");
    const status = await administerHome(options, {
      act: "grant",
      requester: name,
      computation: options.computation,
      purposes,
      from,
      until,
    });
    const lastDay = new Date((until - 1) * 1000).toISOString().slice(0, 10);
    terminal.say(`${terminal.style.good("granted")}  ${name} may run ${options.computation} for ${purposes.join(", ")} until ${lastDay}`);
    for (const purpose of purposesUnknown(options.home, purposes))
      terminal.say(terminal.style.warn(`  note     policy.yaml has no purpose ${purpose}: queries for it are refused until one has`));
    terminal.result(status);
    return undefined;
  });
}

/**
 * The purposes that the home's policy file lacks: a mistyped one would be granted in vain. The policy may come later than the grant, so this is no
 * error, and nothing is said of a file that is missing or half written.
 */
function purposesUnknown(dir: string, purposes: readonly string[]): readonly string[] {
  try {
    const { policy } = readPolicyChange(readText(homeAt(dir).policyFile));
    return purposes.filter((purpose) => !policy.purposes.has(purpose));
  } catch (thrown) {
    if (asFrostglassError(thrown) === undefined) throw thrown;
    return [];
  }
}

function addCutOff(requester: Command): void {
  const cutOff = homeVerb(requester, "cut-off <name>", "end everything that a requester was granted, at once").addHelpText(
    "after",
    "\nExample:\n  frostglass requester cut-off bank.example --home ./tax\n",
  );
  verb<HomeOptions>(cutOff, async (terminal, options, [name = ""]) => {
    const status = await administerHome(options, { act: "cut-off", requester: name });
    terminal.say(`${terminal.style.good("cut off")}  ${name}`);
    terminal.result(status);
    return undefined;
  });
}
