import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../src/cli/program.js";
import { root } from "../docs/blocks.js";

/* Every verb of the program, as somebody meets it who knows only --help. */

interface Verb {
  readonly path: string;
  readonly command: Command;
}

function verbsUnder(command: Command, path: readonly string[]): readonly Verb[] {
  const below = command.commands.flatMap((each) => verbsUnder(each, [...path, each.name()]));
  return command.registeredArguments.length > 0 || command.commands.length === 0 ? [{ path: path.join(" "), command }, ...below] : below;
}

/** What `--help` prints, with the examples. */
function helpOf(command: Command): string {
  let help = "";
  command.configureOutput({ writeOut: (text) => (help += text), getOutHelpWidth: () => 80 });
  command.outputHelp();
  return help;
}

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "dist/cli/main.js"), ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

const program = await createProgram([]);
const verbs = program.commands.flatMap((command) => verbsUnder(command, [command.name()]));
const silent = ["demo", "computation schema"]; // one speaks for people only, the other prints JSON alone

describe("every verb", () => {
  it.each(verbs)("$path shows an example that its own options allow", ({ path, command }) => {
    const [usage = "", example = ""] = helpOf(command).split(/\nExamples?:\n/);
    expect(usage).toContain(command.description().slice(0, 20));
    const lines = example.replaceAll("\\\n", " ").trim().split("\n");
    const options = new Set(command.options.map(({ long }) => long));
    for (const line of lines) {
      expect(line.trim().startsWith(`frostglass ${path}`), line).toBe(true);
      expect((line.match(/--[a-z-]+/g) ?? []).filter((option) => !options.has(option))).toEqual([]);
    }
    const [last = ""] = lines.slice(-1);
    const wanted = command.options.filter(({ mandatory }) => mandatory).map(({ long }) => long ?? "");
    expect(wanted.filter((option) => !last.includes(option))).toEqual([]);
  });

  it.each(verbs)("$path has --json", ({ path, command }) => {
    expect(command.options.some(({ long }) => long === "--json")).toBe(!silent.includes(path));
  });

  it("fits into 80 columns of help, its descriptions whole", () => {
    const groups = program.commands.filter(({ commands }) => commands.length > 0);
    const all = [program, ...groups, ...verbs.map(({ command }) => command)];
    const wide = all.flatMap((command) =>
      (helpOf(command).split(/\nExamples?:\n/)[0] ?? "").split("\n").filter((line) => line.length > 80),
    );
    expect(wide).toEqual([]);
  });

  it("stands in the README's table, and nothing else does", () => {
    const [, after = ""] = readFileSync(join(root, "README.md"), "utf8").split("\n## Every verb\n");
    const rows = (after.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("|"));
    const named = rows.flatMap((row) => [...(row.split("|")[2] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name));
    expect(named.toSorted()).toEqual(verbs.map(({ path }) => path).toSorted());
  });
});

describe("the command line", () => {
  it("ends with 2 where it could not do what was asked, and says what to do next", () => {
    expect(run("nonsense")).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringMatching(/unknown command 'nonsense'[\s\S]*--help/),
    });
    expect(run("ask")).toMatchObject({ status: 2, stderr: expect.stringContaining("--help") });
    expect(run("status", "--home", "nowhere")).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringMatching(/^home-missing .*\nnext {2}\S/),
    });
  });

  it("gives a failure as JSON where JSON is asked for", () => {
    const { status, stdout, stderr } = run("status", "--home", "nowhere", "--json");
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.any(String) });
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "home-missing", next: expect.stringMatching(/\S/) } });
  });
});
