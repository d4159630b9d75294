/** `npm test`: installs and builds what is missing, then runs the suite. Arguments go to vitest: `npm test -- test/tlog`. */
import { build } from "./build.mjs";
import { ensureInstalled, root } from "./ensure.mjs";
import { runNode } from "./run.mjs";

ensureInstalled();
build();
runNode([`${root}node_modules/vitest/vitest.mjs`, "run", ...process.argv.slice(2)], { cwd: root });
