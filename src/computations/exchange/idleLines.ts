import type { BoundManifest } from "../binding/bound.js";
import { Remaining } from "../binding/coverage.js";
import type { ExchangedCard } from "./exchangedCard.js";

/**
 * The card without the no-record lines that nothing can reach, once the features are known: a model has no bin for a missing value that never
 * occurs, and none for words that are not members. `bound` is the manifest with this very card in it.
 */
export function withoutIdleLines(card: ExchangedCard, bound: BoundManifest): ExchangedCard {
  const characteristics = card.characteristics.map(([name, lines], index) => {
    const feature = bound.features.get(name.text);
    const bins = bound.scorecard?.characteristics[index]?.bins ?? [];
    if (feature === undefined) return [name, lines] as const;
    const remaining = new Remaining(feature.type);
    for (const { when } of bins) if (typeof when !== "string") remaining.take(when);
    const idle = (when: unknown) => (when === "missing" && !feature.mayBeMissing) || (when === "otherwise" && remaining.isEmpty);
    return [name, lines.filter(({ when, gives }) => gives !== undefined || !idle(when))] as const;
  });
  return { ...card, characteristics };
}
