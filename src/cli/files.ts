import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { decodeUtf8 } from "../bytes/utf8.js";
import { FrostglassError } from "../errors/error.js";

/** Reads a file of UTF-8 text. Throws `file-missing`. */
export function readText(path: string): string {
  if (!existsSync(path)) throw new FrostglassError("file-missing", `There is no file ${path}.`);
  return decodeUtf8(readFileSync(path));
}

/** Reads a text file line by line, without holding more than a line. Throws `file-missing`. */
export function readLines(path: string): AsyncIterable<string> {
  if (!existsSync(path)) throw new FrostglassError("file-missing", `There is no file ${path}.`);
  return linesOf(path);
}

/** Opened when the first line is asked for: readline loses what comes before somebody waits for it. */
async function* linesOf(path: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
}

/** Writes a file that does not exist yet. Throws `file-exists`. */
export function writeNew(path: string, content: string, mode = 0o666): void {
  if (existsSync(path)) throw new FrostglassError("file-exists", `There is a file ${path} already; it was not touched.`);
  writeFileSync(path, content, { flag: "wx", mode });
}

/** Writes a file whole or not at all: what is interrupted leaves nothing torn. */
export function replaceFile(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.partial`;
  const descriptor = openSync(partial, "w");
  try {
    writeSync(descriptor, typeof content === "string" ? Buffer.from(content) : content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(partial, path);
}
