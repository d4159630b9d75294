import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { cpuOf, median } from "./cpu.js";

export interface LoadResult {
  readonly count: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly statuses: Readonly<Record<string, number>>;
}

export interface Load {
  run(from: number, count: number): Promise<LoadResult>;
  stop(): Promise<void>;
}

/** Starts the load process against a URL. */
export function startLoad(url: string, file: string, connections: number): Load {
  const child = spawn(process.execPath, [fileURLToPath(new URL("./load.js", import.meta.url)), url, file, String(connections)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting: ((result: LoadResult) => void)[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.(JSON.parse(line) as LoadResult));
  return {
    run: (from, count) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        child.stdin.write(`${from} ${count}\n`);
      }),
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.stdin.end();
      }),
  };
}

export interface Measured extends LoadResult {
  readonly cpuPerRequestUs: number;
  /** The lowest and highest of the rounds: how noisy the machine was. */
  readonly cpuRange: readonly [number, number];
}

/** Sends `rounds` times `count` bodies and reads what the server's processes used meanwhile. The first bodies warm the server up. */
export async function measureServer(load: Load, pids: readonly number[], warmUp: number, count: number, rounds: number): Promise<Measured> {
  await load.run(0, warmUp);
  const results: (LoadResult & { cpu: number })[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = pids.reduce((sum, pid) => sum + cpuOf(pid), 0);
    const result = await load.run(warmUp + round * count, count);
    const after = pids.reduce((sum, pid) => sum + cpuOf(pid), 0);
    results.push({ ...result, cpu: (after - before) / count });
  }
  const cpus = results.map(({ cpu }) => cpu);
  const of = (pick: (result: LoadResult) => number) => median(results.map(pick));
  return {
    count: count * rounds,
    seconds: results.reduce((sum, { seconds }) => sum + seconds, 0),
    perSecond: of(({ perSecond }) => perSecond),
    p50Ms: of(({ p50Ms }) => p50Ms),
    p99Ms: of(({ p99Ms }) => p99Ms),
    statuses: Object.assign({}, ...results.map(({ statuses }) => statuses)) as Record<string, number>,
    cpuPerRequestUs: median(cpus),
    cpuRange: [Math.min(...cpus), Math.max(...cpus)],
  };
}
