import { z } from "zod";
import type { ErrorCode } from "../errors/codes.js";
import { asFrostglassError, FrostglassError } from "../errors/error.js";
import { parseStrictJson } from "../wire/strictJson.js";
import type { Act } from "./acts/act.js";
import { acts } from "./acts/index.js";
import { type NodeStatus, statusOf } from "./nodeStatus.js";
import { aloneWithRecords } from "./records/aloneWithRecords.js";
import type { Vault } from "./vault.js";

/*
 * Acts of administration. Each is one commit: its log entry, the texts that it names, and its effect at the very next query. They come through the
 * admin socket of a running vault, or from the command line that holds the home's lock; both end here. What each act does is in `acts/`.
 */

const statusShape = z.strictObject({ act: z.literal("status") });

type Shapes = { [Name in keyof typeof acts]: (typeof acts)[Name]["shape"] }[keyof typeof acts];

const commandShape = z.discriminatedUnion("act", [statusShape, ...(Object.values(acts).map(({ shape }) => shape) as Shapes[])]);

export type AdminCommand = z.input<typeof commandShape>;
type ParsedCommand = z.output<typeof commandShape>;

/** Parses a command that came over the admin socket. Throws `admin-invalid`. */
export function parseCommand(text: string): ParsedCommand {
  const parsed = commandShape.safeParse(parseStrictJson(text, { maxDepth: 6 }));
  if (parsed.success) return parsed.data;
  throw new FrostglassError(
    "admin-invalid",
    `The administration command is not of a known form: ${parsed.error.issues[0]?.path.join(".") ?? ""}.`,
  );
}

/** Carries out one command. When it returns, the act is durable, in the log and in force; when it throws, nothing was done. */
export function administer(vault: Vault, command: ParsedCommand): NodeStatus {
  if (command.act === "add-computation" || command.act === "publish-epoch") vault.state.readNewSchemas();
  if (command.act !== "status") {
    const { carryOut } = acts[command.act] as Act<z.ZodObject>;
    const run = () => vault.administer((batch) => carryOut({ state: vault.state, batch, at: vault.state.now() }, command));
    raisingAlarms(vault, command.act === "erase-subject" ? () => aloneWithRecords(vault, run) : run);
  }
  return statusOf(vault);
}

/** Failures that no honest mistake of the sender's explains: the operator is told, whoever sent the command. */
const alarmCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["computation-conflict"]);

function raisingAlarms(vault: Vault, act: () => void): void {
  try {
    act();
  } catch (thrown) {
    const error = asFrostglassError(thrown);
    if (error !== undefined && alarmCodes.has(error.code)) vault.alarms.raise(error);
    throw thrown;
  }
}
