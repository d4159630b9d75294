import { existsSync } from "node:fs";
import { applyEntry, emptyGovernance, type Governance } from "../../../admission/governance.js";
import type { DatasetSchema } from "../../../datasets/schema.js";
import type { Digest } from "../../../model/digest.js";
import type { SegmentChange, Store } from "../../../store/store.js";
import { decodeEntry, type GovernanceEntry } from "../../../wire/entry.js";
import { Batch } from "../../batch.js";
import { type Home, readSchemas } from "../../home.js";
import type { Keyring } from "../../keys/keyring.js";
import { Dataset } from "../../records/dataset.js";
import { segmentFiles, segmentsInForce } from "../../records/history.js";
import type { Sequencer } from "../sequencer.js";
import { governanceOf, type Of, recordsMissing, textsOf } from "./acts.js";
import type { PublishedCopy, RefillSource } from "./refillSource.js";

const entriesInACommit = 4096;

/** Writes refilled entries to the store, in commits of their own; each leaves a log that was signed before. */
export class Refilling {
  readonly #home: Home;
  readonly #keyring: Keyring;
  readonly #store: Store;
  readonly #sequencer: Sequencer;
  readonly #schemas: ReadonlyMap<string, DatasetSchema>;
  /** Folded on, to know which records an epoch changed. */
  readonly #governance: Governance = emptyGovernance();
  #batch: Batch;

  constructor(home: Home, keyring: Keyring, store: Store, sequencer: Sequencer) {
    this.#home = home;
    this.#keyring = keyring;
    this.#store = store;
    this.#sequencer = sequencer;
    this.#schemas = readSchemas(home);
    this.#batch = new Batch(sequencer.size);
    for (const position of store.governancePositions())
      for (const bytes of store.entries(position, position + 1)) applyEntry(this.#governance, position, decodeEntry(bytes));
  }

  async take(source: RefillSource, copy: PublishedCopy): Promise<void> {
    for await (const { position, bytes } of source.entries()) {
      const entry = governanceOf(bytes);
      if (entry?.entry === "epoch-published/1") this.#commit(); // what it adds to is looked up in the store
      if (entry !== undefined) await this.#act(position, entry, copy);
      this.#batch.addKept(bytes, entry);
      if (this.#batch.entries.length >= entriesInACommit) this.#commit();
    }
    this.#commit();
  }

  async #act(position: number, entry: GovernanceEntry, copy: PublishedCopy): Promise<void> {
    for (const [digest, bytes] of await textsOf(entry, copy)) this.#batch.documents.set(digest, bytes);
    if (entry.entry === "epoch-published/1") this.#batch.segments.push(...this.#changesOf(entry));
    applyEntry(this.#governance, position, entry);
  }

  #commit(): void {
    if (this.#batch.entries.length === 0) return;
    this.#sequencer.commit(this.#batch);
    this.#batch = new Batch(this.#sequencer.size);
  }

  #changesOf({ number, datasets }: Of<"epoch-published/1">): SegmentChange[] {
    const before = this.#governance.epoch?.datasets ?? {};
    return Object.entries(datasets)
      .filter(([name, root]) => before[name] !== root)
      .map(([name, root]) => this.#changeOf(name, number, root));
  }

  /** The log does not say whether an import added or replaced; only one of the two gives the root that it does say. */
  #changeOf(dataset: string, epoch: number, root: Digest): SegmentChange {
    for (const mode of ["append", "replace"] as const) {
      const before = mode === "append" ? segmentsInForce(this.#store.segments(), dataset) : [];
      if (this.#rootOf(dataset, [...before, epoch]) === root) return { dataset, epoch, mode };
    }
    throw recordsMissing(epoch);
  }

  #rootOf(name: string, epochs: readonly number[]): Digest | undefined {
    const schema = this.#schemas.get(name);
    const files = segmentFiles(this.#home, name, epochs);
    if (schema === undefined || ![...files.values()].every((path) => existsSync(path))) return undefined;
    const dataset = new Dataset(schema, this.#keyring.datasetKey(name), files);
    const { root } = dataset;
    dataset.close();
    return root;
  }
}
