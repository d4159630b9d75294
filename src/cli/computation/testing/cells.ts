import type { TestReport } from "../../../computations/testing/report.js";
import type { Seen } from "../../../computations/testing/seen.js";
import type { Style } from "../../terminal.js";
import { type TableColumn, tableLines } from "./table.js";

/** How the parts of one report are written: its shares with as many decimals as the number of firms bears. */
export class Sheet {
  readonly style: Style;
  readonly #decimals: number;

  constructor({ firms, protection }: TestReport, style: Style) {
    this.style = style;
    this.#decimals = firms >= 100 * protection.base ? 1 : 0;
  }

  chapter(title: string): readonly string[] {
    return ["", this.style.bold(title)];
  }

  table(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): readonly string[] {
    return tableLines(columns, rows, this.style);
  }

  note(text: string): string {
    return this.style.dim(`  ${text}`);
  }

  percent(share: number): string {
    return `${(100 * share).toFixed(this.#decimals).replace("-", "−")} %`;
  }

  /** A count and its share, or the sign that says why neither is shown. */
  seen(seen: Seen): readonly [string, string] {
    if (typeof seen === "object") return [number(seen.firms), this.percent(seen.share)];
    return [seen === "few" ? "<" : seen === "nearly all" ? ">" : "·", ""];
  }

  counts({ good, bad, badShare }: { readonly good: number; readonly bad: number; readonly badShare: number }): readonly string[] {
    return [number(good), number(bad), this.percent(badShare)];
  }
}

export const left = (heading = ""): TableColumn => ({ heading, side: "left" });
export const right = (heading = ""): TableColumn => ({ heading, side: "right" });

/** What the score is, in words. */
export const scoreNames = { score: "score", points: "points", predictor: "linear predictor" } as const;

/** A number for people; nothing for an open end. */
export function number(value: number | null): string {
  return value === null ? "" : value.toLocaleString("en", { maximumFractionDigits: 3 }).replace("-", "−");
}
