import { randomBytes } from "#crypto";
import type { Network } from "../evidence/network.js";
import type { Surroundings } from "../vault/state.js";

/** The real clock and the system's randomness: only the command line builds them. */
export const realSurroundings: Surroundings = { now: () => Math.floor(Date.now() / 1000), randomBytes };

/** The platform's network and its clock for waiting: only the command line builds them. */
export const realNetwork: Pick<Network, "fetch" | "sleep"> = {
  fetch,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
