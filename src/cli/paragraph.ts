import type { Terminal } from "./terminal.js";
import { wrapped } from "./width.js";

export interface ParagraphForm {
  /** What stands before the text on its first line, and the columns that it takes; further lines begin below the text. */
  readonly start?: string;
  readonly indent: number;
  /** Paints each line of the text. */
  readonly paint?: (line: string) => string;
}

/** However narrow the terminal, a line has room for a word. */
const leastWidth = 20;

/** Says a text that may be longer than the terminal is wide. Digests, paths and what stands in backticks are never broken: people copy them. */
export function sayParagraph({ say, width }: Terminal, text: string, { start, indent, paint = (line) => line }: ParagraphForm): void {
  const blank = " ".repeat(indent);
  const lines = wrapped(text, Math.max(width - indent, leastWidth));
  for (const [i, line] of lines.entries()) say(`${i === 0 ? (start ?? blank) : blank}${paint(line)}`);
}
