import { randomBytes } from "#crypto";
import type { Surroundings } from "../vault/state.js";

/** The real clock and the system's randomness: only the command line builds them. */
export const realSurroundings: Surroundings = { now: () => Math.floor(Date.now() / 1000), randomBytes };
