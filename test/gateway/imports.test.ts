import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const source = fileURLToPath(new URL("../../src/", import.meta.url));
const allowedPackages = ["@hono/node-server", "@hono/zod-openapi", "hono", "pino", "prom-client"];
const allowedBuiltins = ["node:fs", "node:fs/promises", "node:http", "node:https", "node:net", "node:path"];

/** What a file imports when it runs; type-only imports are erased and bring nothing in. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  const statements = text.matchAll(/^\s*(?:import|export)\s+(type\s)?(?:[^;"'`]*?\sfrom\s*)?["']([^"']+)["']/gm);
  const dynamic = text.matchAll(/\b(?:import|require)\(\s*["'`]([^"'`]+)["'`]/g);
  return [
    ...Array.from(statements, ([, type, name]) => (type ? "" : (name ?? ""))),
    ...Array.from(dynamic, ([, name]) => name ?? ""),
  ].filter((name) => name !== "");
}

/** Every file and package that starting `entry` can bring in. */
function closureOf(entry: string): { readonly files: string[]; readonly packages: string[] } {
  const files = new Set([join(source, entry)]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const name of importsOf(file)) {
      if (name.startsWith(".")) files.add(join(dirname(file), name.replace(/\.js$/, ".ts")));
      else packages.add(name);
    }
  }
  return { files: [...files].map((file) => relative(source, file)), packages: [...packages] };
}

describe("the courier process", () => {
  const { files, packages } = closureOf("courier/process.ts");

  it("loads no code that knows records, the database or a private key's file", () => {
    for (const file of ["courier/carry.ts", "http/doorClient.ts", "tlog/tileReader.ts"]) expect(files).toContain(file);
    expect(files.filter((file) => !/^(?:errors|bytes|crypto|note|tlog|model|wire|http|evidence|courier)\//.test(file))).toEqual([]);
    expect(files.filter((file) => /keyFile|seal/.test(file))).toEqual([]);
    expect(packages.filter((name) => /sqlite|age-encryption|child_process/.test(name))).toEqual([]);
  });
});

describe("the gateway process", () => {
  const { files, packages } = closureOf("gateway/process.ts");

  it("is walked whole", () => {
    for (const file of ["gateway/app.ts", "http/doorClient.ts", "gateway/openapi.ts", "http/listener.ts", "errors/error.ts"])
      expect(files).toContain(file);
    for (const file of files) expect(existsSync(join(source, file)), file).toBe(true);
  });

  it("loads no code that knows keys, records or the database", () => {
    expect(files.filter((file) => !/^(?:errors|bytes|model|wire|http|gateway)\//.test(file))).toEqual([]);
  });

  it("loads no package but its own, and nothing that opens a database, starts a process or signs", () => {
    expect(packages.filter((name) => name.startsWith("node:") && !allowedBuiltins.includes(name))).toEqual([]);
    expect(packages.filter((name) => !name.startsWith("node:") && !allowedPackages.includes(name))).toEqual([]);
  });

  it("would be found out: the walk sees values, dynamic imports and re-exports, and passes over types", () => {
    expect(importsOf(join(source, "gateway/app.ts"))).toContain("./openapi.js");
    expect(importsOf(join(source, "gateway/app.ts"))).not.toContain("../http/door.js");
    expect(importsOf(join(source, "gateway/app.ts"))).toContain("./headers.js");
  });
});
