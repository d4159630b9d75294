import { asFrostglassError } from "../errors/error.js";
import type { Door } from "../http/door.js";

/** Alarms of the vault since its start, by code. */
export type AlarmCounts = Readonly<Record<string, number>>;

/** The vault's alarms as it states them at the door; undefined when it does not reply, or in another form than expected. */
export async function readAlarms(door: Door): Promise<AlarmCounts | undefined> {
  try {
    return countsIn(JSON.parse((await door.ask("ping", "")).body));
  } catch (thrown) {
    if (asFrostglassError(thrown) === undefined && !(thrown instanceof SyntaxError)) throw thrown;
    return undefined;
  }
}

/** Only codes and whole numbers become labels and samples of a metric. */
function countsIn(reply: unknown): AlarmCounts | undefined {
  const alarms = typeof reply === "object" && reply !== null && "alarms" in reply ? reply.alarms : undefined;
  if (typeof alarms !== "object" || alarms === null) return undefined;
  const entries = Object.entries(alarms).filter(([code, count]) => codePattern.test(code) && Number.isSafeInteger(count) && count >= 0);
  return Object.fromEntries(entries.slice(0, mostCodes)) as AlarmCounts;
}

const codePattern = /^[a-z][a-z0-9-]{0,63}$/;
const mostCodes = 64;
