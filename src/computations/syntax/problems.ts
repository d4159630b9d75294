import { FrostglassError } from "../../errors/error.js";

/** Where something stands in a manifest's text: line and column count from one; the path reads `features.net_2019.where`. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly path: string;
}

/** One thing wrong (a mistake) or doubtful (a warning) in a manifest. Never holds a cell of an example's records. */
export interface ManifestProblem extends Place {
  readonly severity: "mistake" | "warning";
  /** One sentence. */
  readonly message: string;
  /** What would be right at this place. */
  readonly expected?: string;
}

/** Gathers every problem of one manifest, so that its author mends them in one go. */
export class Problems {
  readonly all: ManifestProblem[] = [];

  mistake(place: Place, message: string, expected?: string): void {
    this.add("mistake", place, message, expected);
  }

  warning(place: Place, message: string, expected?: string): void {
    this.add("warning", place, message, expected);
  }

  get mistakes(): number {
    return this.all.filter((problem) => problem.severity === "mistake").length;
  }

  /** In the order of the text. */
  sorted(): readonly ManifestProblem[] {
    return this.all.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }

  private add(severity: "mistake" | "warning", { line, column, path }: Place, message: string, expected: string | undefined): void {
    this.all.push({ severity, line, column, path, message, ...(expected === undefined ? {} : { expected }) });
  }
}

/** A manifest that does not pass. `problems` lists everything that was found, in the order of the text. */
export class ManifestError extends FrostglassError {
  readonly problems: readonly ManifestProblem[];

  constructor(problems: readonly ManifestProblem[]) {
    const first = problems.find((problem) => problem.severity === "mistake") ?? problems[0];
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
    const facts = first === undefined ? {} : { line: first.line, column: first.column, path: first.path };
    super("manifest-invalid", first === undefined ? "The manifest does not pass." : `${formatProblem(first)}${more}`, facts);
    this.problems = problems;
  }
}

/** `line 12, column 7, features.net_2019: There is no … Expected …` */
export function formatProblem(problem: ManifestProblem): string {
  const where = `line ${problem.line}, column ${problem.column}${problem.path === "" ? "" : `, ${problem.path}`}`;
  const expected = problem.expected === undefined ? "" : ` Expected ${problem.expected}.`;
  return `${where}: ${problem.message}${expected}`;
}
