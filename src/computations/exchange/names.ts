import { identifierPattern } from "../../model/names.js";
import { quote, suggest } from "../syntax/nearest.js";
import { Problems } from "../syntax/problems.js";
import { type ExchangedCard, ExchangeError } from "./exchangedCard.js";

/**
 * Gives the variables of a card the names that features can have: `renames` holds the name in the manifest by the name in the source. Throws
 * `scorecard-refused` for a name that no feature can have, for one that two variables would share, and for a renaming of nothing.
 */
export function named(card: ExchangedCard, renames: ReadonlyMap<string, string>): ExchangedCard {
  const problems = new Problems();
  const known = card.characteristics.map(([{ text }]) => text);
  for (const name of renames.keys())
    if (!known.includes(name))
      problems.mistake({ line: 1, column: 1, path: "" }, `There is no variable ${quote(name)} to rename.`, suggest(name, known));
  const taken = new Set<string>();
  const characteristics = card.characteristics.map(([{ text, place }, lines]) => {
    const name = { text: renames.get(text) ?? text, place };
    if (!identifierPattern.test(name.text)) {
      const expected = `a name of a-z, 0-9, _ and - that starts with a letter: --rename ${JSON.stringify(`${text}=name`)}`;
      problems.mistake(place, `${quote(name.text)} is no name of a feature.`, expected);
    }
    if (taken.has(name.text)) problems.mistake(place, `Two variables would be called ${quote(name.text)}.`, "a name for each");
    taken.add(name.text);
    return [name, lines] as const;
  });
  if (problems.mistakes > 0) throw new ExchangeError(problems.sorted());
  return { ...card, characteristics };
}
