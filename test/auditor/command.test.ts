import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { formatTrust } from "../../src/auditor/index.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { digestOf } from "../../src/model/digest.js";
import { encodeAnswerEntry } from "../../src/wire/entry.js";
import { FakeNode, now } from "../evidence/fakeNode.js";

/* `frostglass audit` as an auditor runs it, over folders of published files. */

const cli = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "frostglass-audit-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function published(name: string, answers: number, fork = "answer", more: Readonly<Record<string, string>> = {}): string {
  const node = new FakeNode();
  for (let i = 0; i < answers; i++) node.append(encodeAnswerEntry(digestOf(encodeUtf8(`${fork} ${i}`))));
  node.publish(now);
  for (const [path, content] of Object.entries(more)) node.write(path, content);
  for (const [path, bytes] of node.files) {
    mkdirSync(dirname(join(dir, name, path)), { recursive: true });
    writeFileSync(join(dir, name, path), bytes);
  }
  writeFileSync(join(dir, "trust"), formatTrust(node.trust()));
  return join(dir, name);
}

interface Ran {
  readonly code: number;
  readonly out: string;
}

function audit(...args: string[]): Ran {
  try {
    return {
      code: 0,
      out: execFileSync(process.execPath, [cli, "audit", ...args, "--trust", join(dir, "trust")], { encoding: "utf8", stdio: "pipe" }),
    };
  } catch (thrown) {
    const { status, stdout, stderr } = thrown as { status: number; stdout: string; stderr: string };
    return { code: status, out: stdout + stderr };
  }
}

it("mirrors a log, continues it, and writes the report", () => {
  const [early, late] = [published("early", 300), published("late", 900)];
  const mirror = join(dir, "mirror");
  expect(audit(early, "--mirror", mirror)).toMatchObject({
    code: 0,
    out: expect.stringContaining("308 entries, 300 of them answers, 0 findings"),
  });
  const out = join(dir, "out");
  const second = audit(late, "--mirror", mirror, "--out", out);
  expect(second).toMatchObject({ code: 0, out: expect.stringContaining("continues the 308 entries that were read before; 600 are new") });
  expect(readFileSync(join(out, "report.html"), "utf8")).toContain("Audit of tax.example");
  expect(JSON.parse(readFileSync(join(out, "report.json"), "utf8"))).toMatchObject({ size: 908, findingCount: 0 });
  // A mirror is a log of its own: it can be audited from the beginning, with the first log gone.
  rmSync(late, { recursive: true });
  expect(audit(mirror)).toMatchObject({ code: 0, out: expect.stringContaining("908 entries") });
});

it("ends with 1 for a log that was rewritten, keeps the proof, and lets two auditors find out", () => {
  const [honest, forked] = [published("honest", 300), published("forked", 500, "fork")];
  const [mirror, other] = [join(dir, "mirror"), join(dir, "other")];
  audit(honest, "--mirror", mirror);
  audit(forked, "--mirror", other);
  expect(audit("compare", mirror, other)).toMatchObject({ code: 1, out: expect.stringContaining("split-view") });
  expect(audit("compare", mirror, join(honest, "checkpoint"))).toMatchObject({ code: 0, out: expect.stringContaining("same") });
  const kept = readFileSync(join(mirror, "checkpoint"), "utf8");
  expect(audit(forked, "--mirror", mirror)).toMatchObject({ code: 1, out: expect.stringContaining("does not continue the 308 entries") });
  expect(readFileSync(join(mirror, "checkpoint"), "utf8")).toBe(kept);
  expect(readFileSync(join(mirror, "forked.now.checkpoint"), "utf8")).toBe(readFileSync(join(forked, "checkpoint"), "utf8"));
});

it("tells of an alarm, and of findings, whatever the log publishes as its anchors", () => {
  const [honest, mirror] = [published("honest", 300), join(dir, "mirror")];
  audit(honest, "--mirror", mirror);
  const forked = published("forked", 500, "fork", { "anchors/index.json": "{}" });
  expect(audit(forked, "--mirror", mirror)).toMatchObject({ code: 1, out: expect.stringContaining("does not continue the 308 entries") });
  const unread = audit(published("unread", 3, "answer", { "anchors/index.json": "{}" }));
  expect(unread).toMatchObject({ code: 2, out: expect.stringContaining("the anchors could not be read") });
});

it("ends with 2 for a log that the quorum of the trust file has not cosigned: its holder may show others another one", () => {
  const log = published("log", 3);
  writeFileSync(join(dir, "trust"), formatTrust(new FakeNode().trust(true)));
  expect(audit(log)).toMatchObject({ code: 0, out: expect.stringMatching(/^holds/) });
  expect(audit(log).out).toContain("W1 at 2023-11-14 22:13:20 UTC"); // how old what was shown may be
  const note = readFileSync(join(log, "checkpoint"), "utf8");
  writeFileSync(join(log, "checkpoint"), note.slice(0, note.indexOf("— witness")));
  expect(audit(log)).toMatchObject({ code: 2, out: expect.stringMatching(/^not witnessed/) });
});

it("goes on after kill -9 in the middle of a mirror", { timeout: 60_000 }, async () => {
  const log = published("log", 40_000);
  const mirror = join(dir, "mirror");
  for (const bundles of [20, 80]) {
    const child = spawn(process.execPath, [cli, "audit", log, "--mirror", mirror, "--trust", join(dir, "trust")], { stdio: "ignore" });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    while (child.exitCode === null && count(join(mirror, "tile/entries")) < bundles) await new Promise((resolve) => setImmediate(resolve));
    child.kill("SIGKILL");
    await ended;
  }
  expect(audit(log, "--mirror", mirror)).toMatchObject({
    code: 0,
    out: expect.stringContaining("40008 entries, 40000 of them answers, 0 findings"),
  });
  expect(audit(mirror).code).toBe(0);
});

function count(folder: string): number {
  return existsSync(folder) ? readdirSync(folder).length : 0;
}

it("says what to do about what is not a log", () => {
  published("log", 1);
  const empty = join(dir, "empty");
  mkdirSync(empty);
  expect(audit(empty)).toMatchObject({ code: 2, out: expect.stringContaining("published-file-missing") });
  expect(audit()).toMatchObject({ code: 2, out: expect.stringContaining("missing argument") });
});
