import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { FrostglassError } from "../../errors/error.js";
import type { RunningNode } from "../serve/node.js";
import { commandLines } from "./commandLines.js";
import { type Told, tellStory } from "./story.js";
import { createTelling, type Telling } from "./telling.js";

export interface DemoOptions {
  /** End after the story, instead of keeping the nodes up until a signal comes. */
  readonly once: boolean;
  /** Keep everything in this folder, which must be new or empty. Otherwise a temporary one, removed at the end. */
  readonly dir?: string | undefined;
  /** The same seed gives the same firms and records. */
  readonly seed: string;
  readonly out: NodeJS.WriteStream;
}

/** Exit code after a signal in the middle of the story, as shells count it for Ctrl-C. */
const interrupted = 130;

/**
 * Tells the story of the sample federation with real nodes, then, unless `once`, keeps them up until SIGINT or SIGTERM. Resolves with the exit code
 * when both nodes have stopped and the temporary folder is gone. Throws `home-exists`, and whatever went wrong in the story.
 */
export async function runDemo({ once, dir, seed, out }: DemoOptions): Promise<number> {
  const started = performance.now();
  const telling = createTelling(out);
  const folder = makeFolder(dir);
  const nodes: RunningNode[] = [];
  const stop = awaitStop();
  try {
    const told = await tellStory({ dir: folder, seed, telling, nodes, pause: stop.throwIfStopped });
    telling.say();
    telling.say(telling.frost(`The story took ${((performance.now() - started) / 1000).toFixed(1)} s.`));
    if (once) return 0;
    tellCommands(telling, told, nodes);
    return await stayUp(nodes, stop);
  } catch (thrown) {
    if (stop.stopped) return interrupted; // whatever failed, failed because everything is being stopped
    throw thrown;
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
    if (dir === undefined) rmSync(folder, { recursive: true, force: true });
    stop.release(); // last: a second Ctrl-C must not leave the folder behind
  }
}

function makeFolder(dir: string | undefined): string {
  if (dir === undefined) return mkdtempSync(join(tmpdir(), "frostglass-demo-"));
  const folder = resolve(dir);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new FrostglassError("home-exists", "The folder is not empty; nothing in it was touched.");
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

interface Stop {
  readonly stopped: boolean;
  readonly signal: Promise<void>;
  throwIfStopped(): void;
  release(): void;
}

/** Takes SIGINT, SIGTERM and SIGHUP, so that nodes and folder are always cleaned up. */
function awaitStop(): Stop {
  const controller = new AbortController();
  const { signal } = controller;
  const abort = () => controller.abort();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of signals) process.on(name, abort);
  return {
    get stopped() {
      return signal.aborted;
    },
    signal: new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true })),
    throwIfStopped: () => signal.throwIfAborted(),
    release: () => {
      for (const name of signals) process.off(name, abort);
    },
  };
}

async function stayUp(nodes: readonly RunningNode[], stop: Stop): Promise<number> {
  const reason = await Promise.race([stop.signal, ...nodes.map((node) => node.failed)]);
  if (stop.stopped || reason === undefined) return 0;
  throw new FrostglassError("process-failed", `A node of the story stopped: ${reason}.`);
}

function tellCommands(telling: Telling, { federation, answers }: Told, nodes: readonly RunningNode[]): void {
  const [tax] = nodes;
  const [first] = answers;
  if (tax === undefined || first === undefined) return;
  telling.chapter("The nodes stay up: try them from another terminal");
  for (const { remark, lines } of commandLines(federation, tax, first.question, first.file)) {
    telling.remark(remark);
    for (const line of lines) telling.say(`  ${line}`);
    telling.say();
  }
  telling.say(telling.frost("Ctrl-C stops everything and removes the folder."));
}
