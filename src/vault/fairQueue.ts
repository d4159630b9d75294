interface Lane<T> {
  readonly items: T[];
  /** How many were taken from the front. */
  taken: number;
}

/**
 * What waits to be answered, in one lane for each sender. A batch takes one from each lane in turn, so a sender that floods the queue makes itself wait
 * and nobody else. A sender may fill no more than what is free: others always find room.
 */
export class FairQueue<T> {
  readonly #most: number;
  readonly #lanes = new Map<string, Lane<T>>();
  #length = 0;

  /** Holds at most so many in all. */
  constructor(most: number) {
    this.#most = most;
  }

  get length(): number {
    return this.#length;
  }

  /** False where there is no room for one more of this sender. */
  push(sender: string, item: T): boolean {
    const lane = this.#lanes.get(sender) ?? { items: [], taken: 0 };
    if (lane.items.length - lane.taken >= this.#most - this.#length) return false;
    lane.items.push(item);
    this.#lanes.set(sender, lane);
    this.#length += 1;
    return true;
  }

  /** The next ones, at most `most`: of each lane one, then of each lane the next. Lanes that had their turn go behind the others. */
  take(most: number): T[] {
    const taken: T[] = [];
    for (const [sender, lane] of this.#lanes) {
      if (taken.length === most) break;
      taken.push(this.#takeOne(sender, lane)); // a lane that is put back behind the others comes up again in this very loop
    }
    return taken;
  }

  #takeOne(sender: string, lane: Lane<T>): T {
    const item = lane.items[lane.taken] as T; // a lane in the map is never empty
    lane.taken += 1;
    this.#length -= 1;
    this.#lanes.delete(sender);
    if (lane.taken < lane.items.length) this.#lanes.set(sender, lane);
    if (lane.taken >= lettingGo) lane.taken -= lane.items.splice(0, lane.taken).length;
    return item;
  }
}

/** A lane that never runs empty lets go of what was taken from it each time that so much has come together. */
const lettingGo = 1024;
