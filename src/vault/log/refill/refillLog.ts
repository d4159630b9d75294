import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { FrostglassError } from "../../../errors/error.js";
import { takeLock } from "../../../store/lock.js";
import { openSqliteStore } from "../../../store/sqliteStore.js";
import type { Store } from "../../../store/store.js";
import { type Home, readNode, segmentPath } from "../../home.js";
import type { Keyring } from "../../keys/keyring.js";
import { refuseAlarms } from "../alarms.js";
import { Sequencer, signersOf } from "../sequencer.js";
import { governanceOf, type Of, recordsMissing, textsOf } from "./acts.js";
import { markRefill } from "./pendingRefill.js";
import { Refilling } from "./refilling.js";
import { type PublishedCopy, RefillSource } from "./refillSource.js";

/*
 * A home that was put back to an older state gets the entries back that it signed since, from any published copy. What the copy cannot give back is lost: the
 * replies to the answers among them, and what they were charged. Nothing new is signed here: the head that results is one that this log signed before.
 */

/** What a refill brings back, and what it cannot. */
export interface Refill {
  /** The sizes before and after. */
  readonly from: number;
  readonly to: number;
  /** Answers whose replies and charges are lost. */
  readonly answers: number;
  /** Erasures that have to be done again, where the records were put back as well. */
  readonly erasures: number;
  readonly acts: number;
}

/**
 * Refills the log of a home that no vault has open. When it resolves, the entries are durable, and the next start logs `log-refilled/1` as soon as the witnesses
 * agree. Throws `refill-loses-charges`, saying what is lost, unless `acceptLostCharges`; `refill-text-missing` and `refill-records-missing` where the copy or the
 * home lacks what an act needs; what `RefillSource.open` throws; `home-in-use`, `log-damaged`. Interrupted, it is done again.
 */
export async function refillLog(
  home: Home,
  keyring: Keyring,
  copy: PublishedCopy,
  { acceptLostCharges }: { readonly acceptLostCharges: boolean },
): Promise<Refill> {
  const { holder } = readNode(home);
  mkdirSync(dirname(home.vaultLock), { recursive: true, mode: 0o700 });
  const lock = takeLock(home.vaultLock, "the refill");
  const store = openStore(home, lock);
  try {
    const sequencer = Sequencer.load(store, holder, keyring);
    const source = await RefillSource.open(home, keyring, sequencer.head, copy);
    const refill = await survey(home, source, copy);
    if (refill.answers > 0 && !acceptLostCharges) throw losesCharges(refill);
    markRefill(home, source);
    sequencer.signWith(signersOf(copy, holder, keyring)); // a key of the log may have been added meanwhile
    await new Refilling(home, keyring, store, sequencer).take(source, copy);
    return refill;
  } finally {
    store.close();
    lock.release();
  }
}

function openStore(home: Home, lock: ReturnType<typeof takeLock>): Store {
  try {
    refuseAlarms(home);
    return openSqliteStore(home.database);
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
}

function losesCharges({ from, to, answers, erasures }: Refill): FrostglassError {
  const words = `The refill brings entries ${from} to ${to - 1} back, but not the replies to ${answers} answers among them, nor what they were charged.`;
  return new FrostglassError("refill-loses-charges", words, { from, to, answers, erasures });
}

/** Reads everything once before anything is written, so that a copy that lacks something changes nothing. */
async function survey(home: Home, source: RefillSource, copy: PublishedCopy): Promise<Refill> {
  const counts = { answers: 0, erasures: 0, acts: 0 };
  for await (const { bytes } of source.entries()) {
    const entry = governanceOf(bytes);
    if (entry === undefined) counts.answers++;
    else counts.acts++;
    if (entry?.entry === "erasure-done/1") counts.erasures++;
    if (entry?.entry === "epoch-published/1") requireSegments(home, entry);
    if (entry !== undefined) await textsOf(entry, copy);
  }
  return { from: source.from, to: source.to, ...counts };
}

function requireSegments(home: Home, { number, datasets }: Of<"epoch-published/1">): void {
  if (Object.keys(datasets).some((name) => existsSync(segmentPath(home, name, number)))) return;
  throw recordsMissing(number);
}
