import { equalBytes } from "../../bytes/bytes.js";
import { decodeUtf8, encodeUtf8 } from "../../bytes/utf8.js";
import { FrostglassError } from "../../errors/error.js";

/** One file of an archive. */
export interface Member {
  /** Relative, with slashes. */
  readonly path: string;
  readonly mode: number;
  readonly size: number;
}

export const blockLength = 512;

/** Where the fields of a POSIX ustar header stand: offset and length. Owner, time and link stay empty, since a backup belongs to whoever restores it. */
const fields = {
  name: [0, 100],
  mode: [100, 8],
  owner: [108, 8],
  group: [116, 8],
  size: [124, 12],
  time: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 8],
  prefix: [345, 155],
} as const;
type Field = keyof typeof fields;

/** The header block of a regular file. Throws `backup-name-too-long`. */
export function formatHeader({ path, mode, size }: Member): Uint8Array {
  const header = new Uint8Array(blockLength);
  const put = (field: Field, bytes: Uint8Array) => header.set(bytes, fields[field][0]);
  const [prefix, name] = splitPath(path);
  put("name", name);
  put("mode", octal(mode, 8));
  put("owner", octal(0, 8));
  put("group", octal(0, 8));
  put("size", sizeField(size));
  put("time", octal(0, 12));
  put("checksum", encodeUtf8(" ".repeat(8)));
  put("type", encodeUtf8("0"));
  put("magic", encodeUtf8("ustar\u000000"));
  put("prefix", prefix);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put("checksum", encodeUtf8(`${sum.toString(8).padStart(6, "0")}\u0000 `));
  return header;
}

/** Takes a header that `formatHeader` could have written, and no other. Throws `backup-damaged`. */
export function parseHeader(header: Uint8Array): Member {
  const text = (field: Field) => textOf(header.subarray(fields[field][0], fields[field][0] + fields[field][1]));
  const [prefix, name] = [text("prefix"), text("name")];
  const member = { path: prefix === "" ? name : `${prefix}/${name}`, mode: Number.parseInt(text("mode"), 8), size: sizeOf(header) };
  if (!isPlainPath(member.path) || !Number.isSafeInteger(member.size) || !(member.mode >= 0) || !equalBytes(formatHeader(member), header))
    throw damaged("Frostglass wrote no such header");
  return member;
}

/** A path that stays inside the folder that it is relative to. */
function isPlainPath(path: string): boolean {
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..") && !path.includes("\\");
}

function splitPath(path: string): readonly [prefix: Uint8Array, name: Uint8Array] {
  const cuts = [0, ...[...path.matchAll(/\//g)].map(({ index }) => index + 1)];
  for (const cut of cuts) {
    const [prefix, name] = [encodeUtf8(path.slice(0, Math.max(0, cut - 1))), encodeUtf8(path.slice(cut))];
    if (prefix.length <= fields.prefix[1] && name.length <= fields.name[1]) return [prefix, name];
  }
  throw new FrostglassError("backup-name-too-long", "A file of the home has too long a name for an archive.", { file: path });
}

function octal(value: number, length: number): Uint8Array {
  return encodeUtf8(`${value.toString(8).padStart(length - 1, "0")}\u0000`);
}

const largestOctal = 8 ** 11 - 1;

/** From 8 GiB on the size is written in base 256 behind a byte of 0x80, as GNU tar and libarchive do. */
function sizeField(size: number): Uint8Array {
  if (size <= largestOctal) return octal(size, fields.size[1]);
  const field = new Uint8Array(fields.size[1]);
  field[0] = 0x80;
  new DataView(field.buffer).setBigUint64(4, BigInt(size));
  return field;
}

function sizeOf(header: Uint8Array): number {
  const [offset, length] = fields.size;
  if (header[offset] !== 0x80) return Number.parseInt(textOf(header.subarray(offset, offset + length)), 8);
  return Number(new DataView(header.buffer, header.byteOffset + offset).getBigUint64(4));
}

function textOf(field: Uint8Array): string {
  const end = field.indexOf(0);
  return readText(end < 0 ? field : field.subarray(0, end));
}

/** Text of an archive. Throws `backup-damaged`. */
export function readText(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    throw damaged("its text is no UTF-8", cause);
  }
}

/** Why an archive is not taken. */
export function damaged(why: string, cause?: unknown): FrostglassError {
  return new FrostglassError("backup-damaged", `The file is not a whole backup: ${why}.`, {}, { cause });
}
