import { concat, equalBytes } from "../bytes/bytes.js";
import { FrostglassError } from "../errors/error.js";
import { digestBytes } from "../model/digest.js";
import { countBits, hasBit, newBitmap, setBit, takeBitmap } from "./blocks/bitmap.js";
import { ByteReader, malformed } from "./blocks/byteReader.js";
import { takeDictionary } from "./blocks/dictionary.js";
import { newLane } from "./blocks/lane.js";
import { encodeNumbers, takeNumbers } from "./blocks/numberBlock.js";
import { encodeTexts, takeIndexes } from "./blocks/textBlock.js";
import { type Bounds, boundsOf, holdsText } from "./columnTypes/index.js";
import { checkRoom, type LaneRange, mostRecords, type PageColumns } from "./pageColumns.js";
import type { DatasetSchema } from "./schema.js";
import { sizeClass } from "./sizeClass.js";

const version = 1;
const digestPrefixLength = 8;
const headLength = 4 + digestPrefixLength;

/**
 * Encodes records as the bytes that are then sealed. Little-endian:
 *
 *     version   1 byte    1
 *     records   3 bytes
 *     schema    8 bytes   the first bytes of the schema's digest
 *     lengths   4 bytes a column: the length of its block
 *     columns   a block a column, in the order of the schema:
 *                 missing   1 byte     0 when every record has a value; 1 when a bitmap follows
 *                 bitmap    ⌈records / 8⌉ bytes, only then: set where the value is missing
 *                 values    of the records that have one: numberBlock.ts, textBlock.ts
 *     padding   zeros up to a size class (sizeClass.ts)
 *
 * Throws `page-value-invalid` for a value that its column cannot hold, `page-full` past 1048576 records.
 */
export function encodePage(schema: DatasetSchema, columns: PageColumns): Uint8Array {
  const form = formOf(schema);
  checkRoom(columns.records);
  const blocks = form.columns.map((column, i) => encodeColumn(column, columns, i));
  const head = new Uint8Array(headLength + 4 * blocks.length);
  const view = new DataView(head.buffer);
  view.setUint32(0, version + columns.records * 256, true);
  head.set(form.digestPrefix, 4);
  for (const [i, block] of blocks.entries()) view.setUint32(headLength + 4 * i, block.length, true);
  const content = concat(head, ...blocks);
  const page = new Uint8Array(sizeClass(content.length));
  page.set(content);
  return page;
}

/** What the codec asks of a schema, worked out once. */
interface PageForm {
  readonly digestPrefix: Uint8Array;
  readonly columns: readonly ColumnForm[];
}

interface ColumnForm {
  readonly name: string;
  readonly optional: boolean;
  readonly isText: boolean;
  readonly bounds: Bounds;
}

const forms = new WeakMap<DatasetSchema, PageForm>();

function formOf(schema: DatasetSchema): PageForm {
  const known = forms.get(schema);
  if (known !== undefined) return known;
  const columns = schema.columns.map((column) => {
    return { name: column.name, optional: column.optional, isText: holdsText(column), bounds: boundsOf(column) };
  });
  const form = { digestPrefix: digestBytes(schema.digest).slice(0, digestPrefixLength), columns };
  forms.set(schema, form);
  return form;
}

function encodeColumn(form: ColumnForm, columns: PageColumns, position: number): Uint8Array {
  const lane = columns.lane(position);
  if (lane.length !== columns.records) throw invalidColumn(form, "has another number of values than the page has records");
  const bitmap = newBitmap(lane.length);
  const present = new Float64Array(lane.length);
  let count = 0;
  for (let i = 0; i < lane.length; i++) {
    const value = lane[i] as number;
    if (Number.isNaN(value)) setBit(bitmap, i);
    else present[count++] = value;
  }
  if (count < lane.length && !form.optional) throw invalidColumn(form, "lacks a value and is not optional");
  const values = present.subarray(0, count);
  const block = form.isText ? encodeTexts(values, columns.dictionary(position)) : encodeNumbers(values, form.bounds);
  return count === lane.length ? concat(Uint8Array.of(0), block) : concat(Uint8Array.of(1), bitmap, block);
}

function invalidColumn(form: ColumnForm, why: string): FrostglassError {
  return new FrostglassError("page-value-invalid", `Column ${form.name} ${why}.`, { column: form.name });
}

/**
 * Opens a page's bytes. The header, the lengths and the padding are checked now; a column is decoded when it is first asked for, and kept.
 * The page refers to `bytes` until then: do not alter them. Throws `page-schema-mismatch` when the page was written under another schema;
 * `page-malformed`, here or from `lane` and `dictionary`, for bytes that `encodePage` does not write.
 */
export function decodePage(schema: DatasetSchema, bytes: Uint8Array): PageColumns {
  const form = formOf(schema);
  const reader = new ByteReader(bytes);
  const head = reader.take(headLength);
  if (head[0] !== version) throw malformed("its version is unknown");
  if (!equalBytes(head.subarray(4), form.digestPrefix)) throw schemaMismatch(schema);
  const records = (head[1] ?? 0) + (head[2] ?? 0) * 0x100 + (head[3] ?? 0) * 0x10000;
  if (records > mostRecords) throw malformed("it has too many records");
  const lengths = reader.take(4 * form.columns.length);
  const view = new DataView(lengths.buffer, lengths.byteOffset);
  const blocks = form.columns.map((_column, i) => reader.take(view.getUint32(4 * i, true)));
  checkPadding(reader.takeRest(), bytes.length);
  return new DecodedPage(form.columns, records, blocks);
}

function checkPadding(padding: Uint8Array, length: number): void {
  if (sizeClass(length - padding.length) !== length) throw malformed("its length is not that of its size class");
  for (let i = 0; i < padding.length; i++) if (padding[i] !== 0) throw malformed("its padding is not zeros");
}

function schemaMismatch(schema: DatasetSchema): FrostglassError {
  return new FrostglassError("page-schema-mismatch", `The page was written under another schema of ${schema.name}.`, {
    dataset: schema.name,
  });
}

class DecodedPage implements PageColumns {
  readonly records: number;
  readonly #forms: readonly ColumnForm[];
  readonly #blocks: readonly Uint8Array[];
  readonly #lanes: Float64Array[] = [];
  readonly #ranges: LaneRange[] = [];
  readonly #dictionaries: (readonly string[])[] = [];

  constructor(forms: readonly ColumnForm[], records: number, blocks: readonly Uint8Array[]) {
    this.#forms = forms;
    this.records = records;
    this.#blocks = blocks;
  }

  lane(column: number): Float64Array {
    return this.#lanes[column] ?? this.#decode(column, false).lane;
  }

  range(column: number): LaneRange {
    return this.#ranges[column] ?? this.#decode(column, false).range;
  }

  dictionary(column: number): readonly string[] {
    return this.#dictionaries[column] ?? this.#decode(column, true).dictionary;
  }

  #decode(column: number, withDictionary: boolean): DecodedColumn {
    const form = this.#forms[column];
    const block = this.#blocks[column];
    if (form === undefined || block === undefined)
      throw new FrostglassError("page-value-invalid", `The dataset has no column ${column}.`, { position: column });
    const decoded = decodeColumn(form, new ByteReader(block), this.records, withDictionary);
    this.#lanes[column] ??= decoded.lane;
    this.#ranges[column] ??= decoded.range;
    if (withDictionary) this.#dictionaries[column] = decoded.dictionary;
    return decoded;
  }
}

interface DecodedColumn {
  readonly lane: Float64Array;
  readonly range: LaneRange;
  readonly dictionary: readonly string[];
}

function decodeColumn(form: ColumnForm, reader: ByteReader, records: number, withDictionary: boolean): DecodedColumn {
  const bitmap = takeMissing(form, reader, records);
  const count = bitmap === undefined ? records : records - countBits(bitmap);
  if (!form.isText) {
    const { values, least, most } = takeNumbers(reader, count, form.bounds);
    reader.end();
    return { lane: spread(values, bitmap, records), range: { least, most, gaps: count < records }, dictionary: [] };
  }
  const { indexes, entries } = takeIndexes(reader, count);
  const range = {
    least: entries === 0 ? Number.POSITIVE_INFINITY : 0,
    most: entries === 0 ? Number.NEGATIVE_INFINITY : entries - 1,
    gaps: count < records,
  };
  return { lane: spread(indexes, bitmap, records), range, dictionary: withDictionary ? takeDictionary(reader, entries) : [] };
}

function takeMissing(form: ColumnForm, reader: ByteReader, records: number): Uint8Array | undefined {
  const flag = reader.takeByte();
  if (flag === 0) return undefined;
  if (flag !== 1 || !form.optional) throw malformed("a column lacks values and may not");
  return takeBitmap(reader, records);
}

/** Puts the values of the records that have one in their places, NaN in the others. */
function spread(values: Float64Array, missing: Uint8Array | undefined, records: number): Float64Array {
  if (missing === undefined) return values;
  const lane = newLane(records);
  for (let i = 0, next = 0; i < records; i++) lane[i] = hasBit(missing, i) ? Number.NaN : (values[next++] as number);
  return lane;
}
