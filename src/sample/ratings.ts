import type { FirmKind, SampleFirm } from "./firms.js";
import { SampleRandom } from "./random.js";

interface Standing {
  readonly ratings: string;
  /** Credit line in 万 (ten thousand yuan), from and to; 0 and 0 for none. */
  readonly line: readonly [number, number];
  readonly defaulted: boolean;
}

const standings: Readonly<Record<Exclude<FirmKind, "thin">, Standing>> = {
  steady: { ratings: "AAB", line: [80, 400], defaulted: false },
  growing: { ratings: "ABB", line: [60, 300], defaulted: false },
  seasonal: { ratings: "B", line: [60, 200], defaulted: false },
  declining: { ratings: "CD", line: [10, 40], defaulted: false },
  dominated: { ratings: "BC", line: [30, 100], defaulted: false },
  troubled: { ratings: "D", line: [0, 0], defaulted: true },
  young: { ratings: "C", line: [10, 30], defaulted: false },
};

/** The text of the bank bureau's file: a rating a firm. Thin firms were never rated. The same firms and seed give the same text. */
export function* ratingFile(firms: readonly SampleFirm[], seed: string): Generator<string> {
  yield "统一社会信用代码,信用评级,授信额度（万元）,是否违约,评级日期\n";
  for (const firm of firms) yield ratingRow(firm, new SampleRandom(seed, "rating", firm.index));
}

function ratingRow({ kind, code }: SampleFirm, random: SampleRandom): string {
  if (kind === "thin") return "";
  const { ratings, line, defaulted } = standings[kind];
  const rating = ratings.charAt(random.below(ratings.length));
  const credit = line[1] === 0 ? "" : `${random.between(...line)}.${random.below(10)}`;
  const blank = random.chance(3) ? " " : "";
  return `${code},${rating}${blank},${credit},${defaulted ? "是" : "否"},2025/${random.between(1, 11)}/${random.between(1, 28)}\n`;
}
