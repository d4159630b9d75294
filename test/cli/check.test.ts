import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parsePolicy } from "../../src/admission/policy.js";
import { checkReport } from "../../src/cli/computation/report.js";
import { createStyle } from "../../src/cli/terminal.js";
import { widthOf, wrapped } from "../../src/cli/width.js";
import { compileManifest } from "../../src/computations/computation.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { parseSchema } from "../../src/datasets/schema.js";
import { samplePolicy } from "../../src/sample/index.js";
import { salesSchema, totalAbove } from "../vault/smallNode.js";

const schemas = new Map([["sales", parseSchema(salesSchema)]]);

function linesOf(manifest: string, policy: string): readonly string[] {
  return checkReport(compileManifest(parseManifest(manifest), schemas), schemas, parsePolicy(policy)).lines(createStyle(false));
}

describe("computation check", () => {
  const wanted = "  to write  the policy asks who wrote it: author: { organisation: … }";

  test("says that the author is missing where the policy refuses the author's own approval", () => {
    expect(linesOf(totalAbove, samplePolicy())).toContain(wanted);
    expect(linesOf(totalAbove, samplePolicy().replaceAll("own: refused", "own: counted"))).not.toContain(wanted);
    expect(linesOf(`${totalAbove}author: { organisation: tax.example }\n`, samplePolicy())).not.toContain(wanted);
  });

  test("breaks what is revealed into lines of a terminal, Chinese never before a closing mark", () => {
    const chinese = "仅返回是或否，否时至多两个原因；".repeat(20);
    for (const width of [20, 21, 22, 23]) {
      const lines = wrapped(chinese, width);
      expect(lines.join("")).toBe(chinese);
      expect(lines.filter((line) => widthOf(line) > width || /^[，；]/.test(line))).toEqual([]);
    }
    expect(wrapped("one two three", 8)).toEqual(["one two", "three"]);
  });
});

test("a command whose reader goes away ends as if it had been read", async () => {
  const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
  const child = spawn(process.execPath, [main, "library", "list"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  let complaints = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaints += chunk.toString("utf8");
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect({ code, complaints }).toEqual({ code: 0, complaints: "" });
});
