#!/usr/bin/env node
import { createProgram } from "./program.js";
import { exitCouldNot, reportFailure } from "./verb.js";

// Whoever reads may stop before the end (`| head`); what the command does and its exit code do not hang on that.
process.stdout.on("error", (fault: NodeJS.ErrnoException) => {
  if (fault.code !== "EPIPE") throw fault;
});

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
