import type { Command } from "commander";
import { encodeUtf8 } from "../../bytes/utf8.js";
import { type Computation, compileManifest } from "../../computations/computation.js";
import { parseManifest } from "../../computations/manifest/manifest.js";
import { textToSign } from "../../computations/textToSign.js";
import { type DatasetSchema, parseSchema } from "../../datasets/schema.js";
import { asFrostglassError } from "../../errors/error.js";
import { digestOf } from "../../model/digest.js";
import { type Note, parseNote } from "../../note/signedNote.js";
import { homeAt, readSchemas } from "../../vault/home.js";
import { readText } from "../files.js";
import { collect } from "../verb.js";

/** Where the schemas of a computation's datasets come from. */
export interface SchemaOptions {
  readonly home?: string;
  readonly schema?: string[];
}

/** A file that holds a manifest: as its author wrote it, or as a note that reviewers have signed. */
export interface ComputationFile {
  readonly text: string;
  readonly note: Note | undefined;
}

/** Reads a manifest or a signed note. Throws `file-missing` or `utf8-invalid`. */
export function readComputationFile(path: string): ComputationFile {
  const full = readText(path);
  const note = full.includes("\n\n\u2014 ") ? noteIn(full) : undefined;
  return { text: note?.text ?? full, note };
}

function noteIn(full: string): Note | undefined {
  try {
    return parseNote(full);
  } catch (thrown) {
    if (asFrostglassError(thrown) === undefined) throw thrown;
    return undefined; // no note: then it is read as a manifest, whose own errors say more
  }
}

/**
 * Parses, checks and compiles. What comes back has the text as it is to be signed, its leakage line at the end, and that text's digest. Throws
 * `manifest-invalid` with every problem found, `leakage-mismatch` where the text names another report than the one that is found.
 */
export function compileFile(file: ComputationFile, schemas: ReadonlyMap<string, DatasetSchema>): Computation {
  const computation = compileManifest(parseManifest(file.text), schemas);
  const text = textToSign(computation, schemas);
  const digest = digestOf(encodeUtf8(text));
  return { ...computation, digest, manifest: { ...computation.manifest, text, digest } };
}

/** The options that say where the schemas come from. */
export function withSchemas(command: Command): Command {
  return command
    .option("--home <dir>", "take the dataset schemas of this home")
    .option("--schema <file>", "take this dataset schema; may be given several times", collect);
}

export function schemasOf({ home, schema = [] }: SchemaOptions): Map<string, DatasetSchema> {
  const schemas = home === undefined ? new Map<string, DatasetSchema>() : readSchemas(homeAt(home));
  for (const path of schema) {
    const read = parseSchema(readText(path));
    schemas.set(read.name, read);
  }
  return schemas;
}
