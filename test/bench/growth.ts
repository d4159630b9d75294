import { type BenchHome, startBenchNode, withHome, writeQueries } from "./benchNode.js";
import { cpuOf, median } from "./cpu.js";
import { startLoad } from "./loader.js";

export interface Growth {
  /** Processor time of an answer where there are few firms, and where there are many: microseconds, medians. */
  readonly small: number;
  readonly large: number;
  /** The median of large by small, each pair measured one after the other. */
  readonly growth: number;
}

interface Turns {
  readonly warmUp: number;
  readonly count: number;
  readonly rounds: number;
}

const fewFirms = 1000;
const recordsPerFirm = 16;
const connections = 64;

/**
 * What an answer costs in a home with 1,000 firms, and in one with many. Both nodes are up, and take turns, since the machine's own speed drifts by more
 * than is looked for. Both are asked about as many firms, so that their accounts, which grow with what is asked, are as many too.
 */
export function measureGrowth(manyFirms: number, turns: Turns): Promise<Growth> {
  return withHome(fewFirms, recordsPerFirm, (small) =>
    withHome(manyFirms, recordsPerFirm, async (large) => {
      const nodes = [await startTurns(small, turns), await startTurns(large, turns)] as const;
      try {
        return await compare(nodes, turns.rounds);
      } finally {
        for (const node of nodes) await node.stop();
      }
    }),
  );
}

async function compare([small, large]: readonly [TakingTurns, TakingTurns], rounds: number): Promise<Growth> {
  const pairs: { small: number; large: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    // Each is first in every other round: whoever goes second meets a warmer machine.
    const first = round % 2 === 0 ? await small.turn() : await large.turn();
    const second = round % 2 === 0 ? await large.turn() : await small.turn();
    pairs.push(round % 2 === 0 ? { small: first, large: second } : { small: second, large: first });
  }
  return {
    small: median(pairs.map((pair) => pair.small)),
    large: median(pairs.map((pair) => pair.large)),
    growth: median(pairs.map((pair) => pair.large / pair.small)),
  };
}

interface TakingTurns {
  /** Sends the next round; resolves with the processor time of an answer, in microseconds. */
  turn(): Promise<number>;
  stop(): Promise<void>;
}

async function startTurns(home: BenchHome, { warmUp, count, rounds }: Turns): Promise<TakingTurns> {
  const file = writeQueries(home, warmUp + count * rounds, fewFirms);
  const node = await startBenchNode(home);
  const load = startLoad(`${node.url.replace(/\/$/, "")}/v1/queries`, file, connections);
  const cpu = () => cpuOf(node.vaultPid) + cpuOf(node.gatewayPid);
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
