import { describe, expect, it } from "vitest";
import { checkManifest } from "../../src/computations/binding/bindManifest.js";
import { compileManifest } from "../../src/computations/computation.js";
import { runExamples } from "../../src/computations/examples.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { computations, datasets, manifestOf, namesIn, schemas, textOf } from "./shelves.js";

/* What every computation of the library owes to whoever copies it. */

const mostBits = 6;

it("the library has the ten computations for small-firm credit, and two that go with them", () => {
  expect(computations).toEqual([
    "buyer-concentration",
    "court-enforcement",
    "margin",
    "payment-delay",
    "rating-and-line",
    "registration-age",
    "sales-continuity",
    "sales-trend",
    "sme-scorecard",
    "tax-continuity",
    "utility-arrears",
    "void-ratio",
  ]);
});

it("the page of the library names each computation, with what it reads", () => {
  const readme = textOf("README.md");
  for (const id of computations) {
    const row = readme.split("\n").find((line) => line.includes(`(computations/${id}/README.md)`));
    expect(row?.split(" | ").at(-1)).toBe(
      `${parseManifest(manifestOf(id))
        .inputs.map(({ dataset }) => dataset.text)
        .join(", ")} |`,
    );
  }
});

it("every computation names who wrote it, as policies that refuse the author's own approval ask", () => {
  expect(computations.map((id) => parseManifest(manifestOf(id)).author)).toEqual(computations.map(() => "Frostglass"));
});

it("every dataset is read by some computation", () => {
  const read = computations.flatMap((id) => parseManifest(manifestOf(id)).inputs.map(({ dataset }) => dataset.text));
  expect(datasets.filter((name) => !read.includes(name))).toEqual([]);
});

describe.each(computations)("%s", (id) => {
  const manifest = parseManifest(manifestOf(id));
  const computation = compileManifest(manifest, schemas);
  const { output, examples, reasons, title, reveals } = manifest;

  it("stands in a folder of its name, with its explanation beside it", () => {
    expect(namesIn(`computations/${id}`)).toEqual(["README.md", "manifest.yaml"]);
    expect(manifest.id).toBe(id);
  });

  it("passes without a warning, and its examples hold", () => {
    expect(checkManifest(manifest, schemas)).toEqual([]);
    expect(runExamples(computation, schemas).flatMap(({ name, differences }) => differences.map((each) => `${name}: ${each}`))).toEqual([]);
  });

  it("shows every outcome that it can give in an example, and every reason", () => {
    const shown = new Set(examples.map(({ outcome }) => wordOf(outcome)));
    expect(shown).toContain("no-record");
    const wanted = {
      decision: () => ["yes", "no"],
      band: () => (output.kind === "band" ? output.bands.flatMap(({ gives }) => gives ?? []) : []),
      score: () => [],
    }[output.kind]();
    expect(wanted.filter((each) => !shown.has(each))).toEqual([]);
    if (output.kind === "score") expect(shown.size).toBeGreaterThan(3);
    const given = new Set(examples.flatMap((example) => example.reasons ?? []));
    // A scorecard with one reason needs an example for each; which bins give which is held by the oracle on real records.
    if (output.kind !== "score") expect(reasons.map(({ code }) => code.text).filter((code) => !given.has(code))).toEqual([]);
  });

  it("shows each choice that turns an answer: some example asks with another than the default", () => {
    const asked = new Set(examples.flatMap(({ parameters }) => parameters.map(([name]) => name.text)));
    expect(manifest.parameters.map(({ name }) => name.text).filter((name) => !asked.has(name))).toEqual([]);
    for (const { choices, default: preset } of manifest.parameters) {
      expect(choices.length).toBeLessThanOrEqual(3);
      expect(preset).toBeDefined();
    }
  });

  it("tells little, and says from how many records on", () => {
    expect(computation.millibits).toBeLessThanOrEqual(mostBits * 1000);
    const floors = manifest.tooFew.map(({ fewerThan }) => Number(fewerThan.text));
    // One record a firm by nature, or public by law: said in the manifest, and why in the README.
    const single = ["registration-age", "rating-and-line", "court-enforcement"];
    expect(Math.min(...floors)).toBeGreaterThanOrEqual(single.includes(id) ? 1 : 6);
  });

  it("speaks English and Chinese, to the reader and to the firm", () => {
    for (const each of [title, reveals, ...reasons.map((reason) => reason.text)]) {
      expect(each.zh).toMatch(/\p{Script=Han}/u);
      expect(each.en).not.toMatch(/\p{Script=Han}/u);
    }
    expect(reasons.length).toBeGreaterThan(0);
  });

  it("is explained: what it answers, reveals, leaves out, and what to tune", () => {
    const readme = textOf(`computations/${id}/README.md`);
    expect(readme).toContain(`\`${id}\``);
    for (const purpose of manifest.purposes) expect(readme).toContain(`\`${purpose}\``);
    for (const { dataset } of manifest.inputs) expect(readme).toContain(`../../datasets/${dataset.text}.yaml`);
    for (const { name } of manifest.parameters) expect(readme).toContain(`\`${name.text}\``);
    for (const { code } of reasons) expect(readme).toContain(`\`${code.text}\``);
    for (const heading of ["What it answers", "What it reveals, and why that is acceptable", "What to tune", "What it does not say"])
      expect(readme).toContain(`\n## ${heading}\n`);
    const stated = Number(/at\s+most\s+(\d(?:\.\d)?)\s+bits/.exec(readme)?.[1]);
    expect(computation.millibits / 1000).toBeLessThanOrEqual(stated);
    expect(readme.split("\n")[0]).toMatch(new RegExp(`^# .*${title.zh}`));
  });
});

function wordOf(outcome: ReturnType<typeof parseManifest>["examples"][number]["outcome"]): string {
  if (outcome.kind === "decision") return outcome.decision ? "yes" : "no";
  return outcome.kind === "band" ? outcome.band : outcome.kind === "score" ? String(outcome.score) : outcome.kind;
}
