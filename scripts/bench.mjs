/** `npm run bench`: installs and builds what is missing, then measures floors and node in one run. `-- --json` ends with one JSON line. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { build } from "./build.mjs";
import { ensureInstalled, fail, root } from "./ensure.mjs";
import { runNode } from "./run.mjs";

ensureInstalled();
build();
const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
const { status } = spawnSync(process.execPath, [compiler, "-p", join(root, "test", "bench")], { cwd: root, stdio: ["ignore", 2, 2] });
if (status !== 0) fail("The benchmark does not compile; the lines above say where.");
runNode(["--expose-gc", join(root, "dist-bench", "main.js"), ...process.argv.slice(2)], { cwd: root });
