import { withHome } from "./benchNode.js";
import { type Compared, compareInTurns, type Turns } from "./turns.js";

const fewFirms = 1000;
const recordsPerFirm = 16;

/** What an answer costs in a home with 1,000 firms, and in one with many. */
export function measureGrowth(manyFirms: number, turns: Turns): Promise<Compared> {
  return withHome(fewFirms, recordsPerFirm, (few) => withHome(manyFirms, recordsPerFirm, (many) => compareInTurns([few, many], turns)));
}
