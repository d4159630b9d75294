import type { Command } from "commander";
import { homeAt } from "../vault/home.js";
import { readText } from "./files.js";
import { administerHome, type HomeOptions, homeVerb } from "./session.js";
import { verb } from "./verb.js";

/** `frostglass policy`: whom the holder trusts, which purposes need consent, and how much may be disclosed. */
export function addPolicy(program: Command): void {
  const policy = program.command("policy").description("show or set the holder's policy: reviewers, consent issuers, purposes, budgets");
  const set = homeVerb(
    policy,
    "set [file]",
    "put a policy in force, at once and in the log (default: policy.yaml of the home)",
  ).addHelpText("after", "\nExample:\n  frostglass policy set --home ./tax\n");
  verb<HomeOptions>(set, async (terminal, options, [file]) => {
    const text = readText(file ?? homeAt(options.home).policyFile);
    const status = await administerHome(options, { act: "set-policy", text });
    terminal.say(`${terminal.style.good("in force")}  policy ${status.policy ?? ""}`);
    terminal.result(status);
    return undefined;
  });
  const show = homeVerb(policy, "show", "print the policy file of the home and the digest of the policy in force").addHelpText(
    "after",
    "\nExample:\n  frostglass policy show --home ./tax\n",
  );
  verb<HomeOptions>(show, async (terminal, options) => {
    const status = await administerHome(options, { act: "status" });
    const text = readText(homeAt(options.home).policyFile);
    terminal.say(text.trimEnd());
    terminal.say(terminal.style.dim(`# in force: ${status.policy ?? "none"}`));
    terminal.result({ policy: status.policy, text });
    return undefined;
  });
}
