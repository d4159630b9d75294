import type { ErrorCode } from "../errors/codes.js";
import type { Answer } from "../wire/answer.js";

/** One thing that was looked at. */
export interface Step {
  /** From 1; the same number always means the same question. */
  readonly number: number;
  readonly title: string;
  /** `not-shown`: the file does not say, or an earlier failure left nothing to look at. It is no failure of its own. */
  readonly result: "holds" | "fails" | "not-shown";
  /** What was found, in plain words. */
  readonly words: string;
  /** With `fails` only. */
  readonly code?: ErrorCode;
}

/** What an evidence file shows. Plain values: it may be written as JSON. */
export interface EvidenceReport {
  /**
   * `holds`: every step that could be looked at holds, and the quorum that the trust file asks for has cosigned. `not-yet-witnessed`: everything
   * else holds, the answer is signed and logged, but the quorum is not there yet; ask for the evidence again later. `fails`: do not rely on it.
   */
  readonly verdict: "holds" | "not-yet-witnessed" | "fails";
  /** The same as `verdict === "holds"`. */
  readonly holds: boolean;
  readonly steps: readonly Step[];
  /** What the answer says; absent when there was none to read. Rely on it only as far as the verdict goes. */
  readonly answer?: Answer;
  /** Where the answer stands in the log. */
  readonly index?: number;
  /** The log's name and the size that its checkpoint states. */
  readonly log?: { readonly origin: string; readonly size: number };
  /** Who cosigned the checkpoint, by the names in the trust file, and when (Unix seconds). */
  readonly witnesses: readonly { readonly name: string; readonly time: number }[];
  /** `not-asked`: the trust file has `quorum none`, so nobody but the holder need have seen the log. */
  readonly witnessing: "quorum" | "not-yet-witnessed" | "not-asked";
  /** What no evidence file can show, or this one does not: sentences to print with every result. */
  readonly notProved: readonly string[];
}
