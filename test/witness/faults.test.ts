import { cpSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { WitnessStore } from "../../src/witness/witnessStore.js";
import { codeOf } from "../note/codeOf.js";
import { log } from "../tlog/federation.js";
import { GrowingLog, makeStand, openStand, type Stand } from "./growingLog.js";

/* What a crash may leave behind. Whatever it is: no size that was cosigned is ever cosigned again with another root. */

const honest = new GrowingLog(log);
const forked = new GrowingLog(log, " forked", 9);

let stand: Stand | undefined;
afterEach(() => stand?.remove());

/** A store whose next write fails before or after it is durable. */
function failing(moment: { next: "before" | "after" | undefined }) {
  return (store: WitnessStore): WitnessStore => ({
    ...store,
    keep(checkpoint, previousSize) {
      const failNow = moment.next;
      moment.next = undefined;
      if (failNow === "before") throw new Error("the disk is full");
      store.keep(checkpoint, previousSize);
      if (failNow === "after") throw new Error("the power went");
    },
  });
}

describe.each(["before", "after"] as const)("a write that fails %s it is durable", (when) => {
  it.each([0, 10])("with size %i cosigned before: nothing leaves, and no other view gets in after it", (last) => {
    const moment: { next: typeof when | undefined } = { next: undefined };
    stand = makeStand(failing(moment));
    if (last > 0) stand.witness.addCheckpoint(honest.request(0, last));
    moment.next = when;
    expect(() => stand?.witness.addCheckpoint(honest.request(last, 12))).toThrow();
    const size = when === "before" ? last : 12;
    expect(stand.store.cosigned(log.name)?.size ?? 0).toBe(size);
    if (when === "after") expect(stand.witness.addCheckpoint(forked.request(0, 12)).result).toBe("split-view");
    expect(stand.witness.addCheckpoint(honest.request(size, 13)).result).toBe("cosigned");
  });
});

describe("what is found at the next start", () => {
  it("is what was cosigned, whatever stood in the write-ahead log behind it", () => {
    stand = makeStand();
    stand.witness.addCheckpoint(honest.request(0, 10));
    stand.witness.addCheckpoint(honest.request(10, 20));
    const copy = `${stand.dir}-copy`;
    cpSync(stand.dir, copy, { recursive: true });
    const wal = join(copy, "witness.db-wal");
    truncateSync(wal, readFileSync(wal).length - 7); // a write that the crash tore
    const reopened = openStand(copy);
    expect(reopened.store.cosigned(log.name)?.size).toBe(10);
    expect(codeOf(() => reopened.witness.addCheckpoint(forked.request(10, 20)))).toBe("consistency-proof-invalid");
    reopened.store.close();
  });

  it("is refused where the file is no database", () => {
    stand = makeStand();
    const copy = `${stand.dir}-torn`;
    cpSync(stand.dir, copy, { recursive: true });
    writeFileSync(join(copy, "witness.db"), "not a database, but as long as one could be".repeat(200));
    writeFileSync(join(copy, "witness.db-wal"), "");
    expect(codeOf(() => openStand(copy))).toBe("store-damaged");
  });

  it("belongs to one process", () => {
    stand = makeStand();
    const { dir } = stand;
    expect(codeOf(() => openStand(dir))).toBe("home-in-use");
  });
});
