import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { decodeUtf8 } from "../bytes/utf8.js";
import { FrostglassError } from "../errors/error.js";

/** Reads a file of UTF-8 text. Throws `file-missing`. */
export function readText(path: string): string {
  if (!existsSync(path)) throw new FrostglassError("file-missing", `There is no file ${path}.`);
  return decodeUtf8(readFileSync(path));
}

/** Writes a file that does not exist yet. Throws `file-exists`. */
export function writeNew(path: string, content: string, mode = 0o666): void {
  if (existsSync(path)) throw new FrostglassError("file-exists", `There is a file ${path} already; it was not touched.`);
  writeFileSync(path, content, { flag: "wx", mode });
}
