import { sha256 } from "#crypto";
import { compareBytes } from "../../bytes/bytes.js";
import type { SubjectRecords } from "../../datasets/import/grouping/grouping.js";
import { appendPages, encodePage, type PageColumns } from "../../datasets/page.js";
import type { DatasetSchema } from "../../datasets/schema.js";
import { type Digest, formatDigest } from "../../model/digest.js";
import { SegmentWriter } from "../../store/segment.js";
import { type BucketRow, bucketHash, bucketOf, bucketsRoot, decodeBucket, encodeBucket } from "./bucket.js";
import type { Dataset } from "./dataset.js";
import { sealPage } from "./sealedPage.js";

export type { SubjectRecords } from "../../datasets/import/grouping/grouping.js";

export interface EpochPreparation {
  readonly schema: DatasetSchema;
  readonly datasetKey: Uint8Array;
  /** The epoch that the new segment will be published as. */
  readonly epoch: number;
  /** Where given, records are added to these pages; otherwise the new ones are the whole dataset. */
  readonly base: Dataset | undefined;
  readonly segmentFile: string;
}

export interface PreparedEpoch {
  readonly root: Digest;
  readonly subjects: number;
}

/**
 * Writes the segment of a new epoch from records that come in ascending order of pseudonym, while the node goes on answering from the old one.
 * When it returns, the segment file is durable under its name; nothing refers to it until it is published. On any failure no file is left.
 */
export async function prepareEpoch(preparation: EpochPreparation, records: AsyncIterable<SubjectRecords>): Promise<PreparedEpoch> {
  const writer = new SegmentWriter(preparation.segmentFile);
  try {
    const prepared = await writePages(preparation, writer, records);
    writer.finish();
    return prepared;
  } catch (cause) {
    writer.abandon();
    throw cause;
  }
}

async function writePages(
  preparation: EpochPreparation,
  writer: SegmentWriter,
  records: AsyncIterable<SubjectRecords>,
): Promise<PreparedEpoch> {
  const buckets = new BucketBuilder(preparation.base, writer);
  let subjects = 0;
  for await (const { pseudonym, columns } of records) {
    buckets.add(writePage(preparation, writer, buckets, pseudonym, columns));
    subjects += 1;
  }
  return { root: buckets.finish(), subjects };
}

function writePage(
  { schema, datasetKey, epoch, base }: EpochPreparation,
  writer: SegmentWriter,
  buckets: BucketBuilder,
  pseudonym: Uint8Array,
  added: PageColumns,
): BucketRow {
  const known = buckets.known(pseudonym);
  const columns = known === undefined || base === undefined ? added : appendPages(schema, base.readPage(known), added);
  const sealed = sealPage(datasetKey, schema.name, pseudonym, epoch, encodePage(schema, columns));
  writer.addPage(pseudonym, sealed);
  return { pseudonym, epoch, digest: sha256(sealed) };
}

/** Gathers the rows of one bucket at a time, since pseudonyms come in order, and writes each changed bucket once. */
class BucketBuilder {
  readonly #base: Dataset | undefined;
  readonly #writer: SegmentWriter;
  readonly #hashes: Map<number, Uint8Array>;
  #number = -1;
  #known: BucketRow[] = [];
  #added: BucketRow[] = [];

  constructor(base: Dataset | undefined, writer: SegmentWriter) {
    this.#base = base;
    this.#writer = writer;
    this.#hashes = base?.hashes() ?? new Map();
  }

  known(pseudonym: Uint8Array): BucketRow | undefined {
    this.#turnTo(bucketOf(pseudonym));
    return this.#known.find((row) => compareBytes(row.pseudonym, pseudonym) === 0);
  }

  add(row: BucketRow): void {
    this.#turnTo(bucketOf(row.pseudonym));
    this.#added.push(row);
  }

  finish(): Digest {
    this.#turnTo(-1);
    return formatDigest(bucketsRoot(this.#hashes));
  }

  #turnTo(number: number): void {
    if (number === this.#number) return;
    if (this.#added.length > 0) this.#write();
    this.#number = number;
    this.#added = [];
    this.#known = number >= 0 && this.#base !== undefined ? decodeBucket(this.#base.bucketBody(number)) : [];
  }

  #write(): void {
    const rows = new Map([...this.#known, ...this.#added].map((row) => [Buffer.from(row.pseudonym).toString("hex"), row]));
    const body = encodeBucket([...rows.values()].sort((a, b) => compareBytes(a.pseudonym, b.pseudonym)));
    this.#writer.addBucket(this.#number, body);
    this.#hashes.set(this.#number, bucketHash(body));
  }
}
