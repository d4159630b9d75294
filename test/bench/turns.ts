import { type BenchHome, startBenchNode, writeQueries } from "./benchNode.js";
import { cpuOf, median } from "./cpu.js";
import { startLoad } from "./loader.js";

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
const connections = 64;

/**
 * Compares what an answer costs on two nodes that are both up and take turns, since the machine's own speed drifts by more than is looked for. Both are asked
 * about as many firms, so that their accounts, which grow with what is asked, are as many too.
 */
export async function compareInTurns(homes: readonly [BenchHome, BenchHome], turns: Turns): Promise<Compared> {
  const nodes = [await startTurns(homes[0], turns), await startTurns(homes[1], turns)] as const;
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
      const first = await a.turn();
      pairs.push({ first, second: await b.turn() });
    } else {
      const second = await b.turn();
      pairs.push({ first: await a.turn(), second });
    }
  }
  return {
    first: median(pairs.map(({ first }) => first)),
    second: median(pairs.map(({ second }) => second)),
    ratio: median(pairs.map(({ first, second }) => second / first)),
  };
}

interface TakingTurns {
  /** Sends the next round; resolves with the processor time of an answer, in microseconds. */
  turn(): Promise<number>;
  stop(): Promise<void>;
}

async function startTurns(home: BenchHome, { warmUp, count, rounds }: Turns): Promise<TakingTurns> {
  const file = writeQueries(home, warmUp + count * rounds, askedFirms);
  const node = await startBenchNode(home);
  const load = startLoad(`${node.url.replace(/\/$/, "")}/v1/queries`, file, connections);
  const cpu = () =>
    [node.vaultPid, node.gatewayPid, node.courierPid].reduce((sum: number, pid) => sum + (pid === undefined ? 0 : cpuOf(pid)), 0);
  await load.run(0, warmUp);
  let sent = warmUp;
  return {
    turn: async () => {
      const before = cpu();
      const { statuses } = await load.run(sent, count);
      sent += count;
      if (Object.keys(statuses).join() !== "200") throw new Error(`not every query was answered: ${JSON.stringify(statuses)}`);
      return (cpu() - before) / count;
    },
    stop: async () => {
      await load.stop();
      await node.stop();
    },
  };
}
