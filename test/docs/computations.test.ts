import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkReport } from "../../src/cli/computation/report.js";
import { createStyle } from "../../src/cli/terminal.js";
import { checkManifest } from "../../src/computations/binding/bindManifest.js";
import { compileManifest } from "../../src/computations/computation.js";
import { runExamples } from "../../src/computations/examples.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { formatProblem, ManifestError } from "../../src/computations/syntax/problems.js";
import { parseSchema } from "../../src/datasets/schema.js";
import { recordBytes, recordFiles, sampleFirms } from "../../src/sample/index.js";
import { type Block, blocksOf, linePatterns, missingLine, root } from "./blocks.js";
import { commandsOf, printsAsShown, wordsOf } from "./console.js";
import { withPiece } from "./sections.js";
import { Shell } from "./shell.js";

/*
 * docs/COMPUTATIONS.md from top to bottom, as its reader goes along: the manifest grows by the pieces that are shown, and every command is typed into
 * one shell. Of its manifests, `manifest` and `sections` are saved, an `aside` has to compile, a `mistake` has to be reported as shown. Of the commands, `rounded`
 * print counts that a secret of the home rounds: their words are compared. The tables of the language are language.test.ts's.
 */

const blocks = blocksOf("docs/COMPUTATIONS.md");
const folder = mkdtempSync(join(tmpdir(), "frostglass-computations-"));
const file = join(folder, "power/computations/bill-score.yaml");
const addressShown = "http://127.0.0.1:8440";
const schema = parseSchema(readFileSync(join(root, "library/datasets/utility-bills.yaml"), "utf8"));
const schemas = new Map([[schema.name, schema]]);
const shell = new Shell(folder, process.env);
let node: ChildProcess | undefined;
let address = addressShown;

beforeAll(async () => {
  await shell.run(`frostglass() { node '${root}dist/cli/main.js' "$@"; }`);
});

afterAll(async () => {
  await shell.close();
  await stopNode();
  rmSync(folder, { recursive: true, force: true });
});

/** The records that `frostglass demo` leaves: test/story/start.test.ts runs the story itself. */
function leaveRecords(): void {
  const bills = recordFiles.find(({ dataset }) => dataset === "utility-bills");
  if (bills === undefined) throw new RangeError("the sample has no utility bills");
  mkdirSync(join(folder, "play/records"), { recursive: true });
  writeFileSync(
    join(folder, "play/records/utility-bills.csv"),
    Buffer.concat([...recordBytes(bills, sampleFirms("frostglass"), "frostglass")]),
  );
}

/** Starts the node on free ports and gives what it prints once it serves. */
async function serve(command: string): Promise<string> {
  const args = [`${root}dist/cli/main.js`, ...command.split(" ").slice(1), "--port", "0", "--admin-port", "0"];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  node = child;
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`the node ended with code ${code}`)));
  });
  address = /https?:\/\/[^ ]+/.exec(line)?.[0] ?? "";
  return line.replace(address, addressShown);
}

async function stopNode(): Promise<void> {
  if (node === undefined || node.exitCode !== null) return;
  const ended = new Promise((resolve) => node?.once("exit", resolve));
  node.kill("SIGTERM");
  await ended;
}

async function runConsole({ label, text }: Block): Promise<void> {
  if (label === "story") return leaveRecords();
  const commands = commandsOf(text);
  for (const [i, { command, shown }] of commands.entries()) {
    const typed = command.replaceAll(addressShown, address);
    const { output, code } = label === "serve" ? { output: await serve(command), code: 0 } : await shell.run(typed);
    expect(code, output).toBe(label === "exit=1" && i === commands.length - 1 ? 1 : 0);
    const alike = label === "rounded" ? printsAsShown(wordsOf(output), wordsOf(shown)) : printsAsShown(output, shown);
    expect(alike, `${command}\n${output}`).toBe(true);
  }
}

function problemsIn(text: string): readonly string[] {
  try {
    return checkManifest(parseManifest(text), schemas).map(formatProblem);
  } catch (thrown) {
    if (thrown instanceof ManifestError) return thrown.problems.map(formatProblem);
    throw thrown;
  }
}

function runYaml({ label, text }: Block, next: Block | undefined): void {
  const manifest = label === "manifest" ? text : withPiece(readFileSync(file, "utf8"), text);
  const shown = next?.language === "text" ? next.text : "";
  if (label === "mistake") {
    expect(problemsIn(manifest)).toEqual(shown.trimEnd().split("\n"));
    return;
  }
  expect(problemsIn(manifest)).toEqual([]);
  const computation = compileManifest(parseManifest(manifest), schemas);
  const report = checkReport(computation, schemas).lines(createStyle(false)).join("\n");
  if (shown !== "") expect(missingLine(report, linePatterns(shown)), report).toBeUndefined();
  if (label === "aside") return;
  expect(runExamples(computation, schemas).flatMap(({ name, differences }) => differences.map((each) => `${name}: ${each}`))).toEqual([]);
  writeFileSync(file, manifest);
}

describe("docs/COMPUTATIONS.md", () => {
  for (const [i, block] of blocks.entries()) {
    if (block.language === "yaml" && block.label !== "features")
      it(`line ${block.line}: yaml ${block.label}`, () => runYaml(block, blocks[i + 1]));
    if (block.language === "console") it(`line ${block.line}: ${block.text.split("\n")[0]}`, { timeout: 120_000 }, () => runConsole(block));
  }

  it("has no block that nothing checks", () => {
    const known = [
      "yaml manifest",
      "yaml sections",
      "yaml aside",
      "yaml mistake",
      "console ",
      "console exit=1",
      "console serve",
      "console story",
      "console rounded",
      "yaml features",
    ];
    const others = blocks.filter(({ language, label }, i) => {
      const explains = language === "text" && blocks[i - 1]?.language === "yaml";
      return !explains && language !== "csv" && !known.includes(`${language} ${label}`);
    });
    expect(others).toEqual([]);
  });

  it("is linked from the README", () => {
    expect(readFileSync(join(root, "README.md"), "utf8").includes("(docs/COMPUTATIONS.md)")).toBe(true);
  });
});
