import { existsSync } from "node:fs";
import { equalBytes } from "../../bytes/bytes.js";
import { encodeUtf8 } from "../../bytes/utf8.js";
import { deriveKey, open, seal } from "../../crypto/seal.js";
import { type Digest, formatDigest } from "../../model/digest.js";
import { erasePage, Segment, SegmentWriter } from "../../store/segment.js";
import { segmentPath } from "../home.js";
import type { VaultState } from "../state.js";
import { bucketHash, bucketOf, bucketsRoot, decodeBucket, encodeBucket } from "./bucket.js";
import type { Dataset } from "./dataset.js";
import { segmentsInForce } from "./history.js";

/*
 * Erasing a subject takes three steps, and a crash between them is harmless:
 *
 *   1. One commit: an epoch whose buckets do not know the subject, the log entry, and a pending erasure, sealed.
 *   2. The pages are deleted from all segment files, those of past epochs too, and their bytes overwritten.
 *   3. The pending erasure is forgotten.
 *
 * A vault that finds a pending erasure at its start finishes it before it answers.
 */

const purpose = encodeUtf8("frostglass erasure/1");

/** The token of a subject as a pending erasure keeps it. */
export function sealErasure({ keyring }: VaultState, pseudonym: Uint8Array): Uint8Array {
  return seal(deriveKey(keyring.archive, purpose), pseudonym, purpose);
}

/** How many pages of a subject lie in the segments of all datasets and all epochs that are kept. */
export function countPages(state: VaultState, pseudonym: Uint8Array): number {
  return keptFiles(state).filter((path) => {
    const segment = new Segment(path);
    try {
      return segment.page(pseudonym) !== undefined;
    } finally {
      segment.close();
    }
  }).length;
}

/** The files of all segments. Those of past epochs may be lost: that must not keep anybody's records from being erased. */
function keptFiles({ store, home }: VaultState): string[] {
  const files = store.segments().map(({ dataset, since, until }) => ({ until, path: segmentPath(home, dataset, since) }));
  return files.filter(({ until, path }) => until === null || existsSync(path)).map(({ path }) => path);
}

/**
 * Writes the segments of an epoch of that number which knows the subject no more: one bucket for each dataset that knows it now. Gives the new root of
 * each of these. When it returns, the files are durable; nothing refers to them until the epoch is published.
 */
export function prepareEpochWithout(state: VaultState, pseudonym: Uint8Array, epoch: number): ReadonlyMap<string, Digest> {
  const roots = new Map<string, Digest>();
  for (const name of Object.keys(state.epoch.datasets)) {
    const dataset = openInForce(state, name);
    try {
      if (dataset.findRow(pseudonym) === undefined) continue;
      roots.set(name, writeBucketWithout(dataset, pseudonym, segmentPath(state.home, name, epoch)));
    } finally {
      dataset.close();
    }
  }
  return roots;
}

/** A dataset of the epoch in force, also one that is set aside because its schema was changed. The caller closes it. */
function openInForce(state: VaultState, name: string): Dataset {
  const open = state.datasets().get(name);
  if (open !== undefined) return open.hold();
  return state.openDataset(name, segmentsInForce(state.store.segments(), name));
}

function writeBucketWithout(dataset: Dataset, pseudonym: Uint8Array, segmentFile: string): Digest {
  const number = bucketOf(pseudonym);
  const others = decodeBucket(dataset.bucketBody(number)).filter((row) => !equalBytes(row.pseudonym, pseudonym));
  const body = encodeBucket(others);
  const writer = new SegmentWriter(segmentFile);
  try {
    writer.addBucket(number, body);
    writer.finish();
  } catch (cause) {
    writer.abandon();
    throw cause;
  }
  return formatDigest(bucketsRoot(dataset.hashes().set(number, bucketHash(body))));
}

/**
 * Finishes every erasure that is pending. When it returns, the pages are gone from the disk for good. It closes all datasets; applying what was committed
 * opens them again. Throws `segment-in-use` when another process reads a segment, `segment-missing`, `seal-broken`.
 */
export function finishErasures(state: VaultState): void {
  const key = deriveKey(state.keyring.archive, purpose);
  const pseudonyms = state.store.pendingErasures().map((sealed) => open(key, sealed, purpose));
  if (pseudonyms.length === 0) return;
  state.closeDatasets();
  for (const path of keptFiles(state)) for (const pseudonym of pseudonyms) erasePage(path, pseudonym);
  state.store.forgetErasures();
}
