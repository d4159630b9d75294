#!/usr/bin/env node
import { createProgram } from "./program.js";
import { exitCouldNot, reportFailure } from "./verb.js";

const program = await createProgram(process.argv.slice(2));
// Wrong usage is "could not do it" too; commander would leave with 1, which here means "does not hold".
for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
  command.exitOverride((thrown) => process.exit(thrown.exitCode === 0 ? 0 : exitCouldNot));
}
try {
  await program.parseAsync();
} catch (thrown) {
  reportFailure(thrown, false);
  process.exitCode = exitCouldNot;
}
