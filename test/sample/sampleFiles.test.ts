import { describe, expect, it } from "vitest";
import { parsePolicy } from "../../src/admission/policy.js";
import { checkManifest } from "../../src/computations/binding/bindManifest.js";
import { compileManifest } from "../../src/computations/computation.js";
import { runExamples } from "../../src/computations/examples.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { parseMapping } from "../../src/datasets/import/mapping.js";
import { type DatasetSchema, parseSchema } from "../../src/datasets/schema.js";
import { policyTrusting, type SampleFile, sampleFiles, samplePolicy, starterFiles } from "../../src/sample/index.js";

const inFolder = (files: readonly SampleFile[], folder: string) => files.filter(({ path }) => path.startsWith(`${folder}/`));

function schemasOf(files: readonly SampleFile[]): ReadonlyMap<string, DatasetSchema> {
  const schemas = inFolder(files, "datasets").map(({ text }) => parseSchema(text));
  return new Map(schemas.map((schema) => [schema.name, schema]));
}

describe.each(["tax", "bureau"] as const)("the sample files of the %s holder", (holder) => {
  const files = sampleFiles(holder);
  const schemas = schemasOf(files);

  it("give each dataset a mapping, and each file the name of what it holds", () => {
    for (const [name, schema] of schemas) {
      const mapping = files.find(({ path }) => path === `mappings/${name}.yaml`);
      expect(parseMapping(mapping?.text ?? "", schema).columns.size).toBe(schema.columns.length);
      expect(files.some(({ path }) => path === `datasets/${name}.yaml`)).toBe(true);
    }
  });

  it.each(inFolder(files, "computations").map(({ path, text }) => [path, text]))(
    "%s passes without a warning, and its examples hold",
    (path, text) => {
      const manifest = parseManifest(text);
      expect(path).toBe(`computations/${manifest.id}.yaml`);
      expect(checkManifest(manifest, schemas)).toEqual([]);
      const results = runExamples(compileManifest(manifest, schemas), schemas);
      expect(results.length).toBeGreaterThan(1);
      expect(results.flatMap(({ differences }) => differences)).toEqual([]);
    },
  );

  it.each(inFolder(files, "computations").map(({ path, text }) => [path, text]))("%s speaks English and Chinese", (_, text) => {
    const { title, reveals, reasons } = parseManifest(text);
    for (const each of [title, reveals, ...reasons.map((reason) => reason.text)]) expect(each.zh).toMatch(/\p{Script=Han}/u);
  });
});

describe("what a new home starts with", () => {
  it("is one dataset with its mapping, and a computation that needs no other", () => {
    const files = starterFiles();
    expect(files.map(({ path }) => path)).toEqual([
      "datasets/vat-sales.yaml",
      "mappings/vat-sales.yaml",
      "computations/sales-continuity.yaml",
    ]);
    const [computation] = inFolder(files, "computations");
    expect(checkManifest(parseManifest(computation?.text ?? ""), schemasOf(files))).toEqual([]);
  });

  it("is a policy that trusts nobody", () => {
    const { reviewers, consentIssuers, approval } = parsePolicy(samplePolicy());
    expect({ reviewers, consentIssuers, approval }).toEqual({
      reviewers: [],
      consentIssuers: [],
      approval: { reviewers: 1, organisations: 1 },
    });
  });

  it("becomes the policy of a federation when parties are named", () => {
    // The verifier key is that of the example in the signed-note specification, the other one that of RFC 8037 appendix A.
    const policy = parsePolicy(
      policyTrusting({
        reviewers: [{ organisation: "regulator.example", key: "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW" }],
        consentIssuers: [{ name: "consent.example", key: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }],
        approval: { reviewers: 2, organisations: 2 },
      }),
    );
    expect(policy.reviewers.map(({ organisation, key }) => [organisation, key.name])).toEqual([["regulator.example", "PeterNeumann"]]);
    expect(policy.consentIssuers.map(({ name }) => name)).toEqual(["consent.example"]);
    expect(policy.approval).toEqual({ reviewers: 2, organisations: 2 });
    expect(policy.purposes.get("loan-origination")).toEqual({ consent: "required" });
  });
});
