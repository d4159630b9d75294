import { type Command, Option } from "commander";
import { FrostglassError } from "../../errors/error.js";
import { parseDay } from "../../model/calendar.js";
import { type Digest, parseDigest } from "../../model/digest.js";
import { type RevocationReason, revocationReasons, revocationSentence } from "../../model/revocation.js";
import type { ComputationStatus, NodeStatus } from "../../vault/nodeStatus.js";
import { administerHome, type HomeOptions, homeVerb } from "../session.js";
import type { Style } from "../terminal.js";
import { verb, wholeNumber } from "../verb.js";
import { readComputationFile } from "./read.js";

/* `frostglass computation add`, `expire`, `revoke` and `list`: each act is in force at the next query, and in the log. */

interface AddOptions extends HomeOptions {
  readonly validUntil?: string;
  readonly supersede?: boolean;
  readonly overlapDays?: number;
}

const secondsPerDay = 86_400;
const lastDayOption = ["--valid-until <date>", "the last day (UTC) on which it may be asked, YYYY-MM-DD"] as const;

/** The instant after a last day. */
function endOf(day: string | undefined): { readonly until?: number } {
  return day === undefined ? {} : { until: (parseDay(day) + 1) * secondsPerDay };
}

export function addAdd(computation: Command): void {
  const add = homeVerb(computation, "add <note>", "put an approved computation in force, at once and in the log")
    .option(...lastDayOption)
    .option("--supersede", "let it take the place of the versions of its id that are in force; it has to be newer than they are")
    .option("--overlap-days <number>", "with --supersede: how long these may still be asked (default: not at all)", wholeNumber)
    .addHelpText(
      "after",
      "\nExamples:\n  frostglass computation add sales-continuity.yaml.note --home ./tax\n  frostglass computation add sales-continuity-1.1.0.yaml.note --home ./tax --supersede --overlap-days 30\n",
    );
  verb<AddOptions>(add, async (terminal, options, [path = ""]) => {
    const { note } = readComputationFile(path);
    if (note === undefined) throw new FrostglassError("approval-missing", "This is a manifest that nobody has signed yet.");
    if (options.overlapDays !== undefined && options.supersede !== true)
      throw new FrostglassError("admin-invalid", "--overlap-days goes with --supersede.");
    const supersede = options.supersede === true ? { supersede: { overlap: (options.overlapDays ?? 0) * secondsPerDay } } : {};
    const { computations } = await administerHome(options, {
      ...{ act: "add-computation", note: note.full },
      ...endOf(options.validUntil),
      ...supersede,
    });
    const added = computations.at(-1);
    if (added !== undefined) terminal.say(statusLine(terminal.style, added));
    const others = computations.filter(
      ({ id, digest, state, until }) => id === added?.id && digest !== added.digest && state !== "revoked" && until !== undefined,
    );
    if (options.supersede === true) for (const other of others) terminal.say(statusLine(terminal.style, other));
    terminal.result(added);
    return undefined;
  });
}

interface ExpireOptions extends HomeOptions {
  readonly validUntil?: string;
}

export function addExpire(computation: Command): void {
  const expire = homeVerb(
    computation,
    "expire <digest>",
    "let a computation end on a day, or now; a day that was set before and has not come is moved",
  )
    .option(lastDayOption[0], `${lastDayOption[1]} (default: it ends now)`)
    .addHelpText("after", "\nExample:\n  frostglass computation expire sha256:9f86d0… --valid-until 2026-12-31 --home ./tax\n");
  verb<ExpireOptions>(expire, async (terminal, options, [digest = ""]) => {
    const computation = parseDigest(digest);
    const status = await administerHome(options, { act: "expire-computation", computation, ...endOf(options.validUntil) });
    sayEnded(terminal, status, computation);
    return undefined;
  });
}

interface RevokeOptions extends HomeOptions {
  readonly reason?: RevocationReason;
}

export function addRevoke(computation: Command): void {
  const reasons = revocationReasons.map((reason) => `  ${reason.padEnd(20)} ${revocationSentence(reason)}`).join("\n");
  const revoke = homeVerb(computation, "revoke <digest>", "take a computation out of force at once and for good, by its digest")
    .addOption(new Option("--reason <reason>", "why; it will be in the log").choices(revocationReasons))
    .addHelpText(
      "after",
      `\nReasons:\n${reasons}\n\nExample:\n  frostglass computation revoke sha256:9f86d0… --reason faulty --home ./tax\n`,
    );
  verb<RevokeOptions>(revoke, async (terminal, options, [digest = ""]) => {
    const computation = parseDigest(digest);
    const { reason } = options;
    const status = await administerHome(options, { act: "revoke-computation", computation, ...(reason === undefined ? {} : { reason }) });
    sayEnded(terminal, status, computation);
    return undefined;
  });
}

export function addList(computation: Command): void {
  const list = homeVerb(computation, "list", "list what was approved here, and how it stands").addHelpText(
    "after",
    "\nExample:\n  frostglass computation list --home ./tax\n",
  );
  verb<HomeOptions>(list, async (terminal, options) => {
    const { computations } = await administerHome(options, { act: "status" });
    const width = Math.max(...computations.map((each) => standing(each).length));
    for (const each of computations) terminal.say(statusLine(terminal.style, each, width));
    if (computations.length === 0) terminal.say("Nothing is approved here yet: frostglass computation check FILE, then approve, then add.");
    terminal.result(computations);
    return undefined;
  });
}

function sayEnded({ say, result, style }: Parameters<Parameters<typeof verb>[1]>[0], { computations }: NodeStatus, digest: Digest): void {
  const ended = computations.find((each) => each.digest === digest);
  if (ended !== undefined) say(statusLine(style, ended));
  result(ended);
}

/** `in force until 2026-12-31  sales-continuity 1.0.0   sha256:…`; the first part is padded to the width. */
function statusLine({ good, warn, dim }: Style, status: ComputationStatus, width = 0): string {
  const { id, version, digest, state } = status;
  const words = standing(status);
  const painted = state === "in-force" ? good(words) : warn(words);
  return `${painted}${" ".repeat(Math.max(0, width - words.length))}  ${id} ${version}   ${dim(digest)}`;
}

/** `in force until 2026-12-31`, `revoked`. */
function standing({ state, until }: ComputationStatus): string {
  return state === "in-force" && until !== undefined ? `in force until ${lastDayBefore(until)}` : state.replaceAll("-", " ");
}

/** An end at midnight is told as the day before it, any other with its time. */
function lastDayBefore(until: number): string {
  if (until % secondsPerDay === 0) return new Date((until - 1) * 1000).toISOString().slice(0, 10);
  return `${new Date(until * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
