import { FrostglassError } from "../../errors/error.js";
import type { Digest } from "../../model/digest.js";
import type { SegmentRow } from "../../store/store.js";
import type { Dataset } from "./dataset.js";
import { segmentsInForce } from "./history.js";

/** Opens the segments of a dataset, by the epochs that wrote them. Throws `schema-missing`, `segment-missing`. */
export type OpenDataset = (name: string, epochs: readonly number[]) => Dataset;

/** The datasets of the epoch in force, each held against the root that the log committed to. */
export class OpenDatasets {
  readonly #open: OpenDataset;
  readonly #byName = new Map<string, Dataset>();
  readonly #unreadable = new Set<string>();
  #offered: Dataset | undefined;

  constructor(open: OpenDataset) {
    this.#open = open;
  }

  get byName(): ReadonlyMap<string, Dataset> {
    return this.#byName;
  }

  /** Those whose records were imported under another schema than the one that is here now: they can only be replaced. */
  get unreadable(): ReadonlySet<string> {
    return this.#unreadable;
  }

  /**
   * Hands over a dataset as the next commit will have it: opening one hashes all of its buckets, some 0.4 s in which nobody is answered, and whoever checks a
   * segment has done that. It is taken only if it is what the log then says; else it is closed at the next one, or with the others.
   */
  offer(dataset: Dataset): void {
    this.#offered?.close();
    this.#offered = dataset;
  }

  /** Opens every dataset as an epoch has it. Throws `epoch-mismatch` where the disk has another one, and as opening does. */
  follow(roots: Readonly<Record<string, Digest>>, rows: readonly SegmentRow[]): void {
    for (const [name, root] of Object.entries(roots)) this.#follow(name, root, segmentsInForce(rows, name));
  }

  close(): void {
    this.#offered?.close();
    this.#offered = undefined;
    for (const dataset of this.#byName.values()) dataset.close();
    this.#byName.clear();
  }

  #follow(name: string, root: Digest, epochs: readonly number[]): void {
    const open = this.#byName.get(name);
    if (open !== undefined && isOf(open, root, epochs)) return;
    const dataset = this.#takeOffered(name, root, epochs) ?? this.#open(name, epochs);
    if (dataset.root !== root) {
      dataset.close();
      throw new FrostglassError("epoch-mismatch", "A dataset on the disk is not the one that the log committed to.", { dataset: name });
    }
    open?.close();
    this.#byName.delete(name);
    this.#unreadable.delete(name);
    if (dataset.fitsSchema()) this.#byName.set(name, dataset);
    else this.#setAside(name, dataset);
  }

  #takeOffered(name: string, root: Digest, epochs: readonly number[]): Dataset | undefined {
    const offered = this.#offered;
    if (offered?.schema.name !== name || !isOf(offered, root, epochs)) return undefined;
    this.#offered = undefined;
    return offered;
  }

  #setAside(name: string, dataset: Dataset): void {
    dataset.close();
    this.#unreadable.add(name);
  }
}

function isOf(dataset: Dataset, root: Digest, epochs: readonly number[]): boolean {
  return dataset.root === root && dataset.epochs.join() === epochs.join();
}
