import { beforeEach, expect, it } from "vitest";
import { parseNote } from "../../src/note/signedNote.js";
import { cosignatureType, formatVerifierKey, verifierKeyOf } from "../../src/note/verifierKey.js";
import { cosign } from "../../src/tlog/cosignature.js";
import { parsePolicy } from "../../src/tlog/policy.js";
import { Witnessing } from "../../src/vault/log/witnessing.js";
import { log as logSigner, signerOf } from "../tlog/federation.js";
import { GrowingLog } from "../witness/growingLog.js";

/* How long the vault goes on, by what a courier brings back. The witness is honest throughout. */

const witness = signerOf("w.example", 2);
const log = new GrowingLog(logSigner);
const policy = parsePolicy(`witness w ${formatVerifierKey(verifierKeyOf(witness, cosignatureType))}\nquorum w\n`);
let clock: number;
let witnessing: Witnessing;

beforeEach(() => {
  clock = 1_700_000_000;
  const plan = { policy, everySeconds: 10, warnAfterSeconds: 60, stopAfterSeconds: 300 };
  const clocks = { now: () => clock, monotonic: () => clock };
  witnessing = new Witnessing(plan, () => [verifierKeyOf(logSigner)], clocks);
});

/** A round ten seconds later: the witness cosigned the log at `carried` entries, while it has `size`. */
function round(carried: number, size: number): string {
  clock += 10;
  const checkpoint = log.checkpoint(carried);
  const text = `${cosign(parseNote(checkpoint), clock, witness)}\n`;
  const report = JSON.stringify({ checkpoint, witnesses: [{ name: "w", result: "cosigned", text }] });
  expect(witnessing.gather(report, { size, rootAt: (at) => log.root(at) }).kind).toBe("quorum");
  return witnessing.status().state;
}

it("goes on while each round covers what the last one found", () => {
  for (let i = 1; i <= 100; i++) expect(round(2 * i, 2 * i + 2)).toBe("witnessed");
  for (let i = 0; i < 100; i++) expect(round(202, 202)).toBe("witnessed"); // a quiet log
});

it("stops when entries stay unseen, although an old checkpoint is cosigned anew in each round", () => {
  expect(round(10, 10)).toBe("witnessed");
  const states = Array.from({ length: 40 }, () => round(10, 250));
  expect([states[0], states[5], states[6], states[29], states[30], states[39]]).toEqual([
    "witnessed",
    "witnessed",
    "late",
    "late",
    "stopped",
    "stopped",
  ]);
  expect(() => witnessing.check()).toThrow(expect.objectContaining({ code: "witnessing-stopped" }));
  expect(round(250, 250)).toBe("witnessed");
});
