import type { LeakageProblem } from "../../../computations/analysis/judgeLeakage.js";
import type { TurnedThrough } from "../../../computations/analysis/turning.js";
import type { LeakageWarning } from "../../../computations/analysis/warnings.js";

export type Language = "en" | "zh";

/** Everything that `computation explain` says, in one language. Counts come as text, with their thousands apart. */
export interface Words {
  readonly purposes: string;
  readonly reads: string;
  readonly never: string;
  readonly oneAnswer: string;
  answers(count: string, bits: string): string;
  readonly yes: string;
  readonly no: string;
  readonly noRecord: string;
  readonly everyParameter: string;
  readonly noParameters: string;
  askings(count: string, bits: string): string;
  readonly features: string;
  /** Under the list of features. */
  readonly neverFiner: string;
  cells(count: string): string;
  variants(count: string): string;
  readonly linear: string;
  readonly between: (low: string, high: string) => string;
  /** The two ends of an interval that does not hold both of them. */
  readonly both: (low: string, high: string) => string;
  readonly exactly: (value: string) => string;
  readonly atLeast: (value: string) => string;
  readonly above: (value: string) => string;
  readonly atMost: (value: string) => string;
  readonly below: (value: string) => string;
  readonly anyValue: string;
  readonly or: string;
  readonly other: string;
  readonly missing: string;
  readonly oneRecord: string;
  turns(records: number): string;
  through(each: TurnedThrough): string;
  rests(dataset: string, records: number): string;
  readonly cost: string;
  perRecord(alias: string, steps: string): string;
  worst(steps: string): string;
  readonly lookAt: string;
  warning(each: LeakageWarning): string;
  line(line: number): string;
  readonly beside: string;
  alone(dataset: string): string;
  shares(id: string, columns: readonly string[], bits: string): string;
  together(dataset: string, bits: string): string;
  budget(dataset: string, bits: string, answers: number): string;
  readonly policy: string;
  readonly within: string;
  refused(problem: LeakageProblem): string;
  readonly noPolicy: string;
  readonly manifest: string;
  readonly report: string;
}
