import { type DestinationStream, destination, type Logger, pino } from "pino";

/** Log lines of a process that faces the network. A line names routes, statuses, request ids and error codes; never a body, a path as sent or a query string. */
export type Log = Pick<Logger, "debug" | "info" | "warn" | "error" | "isLevelEnabled">;

export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

// No line is written with these names. They are struck out all the same, so that a careless line added later does not let them through.
const secretNames = ["body", "jws", "query", "answer", "consent", "subject", "outcome", "headers", "url", "path", "key", "opening", "salt"];

/** A JSON-lines log of one role to `stream`, by default standard error (standard output carries the line that says that the process is ready). */
export function createLog(role: string, level: LogLevel, stream: DestinationStream = standardError()): Log {
  return pino(
    {
      level,
      base: { role, pid: process.pid },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`]), censor: "[withheld]" },
    },
    stream,
  );
}

/** Written at once: a buffered stream whose reader is gone would keep the process from ending. */
function standardError(): DestinationStream {
  return destination({ dest: 2, sync: true });
}

/**
 * A fault as a log line may show it: its class, its code and where it was thrown, without its message, which could quote what a caller
 * sent.
 */
export function faultFacts(thrown: unknown): Record<string, unknown> {
  if (!(thrown instanceof Error)) return { fault: typeof thrown };
  const frames = (thrown.stack ?? "").split("\n").filter((line) => /^ {4}at /.test(line));
  return { fault: thrown.name, ...("code" in thrown && { cause: String(thrown.code) }), frames: frames.map((line) => line.trim()) };
}
