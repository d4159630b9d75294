import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

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
