import { expect, it } from "vitest";
import { createTerminal } from "../../src/cli/terminal.js";

/* What a hostile log signs comes to an auditor's terminal: as text, never as a command. */

const hostile = "log.example\u009b2J\u202etxt\u007f\u2066";

function written(json: boolean, speak: (terminal: ReturnType<typeof createTerminal>) => void): string {
  let text = "";
  const out = { isTTY: true, columns: 80, write: (part: string) => (text += part) };
  speak(createTerminal(json, { out, err: out } as unknown as Parameters<typeof createTerminal>[1]));
  return text;
}

it("writes out the signs that a terminal obeys, and leaves every other, and its own colours", () => {
  const kept = "例子 é — ✓ 👩‍⚖️";
  expect(written(false, ({ say }) => say(hostile))).toBe("log.example\\u009b2J\\u202etxt\\u007f\\u2066\n");
  expect(written(false, ({ say, style }) => say(style.bold(kept)))).toMatch(new RegExp(`^(?:\u001b\\[1m)?${kept}(?:\u001b\\[0m)?\n$`));
});

it("prints JSON that means the same", () => {
  const printed = written(true, ({ result }) => result({ origin: hostile }));
  expect(printed).not.toMatch(/[\u007f-\u009f\u202e\u2066]/);
  expect(JSON.parse(printed)).toEqual({ origin: hostile });
});
