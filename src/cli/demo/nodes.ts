import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { type RunningNode, startNode } from "../serve/node.js";
import type { Federation, Holder } from "./federation.js";

/** Starts a holder's vault and gateway on free ports, as `frostglass serve` does. Their log lines go to a file beside the home. */
export function startHolder({ dir }: Federation, { home, passphrase, sample }: Holder): Promise<RunningNode> {
  const logFile = join(dir, `${sample}.log`);
  return startNode(home, { passphrase, port: 0, adminPort: 0, log: (line) => appendFileSync(logFile, `${line}\n`) });
}
