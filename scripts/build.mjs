/**
 * Builds dist/ from src/: compiles the TypeScript and copies every other file beside it. A stamp over all sources makes an unchanged tree cost some
 * milliseconds; a file that has gone from src/ goes from dist/ too.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureInstalled, fail, root, say } from "./ensure.mjs";

const src = join(root, "src");
const dist = join(root, "dist");
const stampFile = join(dist, ".built");
const settings = ["tsconfig.json", "package-lock.json", "scripts/build.mjs"];

/** Ends the process with exit code 2 when the sources do not compile. */
export function build() {
  const sources = filesUnder(src);
  const wanted = stampOf(sources);
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted) return;
  say("Building dist/ ...");
  rmSync(stampFile, { force: true });
  compile();
  copyOthers(sources);
  removeStale(sources);
  chmodSync(join(dist, "cli", "main.js"), 0o755);
  writeFileSync(stampFile, wanted);
}

function filesUnder(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function stampOf(sources) {
  const hash = createHash("sha256");
  for (const path of [...settings.map((name) => join(root, name)), ...sources.map((name) => join(src, name))]) {
    const content = readFileSync(path);
    hash.update(`${path.slice(root.length)} ${content.length}\n`).update(content);
  }
  return `${hash.digest("hex")}\n`;
}

function compile() {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const { status } = spawnSync(process.execPath, [compiler, "-p", join(root, "tsconfig.json")], { cwd: root, stdio: ["ignore", 2, 2] });
  if (status !== 0) fail("The sources do not compile; the lines above say where.");
}

const isTypeScript = (name) => name.endsWith(".ts");

function copyOthers(sources) {
  for (const name of sources.filter((name) => !isTypeScript(name))) {
    mkdirSync(dirname(join(dist, name)), { recursive: true });
    copyFileSync(join(src, name), join(dist, name));
  }
}

function removeStale(sources) {
  const made = new Set(sources.flatMap(outputsOf));
  for (const name of filesUnder(dist)) if (!made.has(name)) rmSync(join(dist, name));
}

function outputsOf(name) {
  if (!isTypeScript(name)) return [name];
  const stem = name.slice(0, -".ts".length);
  return [".js", ".js.map", ".d.ts"].map((ending) => stem + ending);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  ensureInstalled();
  build();
}
