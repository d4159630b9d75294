import type { Epoch } from "../../admission/governance.js";
import type { Computation } from "../../computations/computation.js";
import type { Result, Tally } from "../../computations/testing/tally.js";
import type { PageColumns } from "../../datasets/pageColumns.js";
import { asFrostglassError, FrostglassError } from "../../errors/error.js";
import { decodeBucket, pseudonymLength } from "../records/bucket.js";
import type { Dataset } from "../records/dataset.js";
import { openDatasetAt } from "../records/history.js";
import type { VaultState } from "../state.js";
import type { Vault } from "../vault.js";
import type { ResultColumn } from "./resultColumn.js";
import type { TestWatcher } from "./testComputation.js";

/** The datasets of one epoch, held open until `close` whatever is imported meanwhile. */
export interface OpenEpoch {
  readonly epoch: Epoch;
  /** In the order of the computation's inputs. */
  readonly inputs: readonly Dataset[];
  readonly results: { readonly dataset: Dataset; readonly column: ResultColumn } | undefined;
  close(): void;
}

/** Throws what `openDatasetAt` throws. */
export function openEpoch(state: VaultState, epoch: Epoch, { datasets }: Computation, column: ResultColumn | undefined): OpenEpoch {
  const open = new Map<string, Dataset>();
  const close = () => {
    for (const dataset of open.values()) dataset.close();
  };
  const dataset = (name: string) => {
    const known = open.get(name) ?? openDatasetAt(state, epoch, name);
    open.set(name, known);
    return known;
  };
  try {
    const inputs = datasets.map(({ name }) => dataset(name));
    return { epoch, inputs, results: column && { dataset: dataset(column.dataset), column }, close };
  } catch (thrown) {
    close();
    throw thrown;
  }
}

/** How long a slice keeps the event loop: what an answer waits at most for each turn that it needs. */
const sliceMs = 2;
const progressMs = 200;

/** Counts every firm that has a page in one of the inputs. Throws `vault-stopped` when the vault closes or nobody waits any more. */
export async function tallyEpoch(vault: Vault, epoch: OpenEpoch, tally: Tally, watcher: TestWatcher): Promise<void> {
  const buckets = [...new Set(epoch.inputs.flatMap((dataset) => dataset.bucketNumbers()))].sort((a, b) => a - b);
  let sliceEnds = performance.now() + sliceMs;
  let tellAt = performance.now() + progressMs;
  for (const [done, bucket] of buckets.entries()) {
    for (const pseudonym of firmsOf(epoch.inputs, bucket)) {
      const firm = readFirm(epoch, pseudonym);
      if (firm !== undefined) tally.add({ ...firm, token: tokenOf(pseudonym) });
      if (performance.now() < sliceEnds) continue;
      await nextTurn();
      requireWanted(vault, watcher);
      sliceEnds = performance.now() + sliceMs;
    }
    if (performance.now() < tellAt) continue;
    watcher.onProgress({ done, of: buckets.length });
    tellAt = performance.now() + progressMs;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function requireWanted(vault: Vault, watcher: TestWatcher): void {
  if (vault.isClosed || watcher.isGone())
    throw new FrostglassError("vault-stopped", "The test was given up before its end; nothing was logged.");
}

/** The pseudonyms of a bucket, over all datasets, each once. */
function firmsOf(inputs: readonly Dataset[], bucket: number): Iterable<Uint8Array> {
  const firms = new Map<string, Uint8Array>();
  for (const dataset of new Set(inputs)) {
    for (const { pseudonym } of decodeBucket(dataset.bucketBody(bucket))) firms.set(Buffer.from(pseudonym).toString("latin1"), pseudonym);
  }
  return firms.values();
}

interface Firm {
  readonly pages: readonly (PageColumns | undefined)[];
  readonly result: Result;
}

/** A firm as the epoch had it, or undefined when it was erased since: it is as if it had never been there. */
function readFirm(epoch: OpenEpoch, pseudonym: Uint8Array): Firm | undefined {
  try {
    return readPages(epoch, pseudonym);
  } catch (thrown) {
    if (asFrostglassError(thrown, "page-erased") === undefined) throw thrown;
    return undefined;
  }
}

function readPages({ inputs, results }: OpenEpoch, pseudonym: Uint8Array): Firm {
  const read = new Map<Dataset, PageColumns | undefined>();
  const pageOf = (dataset: Dataset) => {
    if (!read.has(dataset)) read.set(dataset, dataset.lookUp(pseudonym));
    return read.get(dataset);
  };
  return { pages: inputs.map(pageOf), result: results?.column.resultOf(pageOf(results.dataset)) };
}

/** Bytes past those that name the bucket. */
function tokenOf(pseudonym: Uint8Array): { high: number; low: number } {
  const view = new DataView(pseudonym.buffer, pseudonym.byteOffset, pseudonymLength);
  return { high: view.getInt32(8), low: view.getInt32(12) };
}
