import type { Place } from "../syntax/problems.js";
import type { Leakage } from "./leakage.js";

/** Something that a reviewer should look at before signing. Whether it is too much is for the holder's policy to say. */
export interface LeakageWarning {
  readonly kind: /** Parameters place the cutoff of a feature: asking with each of `count` choices closes in on its value. */
    | "movable-cutoff"
    /** `count` cells of a feature hold one value, or values within one percent. */
    | "values-pinned"
    /** A filter picks single records by its form. */
    | "narrow-filter"
    /** No `no_record` asks for more than `count` records. */
    | "few-records"
    /** A reason code that only one bin gives tells that bin. */
    | "reason-tells-bin"
    /** No outcome hangs on a feature: it is made for nothing, or something was forgotten. */
    | "unused-feature";
  /** The feature, input or reason code; empty where it concerns the whole. */
  readonly name: string;
  readonly count: number;
  readonly place: Place;
}

/** Fewer records than this are few, whatever the policy says. */
const fewRecords = 3;

/** In the order of the text. */
export function warningsOf({ told, unused, reasons, turning, asked, output }: Leakage): readonly LeakageWarning[] {
  const { records, place } = asked.toSorted((a, b) => b.records - a.records)[0] ?? { records: 0, place: output };
  const found: readonly LeakageWarning[] = [
    ...told
      .filter(({ moved }) => moved > 1)
      .map((each) => ({ kind: "movable-cutoff" as const, name: each.name, count: each.moved, place: each.place })),
    ...told
      .filter(({ pinned }) => pinned > 1)
      .map((each) => ({ kind: "values-pinned" as const, name: each.name, count: each.pinned, place: each.place })),
    ...turning.through.flatMap(({ name, records: count, narrow }) =>
      narrow === undefined || count >= fewRecords ? [] : [{ kind: "narrow-filter" as const, name, count, place: narrow }],
    ),
    ...unused.map(({ text: name, place: at }) => ({ kind: "unused-feature" as const, name, count: 1, place: at })),
    ...(records < fewRecords ? [{ kind: "few-records" as const, name: "", count: records, place }] : []),
    ...reasons.flatMap(({ code, tells, place: at }) =>
      tells === undefined ? [] : [{ kind: "reason-tells-bin" as const, name: code, count: 1, place: at }],
    ),
  ];
  return found.toSorted((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
}
