import { escaped } from "./blocks.js";

/** A command as it is typed into a `console` block, and what stands below it. */
export interface Command {
  readonly command: string;
  readonly shown: string;
}

/** The commands of a `console` block: each begins with `$ `, and goes on in lines that begin with `> `. */
export function commandsOf(text: string): readonly Command[] {
  const commands: { command: string; shown: string }[] = [];
  for (const line of text.trimEnd().split("\n")) {
    const last = commands.at(-1);
    if (line.startsWith("$ ")) commands.push({ command: line.slice(2), shown: "" });
    else if (last === undefined) throw new SyntaxError(`a console block begins with $, not with: ${line}`);
    else if (line.startsWith("> ") && last.shown === "") last.command += `\n${line.slice(2)}`;
    else last.shown += `${line}\n`;
  }
  return commands;
}

/** Whether a command printed what is shown and no more. `…` stands for anything within a line, and alone on a line for any lines. */
export function printsAsShown(output: string, shown: string): boolean {
  const lines = shown.trimEnd().split("\n");
  const patterns = lines.map((line) => (line === "…" ? "(?:.*\n)*" : `${line.split("…").map(escaped).join(".*")}\n`));
  const printed = output.split("\n").map((line) => line.trimEnd());
  return new RegExp(`^${patterns.join("")}$`).test(`${printed.join("\n").trimEnd()}\n`);
}

/** What is left of a report without its numbers, marks and bars: a line with words for each line that has any. */
export function wordsOf(report: string): string {
  const lines = report.split("\n").map((line) =>
    line
      .replace(/[\d.,%▇<>·*]+/g, " ")
      .replace(/\s+/g, " ")
      .trim(),
  );
  return lines.filter((line) => line !== "").join("\n");
}
