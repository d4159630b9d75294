import { parseBase64Url } from "../../bytes/base64.js";
import { compromiseOf, type LoggedEntry } from "../../evidence/answerKeys.js";
import { thumbprint } from "../../wire/jwk.js";
import { type Compromise, compromiseFault } from "../compromise.js";
import type { CosignedBy } from "../cosignedBy.js";
import { isKeyEntry } from "../proofSteps.js";
import type { Act, Finding } from "../replay.js";

/** Entries that follow each other, all of them answers that one key signed. */
interface Run {
  readonly key: string;
  readonly from: number;
  until: number;
}

/**
 * Who signed which answers, until the log has said its last word on each key: that others have a key comes out after it signed. Memory grows with the acts
 * between answers, not with the answers.
 */
export class Signers {
  readonly #runs: Run[] = [];

  /** Takes the answer at `index`, in the order of the log, and the key that the log gives it. */
  take(index: number, key: string): void {
    const last = this.#runs.at(-1);
    if (last?.key === key && last.until === index) last.until++;
    else this.#runs.push({ key, from: index, until: index + 1 });
  }

  /** The answers whose worth is gone because the acts say that others have their key, by the rule that evidence is verified by. */
  *findings(acts: readonly Act[], cosigned: CosignedBy): Generator<Finding> {
    for (const key of new Set(this.#runs.map((run) => run.key))) {
      const said = saidOf(key, acts);
      const compromise = compromiseOf(said, thumbprint(parseBase64Url(key)));
      if (compromise === undefined) continue;
      const evidence = { entries: said.map(({ index }) => index) };
      for (const { index, words } of this.#faults(key, compromise, cosigned))
        yield { index, rule: "answer-key-uncompromised", words, evidence };
    }
  }

  *#faults(key: string, compromise: Compromise, cosigned: CosignedBy): Generator<{ readonly index: number; readonly words: string }> {
    for (const run of this.#runs)
      for (let index = run.key === key ? run.from : run.until; index < run.until; index++) {
        const words = compromiseFault(compromise, index, cosigned);
        if (words !== undefined) yield { index, words };
      }
  }
}

/** What the acts say of one answer key: that it was added, retired, given up. */
function saidOf(key: string, acts: readonly Act[]): readonly LoggedEntry[] {
  const ofKey = acts.filter(({ entry }) => isKeyEntry(entry) && entry.role === "answer" && entry.key === key);
  return ofKey.map(({ index, entry }) => ({ index, content: entry }));
}
