import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { percentile } from "./cpu.js";

/*
 * The load, in a process of its own: `node load.js URL FILE CONNECTIONS`. FILE holds one body a line. Each line of standard input `<from> <count>` sends that
 * part of the bodies, over keep-alive connections, and prints one JSON line with what was seen.
 */
const [url = "", file = "", connections = "16"] = process.argv.slice(2);
const bodies = readFileSync(file, "utf8").trimEnd().split("\n");
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const target = new URL(url);

function post(body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { agent, method: "POST", host: target.hostname, port: target.port, path: target.pathname };
    const sent = request(
      { ...options, headers: { "content-type": "application/jose", "content-length": Buffer.byteLength(body) } },
      (reply) => {
        reply.resume();
        reply.on("end", () => resolve(reply.statusCode ?? 0));
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

async function run(from: number, count: number) {
  const latencies: number[] = [];
  const statuses: Record<number, number> = {};
  let next = from;
  const started = performance.now();
  const worker = async () => {
    for (let i = next++; i < from + count; i = next++) {
      const sent = performance.now();
      const status = await post(bodies[i % bodies.length] ?? "");
      latencies.push(performance.now() - sent);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: Number(connections) }, worker));
  const seconds = (performance.now() - started) / 1000;
  return { count, seconds, perSecond: count / seconds, p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99), statuses };
}

process.stdin.setEncoding("utf8");
let held = "";
let turn = Promise.resolve();
process.stdin.on("data", (chunk: string) => {
  held += chunk;
  const lines = held.split("\n");
  held = lines.pop() ?? "";
  for (const line of lines) {
    const [from = 0, count = 0] = line.split(" ").map(Number);
    turn = turn.then(async () => console.log(JSON.stringify(await run(from, count))));
  }
});
process.stdin.on("end", () => void turn.then(() => process.exit(0)));
