import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const start = fileURLToPath(new URL("../../scripts/start.mjs", import.meta.url));
// The story puts its folder where TMPDIR points, so whatever it leaves behind is seen.
const temporary = mkdtempSync(join(tmpdir(), "frostglass-story-test-"));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Started {
  readonly ended: Promise<Ended>;
  /** Resolves when the output holds this text, or the process ended. */
  until(text: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
}

function startStory(...args: readonly string[]): Started {
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
  const child = spawn(process.execPath, [start, ...args], { env: { ...env, TMPDIR: temporary }, stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString("utf8");
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString("utf8");
  });
  const ended = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, out, err })));
  const seen = (text: string) =>
    new Promise<void>((resolve) => {
      child.stdout.on("data", () => out.includes(text) && resolve());
      if (out.includes(text)) resolve();
    });
  return { ended, until: async (text) => void (await Promise.race([seen(text), ended])), signal: (name) => void child.kill(name) };
}

/** The command lines of processes that name the test's folder or work in it. Linux only: elsewhere nothing is found. */
function leftProcesses(): readonly string[] {
  if (!existsSync("/proc/self/cmdline")) return [];
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(commandLineOf).filter((line) => line.includes(temporary));
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return ""; // it ended meanwhile
  }
}

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

describe("npm start -- --once", () => {
  let told: Ended;
  beforeAll(async () => {
    told = await startStory("--once").ended;
  }, 120_000);

  it("ends well, with nothing on standard error but what building says", () => {
    expect({ code: told.code, err: told.err.replace("Building dist/ ...\n", "") }).toEqual({ code: 0, err: "" });
  });

  it.each([
    ["a yes", /tax-continuity +yes/],
    ["a no, with its reason", /sales-continuity +no [^\n]*\n[^✓]*S02: Sales fell/],
    ["a band", /buyer-concentration +dependent/],
    ["a score on the grid, with its reasons", /sme-scorecard +[3-8][05]0 [^\n]*\n[^✓]*C01: Sales are/],
    ["a yes of the other holder", /registration-age +yes/],
    ["a no of the other holder, with its reasons", /court-enforcement +no [^\n]*\n[^✓]*E01: A judgment/],
    ["a band of the other holder", /payment-delay +(?:slow|late) /],
    ["a firm with too few records and one that is not on file, told alike", /void-ratio +no record [\s\S]*void-ratio +no record/],
    ["a refusal for want of consent", /sme-scorecard +refused [^\n]*\n[^✓]*consent-missing/],
    ["a refusal for the purpose", /sales-trend +refused [^\n]*\n[^✓]*purpose-not-granted/],
    ["the rows that were refused", /line 25,707[^\n]*date/],
    ["the forged answer, found out", /becomes [0-9]+\.[\s\S]*answer-signature-invalid/],
    ["the witness of both logs", /tax\.example +30 +[0-9:]{8} +✓ witness\.regulator\.example\n +bureau\.example +23 +[0-9:]{8} +✓ witness/],
    [
      "a score that was computed again",
      /sme-scorecard +(\d+) [\s\S]*✓ On the premises, entry \d+ is computed again from the sealed records:\s+\1\./,
    ],
    ["both logs, without findings", /tax\.example +\d+ +8 +7 +7 +3 +✓ none\n +bureau\.example +\d+ +3 +5 +5 +5 +✓ none/],
  ])("tells %s", (_, shown) => {
    expect(told.out).toMatch(shown);
  });

  it("verified each of the eleven answers", () => {
    expect(told.out.match(/✓ \d+\n/g)?.length).toBe(11);
  });

  it("prints plain text into a pipe, at most 80 wide", () => {
    expect(told.out).not.toContain("\u001b");
    expect(told.out.split("\n").filter((line) => [...line].length > 80)).toEqual([]);
  });

  it("leaves no folder and no process behind", () => {
    expect(readdirSync(temporary)).toEqual([]);
    expect(leftProcesses()).toEqual([]);
  });
});

describe("npm start", () => {
  it("keeps the nodes up, and stops everything at a signal", async () => {
    const story = startStory("--seed", "another");
    await story.until("Ctrl-C stops everything");
    story.signal("SIGTERM");
    const { code, out } = await story.ended;
    expect(code).toBe(0);
    expect(out).toMatch(/ask --node http:\/\/127\.0\.0\.1:\d+/);
    expect(readdirSync(temporary)).toEqual([]);
    expect(leftProcesses()).toEqual([]);
  }, 120_000);

  it("stops in the middle of the story too", async () => {
    const story = startStory();
    await story.until("Two holders");
    story.signal("SIGINT");
    expect((await story.ended).code).toBe(130);
    expect(readdirSync(temporary)).toEqual([]);
    expect(leftProcesses()).toEqual([]);
  }, 120_000);

  it("refuses a folder with something in it, and touches nothing", async () => {
    const { code, err } = await startStory("--once", "--dir", fileURLToPath(new URL(".", import.meta.url))).ended;
    expect(code).toBe(2);
    expect(err).toContain("home-exists");
  }, 120_000);
});
