import { z } from "zod";
import { FrostglassError } from "../../errors/error.js";
import { parseSubject } from "../../model/subject.js";
import { epochRoot } from "../records/epochRoot.js";
import { countPages, prepareEpochWithout, sealErasure } from "../records/erasure.js";
import { removeLeftovers } from "../records/leftovers.js";
import { type Acting, act } from "./act.js";

/**
 * Erases a subject's pages from all datasets and all epochs that are kept. Where the epoch in force knows the subject, a new one does not. The vault
 * deletes the pages right after the commit. The caller keeps imports away. Throws `subject-not-on-file`, and as parsing a subject does.
 */
export const eraseSubject = act(
  z.strictObject({ act: z.literal("erase-subject"), subject: z.string().transform((text) => parseSubject(text)) }),
  (acting, { subject }) => {
    const { state, batch, at } = acting;
    const pseudonym = state.pseudonymOf(subject);
    removeLeftovers(state.home, state.store.segments()); // an import that was killed may have left pages in a file that nothing names
    const pages = countPages(state, pseudonym);
    if (pages === 0)
      throw new FrostglassError("subject-not-on-file", "No dataset has a page of this subject, nor has an epoch that is kept.");
    publishWithout(acting, pseudonym);
    batch.erasures.push(sealErasure(state, pseudonym));
    batch.addGovernance({ entry: "erasure-done/1", at, pages });
  },
);

function publishWithout({ state, batch, at }: Acting, pseudonym: Uint8Array): void {
  const number = state.epoch.number + 1;
  const roots = prepareEpochWithout(state, pseudonym, number);
  if (roots.size === 0) return;
  const datasets = { ...state.epoch.datasets, ...Object.fromEntries(roots) };
  for (const dataset of roots.keys()) batch.segments.push({ dataset, epoch: number, mode: "append" });
  batch.addGovernance({ entry: "epoch-published/1", at, number, asOf: state.epoch.asOf, root: epochRoot(datasets), datasets });
}
