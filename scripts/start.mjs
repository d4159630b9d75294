/** `npm start`: installs and builds what is missing, then tells the whole story in the terminal. `npm start -- --once` ends after the story. */
import { build } from "./build.mjs";
import { ensureInstalled, root } from "./ensure.mjs";
import { runNode } from "./run.mjs";

ensureInstalled();
build();
runNode([`${root}dist/cli/main.js`, "demo", ...process.argv.slice(2)]);
