import type { Answer } from "../wire/answer.js";
import type { Witnessing } from "./witnesses.js";

/** What to say beside every result: what the evidence file leaves open. `answer` is absent where the file could not be read. */
export function notProved(answer: Answer | undefined, { witnesses, witnessing }: Witnessing, opened: boolean): readonly string[] {
  const sentences: readonly (readonly [applies: boolean, sentence: string])[] = [
    [true, "That the holder's records are true and complete."],
    [isResult(answer), "That the outcome follows from those records: running the computation again on the holder's premises shows that."],
    [true, "That nothing was revoked or replaced between the entries shown and the answer: replaying the whole log shows that."],
    [witnesses.length === 0, "When the answer was made: its time is the holder's own word."],
    [
      witnesses.length > 0,
      "When exactly the answer was made: its time is the holder's own word, and the cosignatures show only that it existed by theirs.",
    ],
    [witnessing !== "quorum", "That others saw the same log: the holder could still show another one to somebody else."],
    [answer?.consent !== undefined, "That the consent was given: the answer names it by its digest alone."],
    [!opened, "Whom the answer is about: that takes the opening file."],
  ];
  return sentences.filter(([applies]) => applies).map(([, sentence]) => sentence);
}

function isResult(answer: Answer | undefined): boolean {
  return answer !== undefined && answer.outcome.kind !== "refusal";
}
