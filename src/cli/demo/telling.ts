import { wantsColour } from "../terminal.js";

type Paint = (text: string) => string;

/** How the story is told: chapters, tables and remarks, in a few calm colours on a terminal and in plain text anywhere else. */
export interface Telling {
  /** Any line, indented. */
  say(line?: string): void;
  /** A sentence for those who want to know more; broken at the width. */
  remark(text: string): void;
  /** Something that was checked, good or bad; broken at the width. */
  finding(good: boolean, text: string): void;
  chapter(title: string): void;
  /** Columns as wide as their widest cell; the last one is broken at the width. A row of one cell is a remark below the row before. */
  table(header: readonly string[], rows: readonly (readonly Cell[])[]): void;
  readonly frost: Paint;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly bad: Paint;
}

/** A cell's text, and how it is painted. */
export type Cell = string | { readonly text: string; readonly paint: Paint };

const indent = "     ";

export function createTelling(out: NodeJS.WriteStream): Telling {
  const paint = painter(wantsColour(out));
  const width = Math.min(Math.max(out.columns ?? 80, 60), 100);
  const colours = { frost: paint("38;5;110"), bold: paint("1"), dim: paint("38;5;245"), good: paint("38;5;108"), bad: paint("38;5;174") };
  let chapters = 0;
  const say = (line = "") => void out.write(`${line === "" ? "" : indent + line}\n`);
  const remark = (text: string) => {
    for (const line of wrap(text, width - indent.length)) say(colours.dim(line));
  };
  return {
    ...colours,
    say,
    remark,
    finding: (good, text) => {
      const [first = "", ...rest] = wrap(text, width - indent.length - 2);
      say(`${good ? colours.good("✓") : colours.bad("✗")} ${first}`);
      for (const line of rest) say(`  ${line}`);
    },
    chapter: (title) => {
      chapters += 1;
      out.write(`\n  ${colours.frost(String(chapters))}  ${colours.bold(title)}\n`);
    },
    table: (header, rows) => {
      const lines = layOut(header, rows, colours.dim, width - indent.length);
      for (const line of lines) typeof line === "string" ? say(line) : remark(`  ${line.remark}`);
    },
  };
}

/** https://no-color.org is kept by `wantsColour`. The 256-colour palette is all that is asked of the terminal. */
function painter(colour: boolean): (code: string) => Paint {
  return (code) => (colour ? (text) => `\u001b[${code}m${text}\u001b[0m` : (text) => text);
}

function layOut(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  dim: Paint,
  width: number,
): (string | { readonly remark: string })[] {
  const full = [header, ...rows.filter((row) => row.length > 1)];
  const widths = header.map((_, column) => Math.max(...full.map((row) => [...textOf(row[column])].length)));
  const line = (row: readonly Cell[]) =>
    row.map((cell, column) => pad(cell, column === row.length - 1 ? 0 : (widths[column] ?? 0) + 2)).join("");
  const before = widths.slice(0, -1).reduce((sum, each) => sum + each + 2, 0);
  return [
    dim(line(header)),
    ...rows.flatMap<string | { readonly remark: string }>((row) =>
      row.length === 1 ? { remark: textOf(row[0]) } : brokenRow(row, before, width).map(line),
    ),
  ];
}

/** A row whose last cell is too long for what `before` leaves of the width goes on below; painted cells are short, and stay whole. */
function brokenRow(row: readonly Cell[], before: number, width: number): readonly (readonly Cell[])[] {
  const last = row.at(-1);
  if (typeof last !== "string" || last.includes("\u001b") || before + last.length <= width) return [row];
  const [first = "", ...rest] = wrap(last, width - before);
  const blank = row.slice(0, -1).map(() => "");
  return [[...row.slice(0, -1), first], ...rest.map((text) => [...blank, text])];
}

function pad(cell: Cell, width: number): string {
  const text = textOf(cell);
  const blanks = " ".repeat(Math.max(0, width - [...text].length));
  return (typeof cell === "string" ? text : cell.paint(text)) + blanks;
}

function textOf(cell: Cell | undefined): string {
  return typeof cell === "string" ? cell : (cell?.text ?? "");
}

/** Breaks at blanks; leading blanks stay on every line. */
function wrap(text: string, width: number): string[] {
  const lead = /^ */.exec(text)?.[0] ?? "";
  const lines: string[] = [];
  for (const word of text.trim().split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(lead + word);
  }
  return lines;
}

/** `71,637`. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
