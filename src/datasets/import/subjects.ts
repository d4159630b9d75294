import { FrostglassError } from "../../errors/error.js";
import { compilePattern } from "../../model/schemes/opaque.js";
import { subjectScheme } from "../../model/subject.js";
import type { DatasetSchema } from "../schema.js";
import { type CellRules, cleanCell } from "./cells.js";

/** A subject as an import knows it. `run` and `index` belong to the grouping: where the subject stands in the run that is being gathered. */
export interface KnownSubject {
  /** One character (U+0000 to U+00FF) a byte: unlike an array of its own, a short string costs next to nothing beside its characters. */
  readonly pseudonym: string;
  run: number;
  index: number;
}

/** The keyed pseudonym of a canonical subject id: 16 bytes or more, the same number for every subject. */
export type Pseudonymiser = (subjectId: string) => Uint8Array;

const mostKnown = 65536;
const shortestPseudonym = 16;

/** Finds the subject of a cell: checks the id by the schema's scheme and works out the pseudonym, once for as long as it is remembered. */
export class SubjectFinder {
  /** By the cell as it stands in the file. */
  readonly #known = new Map<string, KnownSubject | string>();
  readonly #check: (id: string) => string;
  readonly #pseudonymOf: Pseudonymiser;
  readonly #rules: CellRules;

  constructor(schema: DatasetSchema, rules: CellRules, pseudonymOf: Pseudonymiser) {
    const scheme = subjectScheme(schema.subject.scheme);
    const options = schema.subject.pattern === undefined ? {} : { pattern: compilePattern(schema.subject.pattern) };
    this.#check = (id) => scheme.parse(id, options);
    this.#rules = rules;
    this.#pseudonymOf = pseudonymOf;
  }

  /** The subject of the cell that `text` holds from `start` to before `end`, or the reason why it names none. */
  find(text: Buffer, start: number, end: number): KnownSubject | string {
    const cell = cleanCell(text, start, end, false);
    return this.#known.get(cell) ?? this.#learn(cell);
  }

  #learn(cell: string): KnownSubject | string {
    const found = this.#read(this.#rules.trim ? cell.trim() : cell);
    // Forgetting all at once is cheap, and a file that is ordered by subject never asks for an old one.
    if (this.#known.size >= mostKnown) this.#known.clear();
    this.#known.set(cell, found);
    return found;
  }

  #read(text: string): KnownSubject | string {
    if (this.#rules.missing.has(text)) return "subject-missing";
    try {
      return { pseudonym: this.#pseudonym(this.#check(text)), run: -1, index: 0 };
    } catch (thrown) {
      if (thrown instanceof FrostglassError && subjectFaults.has(thrown.code)) return thrown.code;
      throw thrown;
    }
  }

  #pseudonym(id: string): string {
    const pseudonym = this.#pseudonymOf(id);
    if (pseudonym.length < shortestPseudonym) throw new RangeError(`A pseudonym has at least ${shortestPseudonym} bytes.`);
    return Buffer.from(pseudonym.buffer, pseudonym.byteOffset, pseudonym.length).toString("latin1");
  }
}

const subjectFaults: ReadonlySet<string> = new Set(["subject-malformed", "subject-check-digit"]);
