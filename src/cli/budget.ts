import type { Command } from "commander";
import { openRequester, type QuestionOptions, questionOf, questionVerb } from "./question.js";
import { verb } from "./verb.js";

/** `frostglass budget`: what a requester may still learn about a subject. */
export function addBudget(program: Command): void {
  const budget = program.command("budget").description("what is left of a requester's disclosure budget");
  const show = questionVerb(budget, "show", "ask a node what a question would be charged and what is left; costs nothing").addHelpText(
    "after",
    "\nExample:\n  frostglass budget show --node http://127.0.0.1:8440 --key bank.key --subject uscc:… \\\n    --computation sales-continuity --purpose credit-monitoring\n",
  );
  verb<QuestionOptions>(show, async (terminal, options) => {
    const requester = await openRequester(options);
    const reply = await requester.budget(questionOf(options));
    terminal.say(`${terminal.style.bold(reply.holder)}   the question would be charged ${reply.bits} bits, in epoch ${reply.epoch}`);
    for (const { dataset, remaining } of reply.datasets) terminal.say(`  ${dataset.padEnd(20)} ${remaining} bits left`);
    terminal.say(`  renews               ${new Date(reply.renewsAt * 1000).toISOString().slice(0, 10)}`);
    terminal.result(reply);
    return undefined;
  });
}
