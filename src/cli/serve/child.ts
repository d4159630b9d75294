import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { FrostglassError } from "../../errors/error.js";

/** A process of the node that has said it is ready. */
export interface Child {
  readonly pid: number;
  /** The JSON line that it printed when ready. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Resolves with the exit code (null after a signal) when it ends in whatever way. */
  readonly ended: Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
}

/**
 * How V8 (`node --v8-options`) looks after the memory of a process that answers many small questions at once: room for the young, so that what waits for
 * a commit is not copied about; room for the old before they are looked through; and no helper threads, which cost more in locks than they do in work.
 */
const memoryOptions = ["--single-threaded-gc", "--min-semi-space-size=16", "--max-semi-space-size=16", "--initial-old-space-size=256"];

/** Where a child's log lines go. */
export type LogSink = (line: string) => void;

/**
 * Starts one of the node's processes and resolves when it prints its ready line. Standard input stays open until this process ends, so a child never
 * outlives it; `firstInput` is written there. Throws `process-failed` when it ends before it is ready, with the reason that it printed.
 */
export async function startChild(entry: URL, args: readonly string[], firstInput: string, log: LogSink): Promise<Child> {
  const spawned = spawn(process.execPath, [...memoryOptions, fileURLToPath(entry), ...args], { stdio: ["pipe", "pipe", "pipe"] });
  spawned.stdin.on("error", () => undefined); // the child may end before it reads; its exit code tells
  if (firstInput !== "") spawned.stdin.write(`${firstInput}\n`);
  const last = forwardLog(spawned, log);
  const ended = new Promise<number | null>((resolve) => spawned.once("exit", (code) => resolve(code)));
  const ready = await Promise.race([firstLine(spawned.stdout), ended.then(() => undefined)]);
  if (ready === undefined) throw failure(last());
  return {
    pid: spawned.pid ?? 0,
    ready: JSON.parse(ready) as Record<string, unknown>,
    ended,
    signal: (signal) => void spawned.kill(signal),
  };
}

function forwardLog(spawned: ChildProcessByStdio<Writable, Readable, Readable>, log: LogSink): () => string {
  let last = "";
  createInterface({ input: spawned.stderr }).on("line", (line) => {
    last = line;
    log(line);
  });
  return () => last;
}

function firstLine(stream: Readable): Promise<string> {
  return new Promise((resolve) => createInterface({ input: stream }).once("line", resolve));
}

/** A process that could not start says why on its last line, as JSON or as `code: sentence`. */
function failure(line: string): FrostglassError {
  try {
    const { failed, message } = JSON.parse(line) as { failed?: string; message?: string };
    if (failed !== undefined && message !== undefined) return FrostglassError.fromProblem(failed, message);
  } catch (cause) {
    return new FrostglassError("process-failed", `A process of the node did not start: ${line}`, {}, { cause });
  }
  return new FrostglassError("process-failed", `A process of the node did not start: ${line}`);
}
