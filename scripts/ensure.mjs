/**
 * Brings node_modules into line with package-lock.json, so that `npm start` and `npm test` work on a fresh clone. Where everything is in place it
 * does nothing and needs no network. What it says goes to standard error.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

const oldestNode = [20, 19];
const lockFile = join(root, "package-lock.json");
const stampFile = join(root, "node_modules", ".frostglass-installed");

/** Ends the process with exit code 2 when it cannot be done, saying what is missing. */
export function ensureInstalled() {
  requireNode(process.versions.node);
  const wanted = stampOf(readFileSync(lockFile));
  if (readIfThere(stampFile) === wanted) return;
  if (!isInstalledByHand()) install();
  writeFileSync(stampFile, wanted);
}

function requireNode(version) {
  const [major, minor] = version.split(".").map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  fail(`Frostglass needs Node.js ${oldestNode.join(".")} or newer; this is ${version}. Get one from https://nodejs.org and try again.`);
}

/** Compiled packages belong to one Node ABI and one platform, so these are part of the stamp. */
function stampOf(lock) {
  const digest = createHash("sha256").update(lock).digest("hex");
  return `${digest} ${process.platform}-${process.arch} abi-${process.versions.modules}\n`;
}

/** True when a plain `npm ci` or `npm install` has put in place exactly what the lock file names, and the compiled package loads. */
function isInstalledByHand() {
  const installed = readIfThere(join(root, "node_modules", ".package-lock.json"));
  if (installed === undefined) return false;
  const found = JSON.parse(installed).packages ?? {};
  const wanted = Object.entries(JSON.parse(readFileSync(lockFile, "utf8")).packages ?? {});
  const missing = wanted.filter(([path, entry]) => path !== "" && entry.optional !== true && found[path]?.version !== entry.version);
  return missing.length === 0 && loadsDatabase();
}

function loadsDatabase() {
  try {
    const Database = createRequire(import.meta.url)("better-sqlite3");
    new Database(":memory:").close();
    return true;
  } catch {
    return false; // not built for this Node: the installation below builds it
  }
}

function install() {
  say("Installing dependencies (npm ci). The first time this compiles SQLite, which takes a minute or two.");
  const npm = process.env.npm_execpath;
  const [command, before] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
  const { status, error } = spawnSync(command, [...before, "ci", "--no-audit", "--no-fund"], { cwd: root, stdio: ["ignore", 2, 2] });
  if (error !== undefined) fail(`npm could not be started (${error.message}). Install Node.js together with npm.`);
  if (status !== 0) fail(adviceAfterFailure());
  if (!loadsDatabase()) fail("The package better-sqlite3 was installed but does not load. Delete node_modules and try again.");
}

function adviceAfterFailure() {
  const missing = [
    ["a C++ compiler", ["c++", "g++", "clang++"]],
    ["make", ["make", "gmake"]],
    ["Python 3", ["python3", "python"]],
  ].filter(([, commands]) => !commands.some(isOnPath));
  if (missing.length === 0 || process.platform === "win32")
    return "npm ci failed; its own words above say why. Often it is the network: try again.";
  const names = missing.map(([name]) => name).join(", ");
  return `npm ci failed. better-sqlite3 may have to be compiled, and this machine lacks ${names}.
Install the tools and try again: on Debian or Ubuntu \`apt-get install build-essential python3\`, on Fedora \`dnf install gcc-c++ make python3\`,
on macOS \`xcode-select --install\`.`;
}

function isOnPath(command) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, command)));
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

export function say(sentence) {
  process.stderr.write(`${sentence}\n`);
}

export function fail(sentence) {
  say(sentence);
  process.exit(2);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) ensureInstalled();
