import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { FrostglassError } from "../errors/error.js";
import { type Lock, takeLock } from "../store/lock.js";
import { openSqliteStore } from "../store/sqliteStore.js";
import type { Store } from "../store/store.js";
import { decodeEntry, type GovernanceEntry } from "../wire/entry.js";
import { Batch } from "./batch.js";
import { type Home, type NodeConfiguration, readNode, readSchemas } from "./home.js";
import { type Keyring, logKeysOf } from "./keys/keyring.js";
import { refuseAlarms } from "./log/alarms.js";
import { Publisher } from "./log/publisher.js";
import { checkNotPutBack } from "./log/putBack.js";
import { refuseRetired } from "./log/refill/retiredLog.js";
import { Sequencer, verifiersOf } from "./log/sequencer.js";
import { readWitnessingPlan, Witnessing } from "./log/witnessing.js";
import { finishErasures } from "./records/erasure.js";
import { type Surroundings, VaultState } from "./state.js";
import { Vault } from "./vault.js";

/**
 * Opens the vault of a home that `createHome` made. Takes the home's lock; loads and checks the log, the governance, the computations and the
 * epoch. Throws `home-in-use`, `log-missing`, `log-damaged`, `log-put-back`, `epoch-mismatch` and what the files of the home may throw.
 */
export function openVault(home: Home, keyring: Keyring, surroundings: Surroundings, openStore: OpenStore = openSqliteStore): Vault {
  const node = readNode(home);
  const schemas = readSchemas(home);
  mkdirSync(dirname(home.vaultLock), { recursive: true, mode: 0o700 });
  const lock = takeLock(home.vaultLock, "the vault");
  try {
    refuseAlarms(home);
    refuseRetired(home);
    const store = openStore(home.database);
    return load(new VaultState(home, store, keyring, schemas, surroundings), node, lock);
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
}

/** Opens the store at a path; the embedded one unless another is given. */
type OpenStore = (path: string) => Store;

function load(state: VaultState, node: NodeConfiguration, lock: Lock): Vault {
  try {
    const logKeys = verifiersOf(node.holder, logKeysOf(state.keyring));
    const plan = readWitnessingPlan(state.home, node, logKeys);
    const sequencer = Sequencer.load(state.store, node.holder, state.keyring);
    checkNotPutBack(state.home.publicDir, sequencer.head, logKeys);
    finishErasures(state);
    state.apply(readGovernance(state.store));
    const publisher = new Publisher(state.store, state.home.publicDir, plan !== undefined, () => state.governance.pruned);
    const clocks = { now: () => state.now(), monotonic: () => performance.now() / 1000 };
    const vault = new Vault(
      state,
      sequencer,
      publisher,
      lock,
      plan && new Witnessing(plan, () => verifiersOf(node.holder, state.signers.ofLog), clocks),
    );
    vault.noteRefill();
    return vault;
  } catch (thrown) {
    state.close();
    throw thrown;
  }
}

/** Makes the log of a new home with its first entries. Throws `log-exists` when there is one. */
export function createLog(home: Home, keyring: Keyring, entries: readonly GovernanceEntry[], documents: Batch["documents"]): void {
  const { holder } = readNode(home);
  const store = openSqliteStore(home.database);
  try {
    const batch = new Batch(0);
    for (const entry of entries) batch.addGovernance(entry);
    for (const [digest, body] of documents) batch.documents.set(digest, body);
    Sequencer.create(store, holder, keyring).commit(batch);
  } finally {
    store.close();
  }
}

/** The acts of administration in a log, in order. Throws `log-damaged`. */
export function readGovernance(store: Store): Batch["governance"] {
  return store.governancePositions().map((position) => {
    const [body] = store.entries(position, position + 1);
    const entry = decodeEntry(body ?? new Uint8Array(0));
    if (entry.entry === "answer/1") throw new FrostglassError("log-damaged", "An answer stands where an act of administration should.");
    return { position, entry };
  });
}
