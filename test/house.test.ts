import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const src = fileURLToPath(new URL("../src", import.meta.url));

/** The floors of docs/DESIGN.md: a floor imports itself and what stands before it. */
const floors = [
  "errors",
  "bytes",
  "crypto",
  "note",
  "tlog",
  "anchor",
  "model",
  "wire",
  "http",
  "datasets",
  "computations",
  "admission",
  "disclosure",
  "evidence",
  "store",
  "vault",
];
/** Roles stand beside each other; each lists the highest floor that it may reach. */
const roles: Readonly<Record<string, string>> = {
  gateway: "http",
  witness: "store",
  courier: "evidence",
  requester: "evidence",
  auditor: "evidence",
};
/** Only these build the real parts. */
const top = ["library", "sample", "cli"];

const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(src, file), "utf8");
  const found = text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+"(\.[^"]+|#crypto)"/gms);
  return [...found].map(([, typeOnly, path = ""]) => ({
    from: file,
    to: path === "#crypto" ? "crypto/native.ts" : relative(src, resolve(join(src, file), "..", path)).replace(/\.js$/, ".ts"),
    typeOnly: typeOnly !== undefined,
  }));
}

const floorOf = (file: string) => file.split("/")[0] ?? "";

function mayImport(from: string, to: string): boolean {
  if (from === to || top.includes(from)) return true;
  const role = roles[from];
  const limit = role === undefined ? floors.indexOf(from) : floors.indexOf(role);
  return floors.indexOf(to) >= 0 && floors.indexOf(to) <= limit;
}

test("every folder of the house has its place", () => {
  const known = new Set([...floors, ...Object.keys(roles), ...top]);
  expect([...new Set(files.map(floorOf))].filter((floor) => !known.has(floor))).toEqual([]);
});

test("imports go down only", () => {
  const wrong = files.flatMap(importsOf).filter(({ from, to }) => !mayImport(floorOf(from), floorOf(to)));
  expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test("no import runs in a circle", () => {
  const graph = new Map(
    files.map((file) => [
      file,
      importsOf(file)
        .filter(({ typeOnly }) => !typeOnly)
        .map(({ to }) => to),
    ]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    if (done.has(file) || path.includes(file)) return;
    for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  expect(circles).toEqual([]);
});

/** Everything that `entry` reaches at run time, where a browser build takes `#crypto` to be the portable engine. */
function reachedBy(entry: string): string[] {
  const reached = new Set<string>();
  const walk = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const { to } of importsOf(file)) walk(to === "crypto/native.ts" ? "crypto/portable.ts" : to);
  };
  walk(entry);
  return [...reached];
}

test.each(["requester/index.ts", "auditor/index.ts"])("%s and all that it reaches run in a browser", (entry) => {
  const code = (file: string) => readFileSync(join(src, file), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
  const serverOnly = reachedBy(entry).filter((file) => /from "node:|\bBuffer\b|\bprocess\./.test(code(file)));
  expect(serverOnly).toEqual([]);
});
