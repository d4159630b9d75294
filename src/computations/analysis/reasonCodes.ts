import type { BoundCut, BoundManifest, BoundRule } from "../binding/bound.js";
import type { Manifest } from "../manifest/manifest.js";
import type { Place } from "../syntax/problems.js";

/** What a reason code tells beside the outcome. */
export interface ReasonTold {
  readonly code: string;
  /** How many lines and rules give it. */
  readonly lines: number;
  /** The feature whose bin or band it names, when only one line gives it and others of the list do not. */
  readonly tells: string | undefined;
  readonly place: Place;
}

/** By code, in the order of the text; none where the output carries no codes. */
export function reasonsTold({ output, scorecard }: BoundManifest, manifest: Manifest): readonly ReasonTold[] {
  if (output.reasons === 0) return [];
  const lists: readonly (readonly [string, Place, readonly BoundCut<unknown>[]])[] = [
    ...(output.kind === "band" && manifest.output.kind === "band"
      ? [[manifest.output.of.text, manifest.output.place, output.bands] as const]
      : []),
    ...(scorecard?.characteristics ?? []).flatMap(({ bins }, index) => {
      const name = manifest.scorecard?.characteristics[index]?.[0];
      return name === undefined ? [] : [[name.text, name.place, bins] as const];
    }),
  ];
  const given = [
    ...lists.flatMap(([name, place, lines]) =>
      lines.flatMap(({ reason, gives }) => (reason === undefined || gives === undefined ? [] : [{ code: reason, place, tells: name }])),
    ),
    ...(output.kind === "decision" ? ruleCodes(output.rule).map((code) => ({ code, place: manifest.output.place, tells: undefined })) : []),
  ];
  return [...new Set(given.map(({ code }) => code))].flatMap((code) => {
    const here = given.filter((each) => each.code === code);
    const [first] = here;
    return first === undefined
      ? []
      : [{ code, lines: here.length, tells: here.length === 1 ? first.tells : undefined, place: first.place }];
  });
}

function ruleCodes(rule: BoundRule): readonly string[] {
  const own = rule.reason === undefined ? [] : [rule.reason];
  return rule.kind === "test" ? own : [...own, ...rule.rules.flatMap(ruleCodes)];
}
