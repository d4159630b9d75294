import type { Computation } from "../../computations/computation.js";
import { type Outcome, refusalAdvice } from "../../model/outcome.js";
import type { Answer } from "../../wire/answer.js";

/** An outcome in a few words: `yes`, `leaning`, `620`, `no record`, `refused`. */
export function outcomeWords(outcome: Outcome): string {
  switch (outcome.kind) {
    case "decision":
      return outcome.decision ? "yes" : "no";
    case "band":
      return outcome.band;
    case "score":
      return String(outcome.score);
    case "no-record":
      return "no record";
    case "refusal":
      return "refused";
  }
}

/** Why: the texts of the reason codes, or what a refusal advises. */
export function reasonWords({ outcome, reasonCodes }: Answer, computation: Computation | undefined): readonly string[] {
  if (outcome.kind === "refusal") return [`${outcome.code}: ${refusalAdvice(outcome.code)}`];
  return reasonCodes.map((code) => {
    const text = computation?.reasons.find((reason) => reason.code === code)?.text.en;
    return text === undefined ? code : `${code}: ${text}.`;
  });
}

/** What may come out of a computation, in words, and how many bits one answer can tell. */
export function outputWords({ manifest: { output } }: Computation): string {
  if (output.kind === "decision") return "yes or no";
  if (output.kind === "score") return `${output.min} to ${output.max} by ${output.step}`;
  return `one of ${output.bands.filter(({ gives }) => gives !== undefined).length} bands`;
}
