import { sha256 } from "#crypto";
import { equalBytes } from "../../bytes/bytes.js";
import { decodePage, type PageColumns } from "../../datasets/page.js";
import type { DatasetSchema } from "../../datasets/schema.js";
import { asFrostglassError, FrostglassError } from "../../errors/error.js";
import { type Digest, formatDigest } from "../../model/digest.js";
import { Segment } from "../../store/segment.js";
import { type BucketRow, bucketHash, bucketOf, bucketsRoot, decodeBucket, emptyBucketHash, findInBucket } from "./bucket.js";
import { openPage } from "./sealedPage.js";

const noBody = new Uint8Array(0);

/**
 * One dataset in one epoch: its segments, oldest first, and in memory the hash of every bucket, checked against the root that the log
 * committed to. Every lookup is checked against that hash, so nothing on the disk is believed.
 */
export class Dataset {
  readonly schema: DatasetSchema;
  readonly root: Digest;
  readonly #key: Uint8Array;
  readonly #segments: ReadonlyMap<number, Segment>;
  readonly #hashes: ReadonlyMap<number, Uint8Array>;
  /** Bucket number → the epoch whose segment holds its newest body. */
  readonly #newest: ReadonlyMap<number, number>;
  /** The bodies themselves, hashed when they were read; empty for a dataset that is too large for that. */
  readonly #bodies: ReadonlyMap<number, Uint8Array>;
  readonly #wasErased: (row: BucketRow) => boolean;
  #holders = 1;

  /**
   * Opens the segments by epoch. Throws `segment-missing`. The caller compares `root` with the log. `wasErased` says of a page that is not there
   * whether it may have been erased; in the epoch in force none was.
   */
  constructor(
    schema: DatasetSchema,
    key: Uint8Array,
    segmentFiles: ReadonlyMap<number, string>,
    wasErased: (row: BucketRow) => boolean = () => false,
  ) {
    this.schema = schema;
    this.#wasErased = wasErased;
    this.#key = key;
    this.#segments = new Map([...segmentFiles].map(([epoch, path]) => [epoch, new Segment(path)]));
    const { hashes, newest, bodies } = readBuckets(this.#segments);
    this.#hashes = hashes;
    this.#newest = newest;
    this.#bodies = bodies;
    this.root = formatDigest(bucketsRoot(hashes));
  }

  get epochs(): number[] {
    return [...this.#segments.keys()];
  }

  /** The newest body of a bucket, checked; empty where the bucket is. Throws `epoch-mismatch` when the disk holds another one. */
  bucketBody(number: number): Uint8Array {
    const held = this.#bodies.get(number);
    if (held !== undefined) return held;
    const epoch = this.#newest.get(number);
    if (epoch === undefined) return noBody;
    const body = this.#segments.get(epoch)?.bucket(number);
    const hash = this.#hashes.get(number);
    if (body === undefined || hash === undefined || !equalBytes(bucketHash(body), hash)) throw mismatch("a bucket");
    return body;
  }

  /** The buckets that hold rows, ascending: one that an erasure emptied does not count. */
  bucketNumbers(): number[] {
    const filled = [...this.#hashes].filter(([, hash]) => !equalBytes(hash, emptyBucketHash));
    return filled.map(([number]) => number).sort((a, b) => a - b);
  }

  hashes(): Map<number, Uint8Array> {
    return new Map(this.#hashes);
  }

  /** The page of a pseudonym, opened and checked against this epoch, or undefined when the epoch proves that there is none. */
  lookUp(pseudonym: Uint8Array): PageColumns | undefined {
    const row = this.findRow(pseudonym);
    return row === undefined ? undefined : this.readPage(row);
  }

  /** The bucket row of a pseudonym, or undefined when the epoch proves that there is no page. */
  findRow(pseudonym: Uint8Array): BucketRow | undefined {
    return findInBucket(this.bucketBody(bucketOf(pseudonym)), pseudonym);
  }

  /**
   * Opens the page that a checked bucket row names. Throws `epoch-mismatch` when an older, altered or missing page lies there, `page-erased` when it was
   * erased since this past epoch.
   */
  readPage(row: BucketRow): PageColumns {
    const sealed = this.#segments.get(row.epoch)?.page(row.pseudonym);
    if (sealed === undefined && this.#wasErased(row))
      throw new FrostglassError("page-erased", "The subject's page of that epoch was erased.");
    if (sealed === undefined || !equalBytes(sha256(sealed), row.digest)) throw mismatch("a page");
    this.#opened = openPage(this.#key, this.schema.name, row.pseudonym, row.epoch, sealed);
    return decodePage(this.schema, this.#opened);
  }

  /** The bytes of the page that was opened last, and of one that a computation found enough in. */
  #opened: Uint8Array | undefined;
  #likeness: Uint8Array | undefined;

  /** Keeps the page that was opened last, to be evaluated in place of those with too little in them. It goes with the epoch. */
  keepLikeness(): void {
    this.#likeness = this.#opened;
  }

  /** A page that was found to have enough in it, to be decoded anew, or some page where none was yet. Nothing of it may leave. */
  likeness(): PageColumns | undefined {
    const bytes = this.#likeness ?? this.#opened;
    return bytes === undefined ? undefined : decodePage(this.schema, bytes);
  }

  /** False when the records were imported under another schema than the one that is here now. Reads one page. */
  fitsSchema(): boolean {
    const [number] = this.bucketNumbers();
    const [row] = number === undefined ? [] : decodeBucket(this.bucketBody(number));
    if (row === undefined) return true;
    try {
      this.readPage(row);
      return true;
    } catch (thrown) {
      if (asFrostglassError(thrown) === undefined) throw thrown;
      return asFrostglassError(thrown, "page-schema-mismatch") === undefined; // a page that is damaged is refused when it is asked for
    }
  }

  /** Does the work of a lookup that finds something, for a subject that is not there: reads and opens some page, and drops it. */
  readDecoy(pseudonym: Uint8Array): void {
    const numbers = this.#decoyBuckets;
    const number = numbers[bucketOf(pseudonym) % Math.max(1, numbers.length)];
    if (number === undefined) return;
    const body = this.bucketBody(number);
    const row = findInBucket(body, body.subarray(0, pseudonym.length));
    if (row !== undefined) this.readPage(row);
  }

  #decoyNumbers: number[] | undefined;
  get #decoyBuckets(): number[] {
    this.#decoyNumbers ??= this.bucketNumbers();
    return this.#decoyNumbers;
  }

  /** Keeps the files open for a reader that may outlive this epoch. It calls `close` once when it has done. */
  hold(): this {
    this.#holders += 1;
    return this;
  }

  /** Lets go; the last holder closes the files. */
  close(): void {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    for (const segment of this.#segments.values()) segment.close();
  }
}

/** As long as all bodies together are no larger, they stay in memory: some 1.2 million subjects. */
const mostBodiesInMemory = 64 * 1024 * 1024;

function readBuckets(segments: ReadonlyMap<number, Segment>) {
  const hashes = new Map<number, Uint8Array>();
  const newest = new Map<number, number>();
  const bodies = new Map<number, Uint8Array>();
  let size = 0;
  for (const [epoch, segment] of segments) {
    for (const { number, body } of segment.buckets()) {
      newest.set(number, epoch);
      hashes.set(number, bucketHash(body));
      size += body.length;
      if (size <= mostBodiesInMemory) bodies.set(number, body);
    }
  }
  if (size > mostBodiesInMemory) bodies.clear();
  return { hashes, newest, bodies };
}

/** Records that were imported under another schema than the one that is here now can only be replaced. */
export function otherSchema(dataset: string): FrostglassError {
  return new FrostglassError("page-schema-mismatch", "The dataset's records were imported under another schema.", { dataset });
}

function mismatch(what: string): FrostglassError {
  return new FrostglassError("epoch-mismatch", `What lies on the disk for ${what} is not what the current epoch committed to.`);
}
