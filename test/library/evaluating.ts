import { createHash } from "node:crypto";
import { type Computation, compileManifest } from "../../src/computations/computation.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { parseParameters } from "../../src/computations/parameters.js";
import { importRows } from "../../src/datasets/import/importRows.js";
import { parseMapping } from "../../src/datasets/import/mapping.js";
import { decodePage, encodePage, type PageColumns } from "../../src/datasets/page.js";
import type { DatasetSchema } from "../../src/datasets/schema.js";
import { parseDay } from "../../src/model/calendar.js";
import type { Outcome } from "../../src/model/outcome.js";

/** The pages of one dataset, by subject. */
export type Pages = ReadonlyMap<string, PageColumns>;

const pseudonymOf = (id: string) => createHash("sha256").update(id).digest().subarray(0, 16);
const keyOf = (id: string) => Buffer.from(pseudonymOf(id)).toString("hex");

/** Imports files with the product's importer. Rejected rows beyond `maxRejects` are an error; `rejects` gets the lines about the others. */
export async function importPages(
  schema: DatasetSchema,
  mappingText: string,
  files: readonly string[],
  temporaryFolder: string,
  { maxRejects = 0, rejects = (_lines: string): void => undefined } = {},
): Promise<Pages> {
  const mapping = parseMapping(mappingText, schema);
  const pages = new Map<string, PageColumns>();
  await importRows({ schema, mapping, files, pseudonymOf, temporaryFolder, maxRejects, rejects }, async (groups) => {
    // The columns are valid until the next subject is asked for, so each page is encoded as the vault encodes it.
    for await (const { pseudonym, columns } of groups)
      pages.set(Buffer.from(pseudonym).toString("hex"), decodePage(schema, encodePage(schema, columns)));
  });
  return pages;
}

export interface Answered {
  readonly outcome: Outcome;
  readonly reasonCodes: readonly string[];
}

/** Computations over imported pages, asked as the oracle names its questions: `id`, or `id parameter=choice`. */
export class Shelf {
  readonly #computations: ReadonlyMap<string, Computation>;
  readonly #pages: ReadonlyMap<string, Pages>;

  constructor(manifests: readonly string[], schemas: ReadonlyMap<string, DatasetSchema>, pages: ReadonlyMap<string, Pages>) {
    const compiled = manifests.map((text) => compileManifest(parseManifest(text), schemas));
    this.#computations = new Map(compiled.map((computation) => [computation.id, computation]));
    this.#pages = pages;
  }

  answer(question: string, subject: string, day: string): Answered {
    const [id = "", parameter] = question.split(" ");
    const computation = this.#computations.get(id);
    if (computation === undefined) throw new Error(`there is no computation ${id}`);
    const pages = computation.datasets.map(({ name }) => this.#pages.get(name)?.get(keyOf(subject)));
    const choices = parseParameters(computation, Object.fromEntries(parameter === undefined ? [] : [parameter.split("=")]));
    const { outcome, reasonCodes } = computation.evaluate(pages, choices, parseDay(day));
    return { outcome, reasonCodes };
  }
}
