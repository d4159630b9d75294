import type { Style } from "../../terminal.js";

/** A column of a table: its heading, and on which side its cells stand. */
export interface TableColumn {
  readonly heading: string;
  readonly side: "left" | "right";
}

/** Aligned lines under a dim heading, each after `indent` spaces. Columns whose heading and cells are all empty are left out. */
export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  style: Style,
  indent = 2,
): readonly string[] {
  const kept = columns.map((_, index) => index).filter((index) => rows.some((row) => (row[index] ?? "") !== ""));
  const widths = kept.map((index) => Math.max(columns[index]?.heading.length ?? 0, ...rows.map((row) => (row[index] ?? "").length)));
  const line = (cells: readonly string[]) =>
    `${" ".repeat(indent)}${kept.map((index, at) => aligned(cells[index] ?? "", widths[at] ?? 0, columns[index]?.side)).join("  ")}`.trimEnd();
  const heading = line(columns.map(({ heading }) => heading));
  return [...(heading === "" ? [] : [style.dim(heading)]), ...rows.map(line)];
}

function aligned(text: string, width: number, side: TableColumn["side"] | undefined): string {
  return side === "right" ? text.padStart(width) : text.padEnd(width);
}
