import { afterEach, expect, it, vi } from "vitest";
import { verifyEvidence } from "../../src/auditor/index.js";
import { sayParagraph } from "../../src/cli/paragraph.js";
import { createTerminal } from "../../src/cli/terminal.js";
import { sayReport } from "../../src/cli/verify.js";
import { makeEvidence } from "../evidence/makeEvidence.js";

/* Long prose on a terminal: broken at its width, and only there. */

afterEach(() => vi.unstubAllEnvs());

/** A terminal of so many columns, or a pipe, and what was written to it. */
function terminalOf(columns?: number) {
  const written: string[] = [];
  const out = { isTTY: columns !== undefined, columns, write: (text: string) => written.push(text) > 0 };
  const streams = { out, err: out } as unknown as Parameters<typeof createTerminal>[1];
  return {
    terminal: createTerminal(false, streams),
    lines: () => written.join("").split("\n"),
  };
}

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

it("says the report on evidence within 80 columns, each line below its own text", async () => {
  const { text, node } = await makeEvidence();
  vi.stubEnv("NO_COLOR", "1");
  const { terminal, lines } = terminalOf(80);
  sayReport(terminal, verifyEvidence(`x${text}`, node.trust()));
  sayReport(terminal, verifyEvidence(text, node.trust()));
  expect(lines().filter((line) => line.length > 80)).toEqual([]);
  expect(lines().some((line) => /^ {23}\S/.test(line))).toBe(true);
});

it("says it in whole lines to a program that reads it", async () => {
  const { text, node } = await makeEvidence();
  const report = verifyEvidence(text, node.trust());
  const { terminal, lines } = terminalOf();
  sayReport(terminal, report);
  for (const { words } of report.steps) expect(lines().some((line) => line.endsWith(words))).toBe(true);
});

it("breaks no digest, no path and no command, however narrow the terminal", () => {
  const copied = [digest, "/srv/frostglass/power/public/checkpoint", "`frostglass log refill --home restored --from power.mirror`"];
  vi.stubEnv("NO_COLOR", "1");
  const { terminal, lines } = terminalOf(30);
  sayParagraph(terminal, `Take ${copied.join(" or ")} and go on.`, { start: "  ✗ ", indent: 4 });
  for (const text of copied) expect(lines().filter((line) => line.includes(text))).toHaveLength(1);
  expect(lines()[0]).toBe("  ✗ Take");
  expect(
    lines()
      .slice(1, -1)
      .every((line) => /^ {4}\S/.test(line)),
  ).toBe(true);
});

it("keeps words and order, and paints each line for itself", () => {
  const text = "a `b c` d ` e, and `f";
  const { terminal, lines } = terminalOf(24);
  sayParagraph(terminal, text, { indent: 4, paint: (line) => `<${line}>` });
  expect(
    lines()
      .map((line) => line.trim().replaceAll(/[<>]/g, ""))
      .join(" ")
      .trim(),
  ).toBe(text);
});
