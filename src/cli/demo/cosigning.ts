import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseTrust } from "../../auditor/index.js";
import { Courier } from "../../courier/carry.js";
import { parseNodeUrl } from "../../evidence/nodeUrl.js";
import { publishedFiles } from "../../evidence/publishedFiles.js";
import { createLog } from "../../http/log.js";
import { parseNote } from "../../note/signedNote.js";
import { parseCheckpoint } from "../../tlog/checkpoint.js";
import { verifyCosignatures } from "../../tlog/cosignature.js";
import { makeWitnessHome } from "../../witness/home.js";
import { addLog } from "../../witness/logList.js";
import { type RunningWitness, runWitness } from "../../witness/runWitness.js";
import type { RunningNode } from "../serve/node.js";
import { realNetwork, realSurroundings } from "../surroundings.js";
import { type Federation, type Holder, makeParty } from "./federation.js";

/** One log as the witness left it. */
export interface Cosigned {
  readonly log: string;
  readonly size: number;
  /** Unix seconds, by the witness's clock. */
  readonly time: number;
}

/** The witness's name, as `frostglass witness init --name` gives it. */
export const witnessName = "witness.regulator.example";

/**
 * A regulator's witness runs for a moment, in a home of its own, and each node's newest checkpoint is carried to it. Gives what it cosigned, after its
 * signatures were checked. Throws when it did not cosign.
 */
export async function cosignBoth(federation: Federation, nodes: readonly RunningNode[]): Promise<readonly Cosigned[]> {
  const holders = [federation.tax, federation.bureau];
  const witness = await startWitness(federation, holders);
  try {
    return await Promise.all(holders.map(({ name }, i) => carryTo(witness, name, nodes[i]?.url ?? "")));
  } finally {
    await witness.close();
  }
}

async function startWitness(federation: Federation, holders: readonly Holder[]): Promise<RunningWitness> {
  const home = makeWitnessHome(join(federation.dir, "witness"), witnessName, 0);
  const { key } = await makeParty(federation.dir, "witness", "witness", witnessName);
  for (const { trustFile } of holders)
    for (const { key: logKey, url } of parseTrust(readFileSync(trustFile, "utf8")).logs) addLog(home.logsFile, logKey, url);
  return runWitness(home, { signer: key, log: createLog("witness", "silent"), now: realSurroundings.now, port: 0, adminPort: 0 });
}

async function carryTo({ url, witness: { verifierKey: key } }: RunningWitness, log: string, nodeUrl: string): Promise<Cosigned> {
  const files = publishedFiles(parseNodeUrl(nodeUrl), { ...realNetwork, attempts: 4, timeout: 30_000 });
  const courier = new Courier({ files, witnesses: [{ name: "regulator", key, url }], fetch: realNetwork.fetch, patience: 10_000 });
  const { checkpoint, witnesses } = await courier.carry();
  const [carried] = witnesses;
  const note = parseNote(checkpoint + (carried?.text ?? ""));
  const [cosignature] = verifyCosignatures(note, [key]);
  if (cosignature === undefined) throw new Error(`the witness did not cosign the log of ${log}`);
  return { log, size: parseCheckpoint(note.text).size, time: cosignature.time };
}
