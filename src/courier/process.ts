#!/usr/bin/env node
/**
 * The courier in a process of its own: `node process.js '{"publicDir": …, "doorPath": …, "witnesses": "<trust file>", "everySeconds": 10}'`. It carries
 * checkpoints from the public files to the witnesses, and what they reply to the vault, at a fixed cadence: the times of its requests tell nothing of
 * the node's traffic. It holds no key and no database.
 *
 * When it has begun it prints `{"ready":true}` on standard output; the log goes to standard error. The end of standard input stops it.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { decodeUtf8 } from "../bytes/utf8.js";
import { asFrostglassError, FrostglassError } from "../errors/error.js";
import { DoorClient } from "../http/doorClient.js";
import { createLog, faultFacts } from "../http/log.js";
import { parsePolicy } from "../tlog/policy.js";
import { Courier } from "./carry.js";

const shape = z.strictObject({ publicDir: z.string(), doorPath: z.string(), witnesses: z.string(), everySeconds: z.int().min(1) });

const log = createLog("courier", "info");
const options = shape.parse(JSON.parse(process.argv[2] ?? "{}"));
const door = new DoorClient({ path: options.doorPath });
const courier = new Courier({
  files: {
    bytes: async (path) => readPublished(path),
    text: async (path) => {
      const found = readPublished(path);
      if (found === undefined) throw new FrostglassError("published-file-missing", "The vault has not published this file yet.", { path });
      return decodeUtf8(found);
    },
  },
  witnesses: parsePolicy(options.witnesses).witnesses,
  fetch,
  patience: Math.min(options.everySeconds * 1000, 10_000),
});

function readPublished(path: string): Uint8Array | undefined {
  const file = join(options.publicDir, path);
  return existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined;
}

async function round(): Promise<void> {
  try {
    const { checkpoint, witnesses } = await courier.carry();
    const { status } = await door.ask("cosignatures", JSON.stringify({ checkpoint, witnesses }));
    if (status !== 200) log.warn({ status }, "the vault did not take the round");
  } catch (thrown) {
    const code = asFrostglassError(thrown)?.code;
    if (code === undefined) log.error(faultFacts(thrown), "a round failed");
    else log.warn({ code }, "a round failed");
  }
}

let underWay = false;

/** One round, unless the last one has not come back: rounds that waited for a slow witness would all start at once when it is well again. */
async function beat(): Promise<void> {
  if (underWay) return;
  underWay = true;
  await round();
  underWay = false;
}

const timer = setInterval(() => void beat(), options.everySeconds * 1000);
void beat();

function stop(): void {
  clearInterval(timer);
  door.close();
  process.exit(0);
}

process.stdin.on("end", stop).resume();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, stop);
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
