import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The repository's folder, with a slash at its end. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** A fenced block of a document. */
export interface Block {
  /** The word after the fence: `sh`, `json`, `text`; empty where there is none. */
  readonly language: string;
  /** What follows on the fence's line, such as `exit=1` or the name of a message. */
  readonly label: string;
  /** With a line feed at its end. */
  readonly text: string;
  /** Where the fence stands, counted from 1. */
  readonly line: number;
}

/** All fenced blocks of a document of the repository, in order. */
export function blocksOf(path: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { language: string; label: string; line: number; lines: string[] } | undefined;
  for (const [i, line] of readFileSync(root + path, "utf8")
    .split("\n")
    .entries()) {
    const fence = /^```(\S*) ?(.*)$/.exec(line);
    if (open === undefined && fence !== null) open = { language: fence[1] ?? "", label: fence[2] ?? "", line: i + 1, lines: [] };
    else if (open !== undefined && line === "```") {
      const { lines, ...rest } = open;
      blocks.push({ ...rest, text: lines.map((each) => `${each}\n`).join("") });
      open = undefined;
    } else open?.lines.push(line);
  }
  if (open !== undefined) throw new Error(`${path}: the block at line ${open.line} has no end`);
  return blocks;
}

/** The lines of a `text` block as patterns, in which `…` stands for anything. */
export function linePatterns(text: string): readonly RegExp[] {
  const lines = text.trimEnd().split("\n");
  return lines.map((line) => new RegExp(`^${line.split("…").map(escaped).join(".*")}$`));
}

/** The text as a pattern that fits it alone. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** The first pattern that no line fits after the line that fitted the pattern before it; undefined when all are found in order. */
export function missingLine(output: string, patterns: readonly RegExp[]): RegExp | undefined {
  const lines = output.split("\n").map((line) => line.trimEnd());
  let from = 0;
  for (const pattern of patterns) {
    const found = lines.findIndex((line, i) => i >= from && pattern.test(line));
    if (found < 0) return pattern;
    from = found + 1;
  }
  return undefined;
}
