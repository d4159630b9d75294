import { asFrostglassError } from "../errors/error.js";
import type { Step } from "./report.js";

/** What a check found when it did not fail. */
export interface Found {
  readonly words: string;
  /** True when there was nothing to look at. */
  readonly notShown?: boolean;
}

/** Numbers the steps and keeps what each found. */
export class StepList {
  readonly steps: Step[] = [];

  /**
   * Takes a step whose answer later steps need: what it read, or undefined when it failed. A check throws a coded error to fail; anything else that
   * is thrown is a fault of ours and goes on. Without a check, an earlier failure has left the step without an object.
   */
  read<T>(title: string, check: (() => readonly [T, Found]) | undefined): T | undefined {
    const number = this.steps.length + 1;
    if (check === undefined) {
      this.steps.push({ number, title, result: "not-shown", words: "Not looked at, because an earlier step fails." });
      return undefined;
    }
    try {
      const [value, { words, notShown = false }] = check();
      this.steps.push({ number, title, result: notShown ? "not-shown" : "holds", words });
      return value;
    } catch (thrown) {
      const error = asFrostglassError(thrown);
      if (error === undefined) throw thrown;
      this.steps.push({ number, title, result: "fails", words: error.message, code: error.code });
      return undefined;
    }
  }

  /** Takes a step that stands for itself. */
  look(title: string, check: (() => Found) | undefined): void {
    this.read(title, check === undefined ? undefined : () => [undefined, check()]);
  }
}
