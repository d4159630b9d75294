import { encodeUtf8 } from "../../bytes/utf8.js";
import type { Computation } from "../../computations/computation.js";
import { describeManifest, type OutcomeForm } from "../../computations/description.js";
import { type Outcome, refusalCodes } from "../../model/outcome.js";

/*
 * P5: whoever sees only how long replies are must not tell a yes from a no, nor either from no record. A reply is as long as it would be with the longest
 * outcome and the most and longest reasons of its computation, rounded up so that a digit more in an index does not show. What is
 * missing is filled with spaces after the JSON.
 */

const step = 256;

interface Shown {
  /** The answer JWS in the body. */
  readonly answer: string;
  readonly outcome: Outcome;
  readonly reasonCodes: readonly string[];
  /** Undefined where the holder does not know it. */
  readonly computation: Computation | undefined;
}

/** How many bytes the reply with this body, all ASCII, is to have. */
export function evenLength(body: string, { answer, outcome, reasonCodes, computation }: Shown): number {
  const segment = answer.lastIndexOf(".") - answer.indexOf(".") - 1;
  const claims = Math.floor((segment * 3) / 4);
  const longest = claims - lengthOf(outcome) - lengthOf(reasonCodes) + roomOf(computation);
  return Math.ceil((body.length - segment + Math.ceil((longest * 4) / 3)) / step) * step;
}

const rooms = new WeakMap<Computation, number>();

/** The most bytes that outcome and reason codes take in the claims of an answer. */
function roomOf(computation: Computation | undefined): number {
  if (computation === undefined) return longestRefusal + lengthOf([]);
  const known = rooms.get(computation);
  if (known !== undefined) return known;
  const { outcome } = describeManifest(computation.manifest);
  const room = Math.max(longestRefusal, ...extremesOf(outcome).map(lengthOf)) + lengthOf(longestReasons(outcome.mostReasons));
  rooms.set(computation, room);
  return room;
}

/** Outcomes of which one is the longest. */
function extremesOf(form: OutcomeForm): readonly Outcome[] {
  switch (form.kind) {
    case "decision":
      return [{ kind: "decision", decision: false }];
    case "band":
      return form.bands.map((band) => ({ kind: "band", band }));
    case "score":
      return [form.min, form.max].map((score) => ({ kind: "score", score }));
  }
}

const longestRefusal = Math.max(...refusalCodes.map((code) => lengthOf({ kind: "refusal", code })));

/** As many codes as an answer may give, each as long as a code may be. */
function longestReasons(most: number): readonly string[] {
  return Array.from({ length: most }, () => "R".repeat(32));
}

function lengthOf(claim: Outcome | readonly string[]): number {
  return encodeUtf8(JSON.stringify(claim)).length;
}
