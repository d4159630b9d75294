import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type BenchHome, startBenchNode, writeQueries } from "./benchNode.js";
import { cpuOf, median } from "./cpu.js";
import { type LoadResult, startLoad } from "./loader.js";

export interface Turns {
  readonly warmUp: number;
  readonly count: number;
  readonly rounds: number;
}

/** What two nodes cost an answer: microseconds of processor time of all their processes, medians. */
export interface Compared {
  readonly first: number;
  readonly second: number;
  /** The median of second by first, each pair measured one after the other. */
  readonly ratio: number;
}

const askedFirms = 1000;
export const connections = 64;

/**
 * Compares what an answer costs on two nodes that are both up and take turns, since the machine's own speed drifts by more than is looked for. Both are asked
 * about as many firms, so that their accounts, which grow with what is asked, are as many too.
 */
export async function compareInTurns(homes: readonly [BenchHome, BenchHome], turns: Turns): Promise<Compared> {
  const nodes = [await startNodeTurns(homes[0], turns), await startNodeTurns(homes[1], turns)] as const;
  try {
    return await compare(nodes, turns.rounds);
  } finally {
    for (const node of nodes) await node.stop();
  }
}

async function compare([a, b]: readonly [TakingTurns, TakingTurns], rounds: number): Promise<Compared> {
  const pairs: { first: number; second: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    // Each goes first in every other round: whoever goes second meets a warmer machine.
    if (round % 2 === 0) {
      const { cpuUs: first } = await a.turn();
      pairs.push({ first, second: (await b.turn()).cpuUs });
    } else {
      const { cpuUs: second } = await b.turn();
      pairs.push({ first: (await a.turn()).cpuUs, second });
    }
  }
  return {
    first: median(pairs.map(({ first }) => first)),
    second: median(pairs.map(({ second }) => second)),
    ratio: median(pairs.map(({ first, second }) => second / first)),
  };
}

/** What one turn of a server's showed. */
export interface Turn extends LoadResult {
  /** Processor time of one request, of all the server's processes, in microseconds. */
  readonly cpuUs: number;
}

export interface TakingTurns {
  /** Sends the next round. Throws when a request was not answered with 200. */
  turn(): Promise<Turn>;
  stop(): Promise<void>;
}

/** A node that is warm and waits for its first turn; `asked` firms are asked about in turn. */
export async function startNodeTurns(home: BenchHome, turns: Turns, asked = askedFirms): Promise<TakingTurns> {
  const file = writeQueries(home, turns.warmUp + turns.count * turns.rounds, asked);
  const node = await startBenchNode(home);
  const pids = [node.vaultPid, node.gatewayPid, node.courierPid].filter((pid) => pid !== undefined);
  return takingTurns({ url: node.url, pids, file, stop: () => node.stop() }, turns);
}

/** A server that reads the body of a query and gives a fixed reply: what HTTP alone costs. */
export async function startBareTurns(home: BenchHome, turns: Turns): Promise<TakingTurns> {
  const file = writeQueries(home, 2000);
  const server = spawn(process.execPath, [fileURLToPath(new URL("./bareServer.js", import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const line = await new Promise<string>((resolve) => createInterface({ input: server.stdout }).once("line", resolve));
  const { port } = JSON.parse(line) as { port: number };
  const stop = async () => void server.stdin.end();
  return takingTurns({ url: `http://127.0.0.1:${port}`, pids: [server.pid ?? 0], file, stop }, turns);
}

interface LoadedServer {
  readonly url: string;
  readonly pids: readonly number[];
  readonly file: string;
  stop(): Promise<void>;
}

async function takingTurns(server: LoadedServer, { warmUp, count }: Turns): Promise<TakingTurns> {
  const load = startLoad(`${server.url.replace(/\/$/, "")}/v1/queries`, server.file, connections);
  const cpu = () => server.pids.reduce((sum, pid) => sum + cpuOf(pid), 0);
  await load.run(0, warmUp);
  let sent = warmUp;
  return {
    turn: async () => {
      const before = cpu();
      const result = await load.run(sent, count);
      sent += count;
      if (Object.keys(result.statuses).join() !== "200")
        throw new Error(`not every query was answered: ${JSON.stringify(result.statuses)}`);
      return { ...result, cpuUs: (cpu() - before) / count };
    },
    stop: async () => {
      await load.stop();
      await server.stop();
    },
  };
}
