import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { makeEvidence, makeQuery } from "./makeEvidence.js";

const source = fileURLToPath(new URL("../../src/", import.meta.url));

/** A file without its comments. */
function codeOf(file: string): string {
  return readFileSync(file, "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/\s\/\/ .*$/gm, "");
}

/** What a file imports when it runs; type-only imports are erased and bring nothing in. */
function importsOf(code: string): string[] {
  const statements = code.matchAll(/^\s*(?:import|export)\s+(type\s)?(?:[^;"'`]*?\sfrom\s*)?["']([^"']+)["']/gm);
  const dynamic = code.matchAll(/\b(?:import|require)\(\s*["'`]([^"'`]+)["'`]/g);
  const names = [
    ...Array.from(statements, ([, type, name]) => (type ? "" : (name ?? ""))),
    ...Array.from(dynamic, ([, name]) => name ?? ""),
  ];
  return names.filter((name) => name !== "");
}

/** Every file and package that loading `entry` in a browser brings in. */
function closureOf(entry: string): { readonly files: string[]; readonly packages: string[] } {
  const files = new Set([join(source, entry)]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const name of importsOf(codeOf(file))) {
      if (name === "#crypto") files.add(join(source, "crypto/portable.ts"));
      else if (name.startsWith(".")) files.add(join(dirname(file), name.replace(/\.js$/, ".ts")));
      else packages.add(name);
    }
  }
  return { files: [...files].map((file) => relative(source, file)), packages: [...packages] };
}

describe.each(["requester/index.ts", "auditor/index.ts"])("%s", (entry) => {
  const { files, packages } = closureOf(entry);
  const role = dirname(entry);

  it("is walked whole", () => {
    for (const file of ["evidence/evidenceFile.ts", "crypto/portable.ts", "wire/jws.ts", "tlog/tileReader.ts", "errors/error.ts"])
      expect(files).toContain(file);
    for (const file of files) expect(existsSync(join(source, file)), file).toBe(true);
  });

  it("loads the floors that it may load, and no other role", () => {
    const allowed = new RegExp(
      `^(?:errors|bytes|crypto|note|tlog|model|wire|http|datasets|computations|admission|disclosure|evidence|anchor|${role})/`,
    );
    expect(files.filter((file) => !allowed.test(file))).toEqual([]);
  });

  it("loads packages that run in a browser, and none of Node's", () => {
    expect(packages.filter((name) => !name.startsWith("@noble/") && !["yaml", "zod"].includes(name))).toEqual([]);
  });

  it("names nothing that only Node has", () => {
    for (const file of files)
      expect(codeOf(join(source, file)), file).not.toMatch(/\b(?:Buffer|process|require|__dirname|setImmediate)\b[.(]|["'`]node:/);
  });
});

it("the walk sees values, re-exports and dynamic imports, and passes over types", () => {
  const code = `import type { A } from "./a.js";\nimport { b } from "./b.js";\nexport { c } from "./c.js";\nconst d = await import("node:fs");\nexport type { E } from "./e.js";`;
  expect(importsOf(code)).toEqual(["./b.js", "./c.js", "node:fs"]);
});

it("the portable engine verifies evidence to the same report, and signs the same query", async () => {
  const { node, text } = await makeEvidence({ witnessedAt: 1_700_000_009 });
  const altered = text.replace("index 8", "index 7");
  const { formatPolicy } = await import("../../src/tlog/policy.js");
  const trustText = formatPolicy(node.trust(true));
  const native = await import("../../src/auditor/index.js");
  const expected = [text, altered].map((file) => native.verifyEvidence(file, native.parseTrust(trustText)));
  const query = makeQuery();

  const engine = await import("../../src/crypto/portable.js");
  let hashed = 0;
  vi.resetModules();
  const sha256 = (bytes: Uint8Array) => {
    hashed++;
    return engine.sha256(bytes);
  };
  vi.doMock("#crypto", () => ({ ...engine, sha256 }));
  const portable = await import("../../src/auditor/index.js");
  expect(portable.verifyEvidence).not.toBe(native.verifyEvidence);
  expect([text, altered].map((file) => portable.verifyEvidence(file, portable.parseTrust(trustText)))).toEqual(expected);
  expect((await import("./makeEvidence.js")).makeQuery()).toBe(query);
  expect(hashed).toBeGreaterThan(50);
  vi.doUnmock("#crypto");
});
