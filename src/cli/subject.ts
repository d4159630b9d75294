import type { Command } from "commander";
import { formatSubject, parseSubject } from "../model/subject.js";
import { administerHome, type HomeOptions, homeVerb } from "./session.js";
import { addReport } from "./subjectReport.js";
import { verb } from "./verb.js";

/** `frostglass subject`: what is done at a subject's request. */
export function addSubject(program: Command): void {
  const subject = program.command("subject").description("tell a subject who asked about it, or erase its records");
  addReport(subject);
  const erase = homeVerb(
    subject,
    "erase <scheme:id>",
    "delete a subject's pages from all datasets and all kept epochs, for good; the log says how many",
  ).addHelpText("after", "\nExample:\n  frostglass subject erase uscc:91998932MA842J3R86 --home ./tax\n");
  verb<HomeOptions>(erase, async (terminal, options, [text = ""]) => {
    const status = await administerHome(options, { act: "erase-subject", subject: formatSubject(parseSubject(text)) });
    const { pages } = status.erasures.at(-1) ?? { pages: 0 };
    terminal.say(
      `${terminal.style.good("erased")}  ${pages} ${pages === 1 ? "page" : "pages"}; epoch ${status.epoch?.number ?? 0} is in force`,
    );
    terminal.say(terminal.style.dim("Backups and the files that were imported are untouched."));
    terminal.result({ pages, epoch: status.epoch?.number });
    return undefined;
  });
}
