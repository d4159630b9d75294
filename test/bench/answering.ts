import { withHome } from "./benchNode.js";
import { median } from "./cpu.js";
import { type Floors, measureFloors } from "./floors.js";
import { startBareTurns, startNodeTurns, type TakingTurns, type Turn, type Turns } from "./turns.js";

/** What an answer costs, beside what it must cost at least on the same machine in the same minute: medians of the rounds, microseconds of processor time. */
export interface Answering {
  readonly cpuUs: number;
  readonly cpuRange: readonly [number, number];
  readonly bareUs: number;
  readonly parts: Floors;
  readonly floorUs: number;
  readonly ratio: number;
  readonly ratioRange: readonly [number, number];
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bytesPerRecord: number;
}

interface Round {
  readonly bare: Turn;
  readonly node: Turn;
  readonly parts: Floors;
  readonly floorUs: number;
}

/** Floors and node take turns, since the machine's own speed drifts in the minutes that this takes: each round has a ratio of its own. */
export function measureAnswering(records: number, batch: number, turns: Turns): Promise<Answering> {
  return withHome(1000, records, async (home) => {
    const bare = await startBareTurns(home, { ...turns, count: 2 * turns.count });
    const node = await startNodeTurns(home, turns);
    try {
      const rounds: Round[] = [];
      for (let i = 0; i < turns.rounds; i++) rounds.push(await round(bare, node, records, batch));
      return { ...summary(rounds), bytesPerRecord: home.bytesPerRecord };
    } finally {
      await bare.stop();
      await node.stop();
    }
  });
}

async function round(bareServer: TakingTurns, nodeServer: TakingTurns, records: number, batch: number): Promise<Round> {
  const bare = await bareServer.turn();
  const parts = measureFloors(records, batch);
  const node = await nodeServer.turn();
  return { bare, node, parts, floorUs: floorOf(bare, parts) };
}

/** One bare request, two signatures to verify (query and consent), one to make, and the rest once. */
function floorOf(bare: Turn, parts: Floors): number {
  const { verifyUs, signUs, pageReadUs, gcmOpenUs, aggregatesUs, groupCommitUs } = parts;
  return bare.cpuUs + 2 * verifyUs + signUs + pageReadUs + gcmOpenUs + aggregatesUs + groupCommitUs;
}

function summary(rounds: readonly Round[]): Omit<Answering, "bytesPerRecord"> {
  const of = (pick: (round: Round) => number) => median(rounds.map(pick));
  const range = (pick: (round: Round) => number) => [Math.min(...rounds.map(pick)), Math.max(...rounds.map(pick))] as const;
  const ratio = ({ node, floorUs }: Round) => node.cpuUs / floorUs;
  return {
    cpuUs: of(({ node }) => node.cpuUs),
    cpuRange: range(({ node }) => node.cpuUs),
    bareUs: of(({ bare }) => bare.cpuUs),
    parts: medianParts(rounds.map(({ parts }) => parts)),
    floorUs: of(({ floorUs }) => floorUs),
    ratio: of(ratio),
    ratioRange: range(ratio),
    perSecond: of(({ node }) => node.perSecond),
    p50Ms: of(({ node }) => node.p50Ms),
    p99Ms: of(({ node }) => node.p99Ms),
  };
}

function medianParts(all: readonly Floors[]): Floors {
  const of = (name: keyof Floors) => median(all.map((parts) => parts[name]));
  return {
    verifyUs: of("verifyUs"),
    signUs: of("signUs"),
    pageReadUs: of("pageReadUs"),
    gcmOpenUs: of("gcmOpenUs"),
    aggregatesUs: of("aggregatesUs"),
    groupCommitUs: of("groupCommitUs"),
  };
}
