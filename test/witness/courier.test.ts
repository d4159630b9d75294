import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Carried, Courier } from "../../src/courier/carry.js";
import { parseNote } from "../../src/note/signedNote.js";
import { cosignatureType, formatVerifierKey, verifierKeyOf } from "../../src/note/verifierKey.js";
import { cosign } from "../../src/tlog/cosignature.js";
import type { PolicyWitness } from "../../src/tlog/policy.js";
import { longestQueryLine } from "../../src/vault/door.js";
import { FakeNode, now } from "../evidence/fakeNode.js";
import { dist, poll } from "../faults/processes.js";
import { signerOf } from "../tlog/federation.js";

/* The courier between an honest vault and witnesses of which some lie, hang or babble. */

const node = new FakeNode();
const checkpoint = new TextDecoder().decode(node.files.get("checkpoint"));
const signers = Array.from({ length: 16 }, (_, i) => signerOf(`w${i}.example`, 80 + i));
const witnesses: readonly PolicyWitness[] = signers.map((signer, i) => ({
  name: `w${i}`,
  key: verifierKeyOf(signer, cosignatureType),
  url: `https://w${i}.example`,
}));
const lineOf = (i: number) => `${cosign(parseNote(checkpoint), now, signers[i] as (typeof signers)[number])}\n`;

/** One round in which w0 is honest and every other witness answers as `lie` says. */
async function round(lie: (url: string) => Response): Promise<readonly Carried[]> {
  const files = {
    bytes: async (path: string) => node.files.get(path),
    text: async () => checkpoint,
  };
  const fetch = async (url: string) => (url.startsWith("https://w0.") ? new Response(lineOf(0)) : lie(url));
  return (await new Courier({ files, witnesses, fetch, patience: 1000 }).carry()).witnesses;
}

const long = 60_000;
const longSignature = `${lineOf(1).slice(0, -2)}${"A".repeat(4 * 10_000)}\n`;
const lies: Readonly<Record<string, (url: string) => Response>> = {
  "control characters": () => new Response("\u0001".repeat(long)),
  "lines of strangers": () => new Response(lineOf(0).repeat(60)),
  "a signature without end": () => new Response(longSignature),
  "more than anybody reads": () => new Response("x".repeat(1 << 20)),
  "a conflict, and then a checkpoint without end": (url) =>
    url.endsWith("/add-checkpoint")
      ? new Response("0\n", { status: 409, headers: { "Content-Type": "text/x.tlog.size" } })
      : new Response(`${checkpoint}${lineOf(3).repeat(50)}`),
  "another size each time": () => new Response(`${Math.floor(Math.random() * 8)}\n`, { status: 409 }),
};

describe("a courier among witnesses that lie", () => {
  it.each(Object.entries(lies))("carries what the honest one says, whatever the others reply: %s", async (_, lie) => {
    const carried = await round(lie);
    expect(carried[0]).toEqual({ name: "w0", result: "cosigned", text: lineOf(0) });
    for (const { result } of carried.slice(1)) expect(result).toBe("refused");
    // The vault takes a round as one line, and ends the connection of whoever sends a longer one.
    expect(JSON.stringify({ checkpoint, witnesses: carried }).length).toBeLessThan(longestQueryLine / 2);
  });

  it("hands on the proof of a split view, and of a reply the witness's own line alone", async () => {
    const conflict = await round((url) =>
      url.endsWith("/add-checkpoint") ? new Response("0\n", { status: 409 }) : new Response(checkpoint),
    );
    expect(conflict[1]).toEqual({ name: "w1", result: "split-view", text: checkpoint });
    const mixed = await round((url) => new Response(`${lineOf(0)}${lineOf(Number(/w(\d+)/.exec(url)?.[1]))}${lineOf(2)}`));
    expect(mixed[5]).toEqual({ name: "w5", result: "cosigned", text: lineOf(5) });
  });
});

it("starts no round before the last one came back, and none in a heap after", { timeout: 30_000 }, async () => {
  const publicDir = mkdtempSync(join(tmpdir(), "frostglass-courier-"));
  for (const [path, bytes] of [...node.files, ["checkpoint.next", node.files.get("checkpoint") as Uint8Array] as const]) {
    mkdirSync(dirname(join(publicDir, path)), { recursive: true });
    writeFileSync(join(publicDir, path), bytes);
  }
  const arrivals: number[] = [];
  const slow = await listen((response) => {
    arrivals.push(performance.now());
    if (arrivals.length > 4) return response.end(lineOf(0));
    // Two rounds of two requests take nearly two seconds each: the witness is slow, and tells another size each time.
    return setTimeout(() => response.writeHead(409).end(`${3 + (arrivals.length % 2)}\n`), 900);
  });
  const key = formatVerifierKey(verifierKeyOf(signers[0] as (typeof signers)[number], cosignatureType));
  const options = { publicDir, doorPath: join(publicDir, "none.sock"), everySeconds: 1 };
  const given = { ...options, witnesses: `witness w0 ${key} http://127.0.0.1:${(slow.address() as AddressInfo).port}\nquorum w0\n` };
  const courier = spawn(process.execPath, [fileURLToPath(new URL("courier/process.js", dist)), JSON.stringify(given)], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  await poll(() => arrivals.length >= 7);
  courier.kill();
  slow.close();
  slow.closeAllConnections();
  rmSync(publicDir, { recursive: true });
  const pauses = arrivals.slice(1).map((at, i) => at - (arrivals[i] ?? 0));
  expect(Math.min(...pauses)).toBeGreaterThan(700);
});

function listen(answer: (response: ServerResponse) => unknown): Promise<Server> {
  const server = createServer((request, response) => request.resume().on("end", () => answer(response)));
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
