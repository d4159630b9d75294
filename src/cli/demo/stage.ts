import type { RunningNode } from "../serve/node.js";
import type { Telling } from "./telling.js";

/** Where the story stands: what the next chapters, and the one who cleans up, need. */
export interface Stage {
  readonly dir: string;
  readonly seed: string;
  readonly telling: Telling;
  /** Called between chapters; throws when the story is to end early. */
  readonly pause: () => void;
  /** Filled as nodes start, in the order tax, bureau. */
  readonly nodes: RunningNode[];
}
