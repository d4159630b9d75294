import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { z } from "zod";
import { importPrivateKey, type PrivateKey, randomBytes } from "#crypto";
import { compareBytes } from "../../../src/bytes/bytes.js";
import { PageBuilder } from "../../../src/datasets/page.js";
import { asFrostglassError } from "../../../src/errors/error.js";
import { openSqliteStore } from "../../../src/store/sqliteStore.js";
import type { Store } from "../../../src/store/store.js";
import type { Act } from "../../../src/vault/acts/act.js";
import { acts } from "../../../src/vault/acts/index.js";
import { type AdminCommand, parseCommand } from "../../../src/vault/administration.js";
import { answerQuery, type Reply } from "../../../src/vault/answerQuery.js";
import { Batch } from "../../../src/vault/batch.js";
import { type Home, homeAt, readSchemas, segmentPath } from "../../../src/vault/home.js";
import type { Keyring } from "../../../src/vault/keys/keyring.js";
import { Sequencer } from "../../../src/vault/log/sequencer.js";
import { readGovernance } from "../../../src/vault/openVault.js";
import { prepareEpoch, type SubjectRecords } from "../../../src/vault/records/prepareEpoch.js";
import { VaultState } from "../../../src/vault/state.js";
import { type Clock, holder, type SmallNode } from "../smallNode.js";

/** What a history is played on: acts and queries, each in a commit of its own. */
export interface PlayedNode {
  readonly clock: Clock;
  /** `done`, or the code of the refusal. */
  run(command: AdminCommand): string;
  /** The reply, or the code of the refusal. */
  ask(text: string): Promise<Reply | string>;
  /** Publishes the same records as a new epoch. */
  newEpoch(): Promise<void>;
  restart(): Promise<void>;
}

/** Memory where the system offers it as a folder: ten thousand histories sync no disk. */
const memory = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** Key pairs for requesters, made once: `importPrivateKey` of each is slow beside everything that a history does with it. */
export const keyPool: readonly PrivateKey[] = Array.from({ length: 600 }, (_, i) => {
  const seed = new Uint8Array(32).fill(90);
  new DataView(seed.buffer).setUint32(0, i);
  return importPrivateKey(seed);
});

/**
 * The vault's state, sequencer and store as they are, over a copy of a closed node's home, without locks and public files: what `Vault` does with a query
 * or an act, in its order.
 */
export class SwiftNode implements PlayedNode {
  readonly clock: Clock;
  readonly #dir: string;
  readonly #home: Home;
  readonly #keyring: Keyring;
  readonly #store: Store;
  #state: VaultState;
  #sequencer: Sequencer;

  constructor({ home, keyring, clock }: SmallNode) {
    this.#dir = mkdtempSync(join(memory, "frostglass-histories-"));
    cpSync(home.dir, this.#dir, { recursive: true });
    this.#home = homeAt(this.#dir);
    this.#keyring = keyring;
    this.clock = { ...clock };
    this.#store = openSqliteStore(this.#home.database);
    [this.#state, this.#sequencer] = this.#load();
  }

  #load(): [VaultState, Sequencer] {
    const surroundings = { now: () => this.clock.now, randomBytes };
    const state = new VaultState(this.#home, this.#store, this.#keyring, readSchemas(this.#home), surroundings);
    const sequencer = Sequencer.load(this.#store, holder, this.#keyring);
    state.apply(readGovernance(this.#store));
    return [state, sequencer];
  }

  run(command: AdminCommand): string {
    const parsed = parseCommand(JSON.stringify(command));
    if (parsed.act === "status") return "done";
    const { carryOut } = acts[parsed.act] as Act<z.ZodObject>;
    return codeOr(() => {
      const batch = new Batch(this.#sequencer.size);
      carryOut({ state: this.#state, batch, at: this.clock.now }, parsed);
      this.#sequencer.commit(batch);
      this.#state.apply(batch.governance);
      return "done";
    });
  }

  async ask(text: string): Promise<Reply | string> {
    return codeOr(() => {
      const batch = new Batch(this.#sequencer.size);
      const reply = answerQuery(this.#state, batch, text);
      if (batch.entries.length > 0) this.#sequencer.commit(batch);
      return reply;
    });
  }

  async newEpoch(): Promise<void> {
    const schema = this.#state.schemas.get("sales");
    const number = (this.#state.governance.epoch?.number ?? 0) + 1;
    const segmentFile = segmentPath(this.#home, "sales", number);
    if (schema === undefined) throw new Error("no schema");
    const preparation = { schema, datasetKey: this.#keyring.datasetKey("sales"), epoch: number, base: undefined, segmentFile };
    const { root } = await prepareEpoch(preparation, salesOf(this.#state));
    const asOf = "2025-12-31";
    if (this.run({ act: "publish-epoch", dataset: "sales", number, asOf, root, mode: "replace" }) !== "done") throw new Error("no epoch");
  }

  async restart(): Promise<void> {
    for (const dataset of this.#state.datasets().values()) dataset.close();
    [this.#state, this.#sequencer] = this.#load();
  }

  close(): void {
    this.#state.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

export const sales: Readonly<Record<string, readonly number[]>> = { E1: [10_000, 20_000], E2: [50, 50], E3: [99_999] };

async function* salesOf(state: VaultState): AsyncGenerator<SubjectRecords> {
  const schema = state.schemas.get("sales");
  if (schema === undefined) throw new Error("no schema");
  const subjects = Object.entries(sales).map(([id, values]) => ({ pseudonym: state.pseudonymOf({ scheme: "opaque", id }), values }));
  for (const { pseudonym, values } of subjects.sort((a, b) => compareBytes(a.pseudonym, b.pseudonym))) {
    const builder = new PageBuilder(schema);
    for (const value of values) builder.append([value], []);
    yield { pseudonym, columns: builder.build() };
  }
}

/** What a step gives, or the code of what it threw. */
export function codeOr<T>(step: () => T): T | string {
  try {
    return step();
  } catch (thrown) {
    return codeOf(thrown);
  }
}

export function codeOf(thrown: unknown): string {
  const code = asFrostglassError(thrown)?.code;
  if (code === undefined) throw thrown;
  return code;
}
