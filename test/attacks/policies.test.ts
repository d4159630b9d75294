import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { importPrivateKey } from "#crypto";
import { describePolicies } from "../../src/auditor/index.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { asFrostglassError } from "../../src/errors/error.js";
import { digestOf } from "../../src/model/digest.js";
import { formatNote, signNote } from "../../src/note/signedNote.js";
import { formatVerifierKey, type Signer, verifierKeyOf } from "../../src/note/verifierKey.js";
import { decodeAnswer } from "../../src/wire/answer.js";
import { frostglass } from "../faults/processes.js";
import { membersOf, readPublicLog } from "../faults/publicLog.js";
import { holder, policyText, queryOf, riskReviewer, type SmallNode, signed, smallNode, temporaryFolder } from "../vault/smallNode.js";

/*
 * P3 and P4 against one operator alone, and against a holder that loosens its policy for an hour. Where the policy says so, two have to sign; an old
 * policy never comes back; and every policy stands in the audit with what it let out and how much was answered under it.
 */

const signer = (name: string, fill: number): Signer => ({ name, privateKey: importPrivateKey(new Uint8Array(32).fill(fill)) });
const [anna, boris, carla] = [signer("anna.tax.example", 51), signer("boris.tax.example", 52), signer("carla.tax.example", 53)];
const stranger = signer("dora.tax.example", 54);
const eve = signer("eve.tax.example", 55);
const operators = (signatures: number, ...named: readonly Signer[]) =>
  `holder: ${holder}\npolicy_changes: { operators: [${named.map((each) => `"${formatVerifierKey(verifierKeyOf(each))}"`).join(", ")}], signatures: ${signatures} }\n`;
const two = operators(2, anna, boris, carla);
const inForce = policyText({ version: 3, more: two });
const next = policyText({ version: 4, more: two, budgetBits: 32 });

let node: SmallNode;
beforeEach(async () => {
  node = await smallNode(inForce);
});
afterEach(() => node.vault.close());

const note = (text: string, ...signers: readonly Signer[]) =>
  formatNote(
    text,
    signers.map((each) => signNote(text, each)),
  );

function codeOf(text: string): string {
  try {
    node.run({ act: "set-policy", text });
    return "accepted";
  } catch (thrown) {
    return asFrostglassError(thrown)?.code ?? "fault";
  }
}

describe("a policy that two operators have to sign", () => {
  const rows: readonly (readonly [what: string, text: string, code: string])[] = [
    ["nobody", next, "policy-signatures-missing"],
    ["one operator", note(next, anna), "policy-signatures-missing"],
    ["one operator and a stranger", note(next, anna, stranger), "policy-signatures-missing"],
    ["one operator and a reviewer", note(next, anna, riskReviewer), "policy-signatures-missing"],
    [
      "one operator and a stranger in another's name",
      note(next, anna, { ...boris, privateKey: stranger.privateKey }),
      "policy-signatures-missing",
    ],
    ["one operator twice", `${note(next, anna)}${signNote(next, anna)}\n`, "note-signature-duplicate"],
    [
      "two operators, of a text whose budget was raised since",
      note(next, anna, boris).replace("budget_bits: 32", "budget_bits: 48"),
      "note-signature-invalid",
    ],
    ["two operators whom only the new policy names", both(operators(2, stranger, eve), stranger, eve), "policy-signatures-missing"],
    ["two operators, and it names nobody any more", both(`holder: ${holder}\n`, anna, carla), "accepted"],
    ["two operators, and it names no holder", both("", anna, carla), "policy-other-holder"],
    [
      "two operators, for another node of theirs",
      note(next.replace(`holder: ${holder}`, "holder: test.tax.example"), anna, boris),
      "policy-other-holder",
    ],
    ["two operators", note(next, boris, anna), "accepted"],
    ["all three", note(next, carla, boris, anna), "accepted"],
  ];

  function both(more: string, ...signers: readonly Signer[]): string {
    return note(policyText({ version: 4, more }), ...signers);
  }

  test.each(rows)("signed by %s", (_, text, code) => {
    const { size } = node.vault.head;
    expect(codeOf(text)).toBe(code);
    expect(node.vault.head.size - size).toBe(code === "accepted" ? 1 : 0);
  });

  test("names its note in the log, is published with it, and an auditor who judges it finds nothing", async () => {
    const signedNote = note(next, anna, boris);
    node.run({ act: "set-policy", text: signedNote });
    const { entries, report } = await readPublicLog(node.home);
    expect(entries.at(-1)).toMatchObject({
      entry: "policy-set/1",
      policy: digestOf(encodeUtf8(next)),
      note: digestOf(encodeUtf8(signedNote)),
    });
    expect(report.findings).toEqual([]);
    node = await node.reopened();
    expect(node.vault.state.policy.version).toBe(4);
    expect(codeOf(signedNote)).toBe("policy-not-newer");
  });

  test("that nobody could ever change, or that one key could sign for two, is refused before it is in force", () => {
    const twice = operators(2, anna, { ...anna, name: "alias.tax.example" });
    for (const more of [operators(3, anna, boris), twice, operators(2, anna, riskReviewer)])
      expect(codeOf(note(policyText({ version: 4, more }), anna, boris))).toBe("policy-invalid");
    expect(codeOf(note(policyText({ more: two }), anna, boris))).toBe("policy-invalid"); // without a version an old one could come back
    const anywhere = next.replace(`holder: ${holder}\n`, "");
    expect(codeOf(note(anywhere, anna, boris))).toBe("policy-invalid");
  });

  test("an auditor finds a policy that the one before did not bear, and one that went back", async () => {
    // A holder whose program was changed puts in force what its policy forbids.
    const entryOf = (text: string) => ({ entry: "policy-set/1", at: node.clock.now, policy: digestOf(encodeUtf8(text)) }) as const;
    node.vault.administer((batch) => {
      for (const text of [next, note(next, anna)]) batch.documents.set(digestOf(encodeUtf8(text)), encodeUtf8(text));
      batch.addGovernance({ ...entryOf(next), note: digestOf(encodeUtf8(note(next, anna))) });
      batch.addGovernance(entryOf(next));
      batch.addGovernance(entryOf(inForce));
      batch.addGovernance({ ...entryOf(next), note: digestOf(encodeUtf8("another")) });
    });
    const { findings } = (await readPublicLog(node.home)).report;
    const lacks = "policy-follows: A policy lacks the signatures that the one before asks for, is of another holder, or is not newer.";
    expect(findings.map(({ rule, words }) => `${rule}: ${words}`)).toEqual([
      ...[lacks, lacks, lacks],
      "policy-follows: The signed note of a policy is not published, or holds another policy.",
    ]);
  });

  test("is signed and set on the command line", () => {
    const dir = temporaryFolder();
    const pass = ["--passphrase-file", join(dir, "pass")];
    writeFileSync(join(dir, "pass"), "a long enough passphrase\n", { mode: 0o600 });
    writeFileSync(join(dir, "policy.yaml"), inForce);
    const made = frostglass(
      "keys",
      "generate",
      "--role",
      "operator",
      "--name",
      "ops.tax.example",
      "--out",
      join(dir, "ops.key"),
      ...pass,
      "--json",
    );
    const { publicKey } = JSON.parse(made.stdout) as { publicKey: string };
    const sign = (file: string) => frostglass("policy", "sign", join(dir, file), "--key", join(dir, "ops.key"), ...pass, "--json");
    expect(JSON.parse(sign("policy.yaml").stdout)).toMatchObject({ operators: ["ops.tax.example"], version: 3 });
    expect(sign("policy.yaml.note").status).toBe(0); // a second time: the signature takes the place of the first
    expect(sign("policy.yaml").status).toBe(2);
    expect(publicKey).toMatch(/^ops\.tax\.example\+[0-9a-f]{8}\+A/);
  }, 60_000);
});

describe("versions", () => {
  test("a policy does not go back, not even word for word, and a version is never dropped", () => {
    const signedNote = (version: number | undefined) =>
      note(policyText({ more: operators(1, anna, boris), ...(version === undefined ? {} : { version }) }), anna, boris);
    expect([codeOf(signedNote(3)), codeOf(signedNote(2))]).toEqual(["policy-not-newer", "policy-not-newer"]);
    expect(codeOf(note(policyText(), anna, boris))).toBe("policy-not-newer");
    expect([codeOf(signedNote(9)), codeOf(signedNote(9)), codeOf(signedNote(10))]).toEqual(["accepted", "policy-not-newer", "accepted"]);
  });
});

test("another length of the period opens no new budget, nor a ceiling, at the change or through a restart", async () => {
  const terms = { budgetBits: 3, ceilingBits: 3, more: two };
  const lasting = (version: number, days: number) => {
    const text = policyText({ version, ...terms }).replace("period_days: 365", `period_days: ${days}`);
    node.run({ act: "set-policy", text: note(text, anna, boris) });
  };
  const ask = async (mark: number) => {
    const { body } = await node.vault.submit(signed(queryOf(node, { parameters: { mark } })));
    const { outcome, disclosure } = decodeAnswer(membersOf(body).answer).answer;
    return `${outcome.kind === "refusal" ? outcome.code : outcome.kind} ${disclosure.remaining}`;
  };
  lasting(4, 30);
  expect([await ask(100), await ask(250)]).toEqual(["decision 1.415", "budget-spent 1.415"]);
  for (const [i, days] of [365, 364, 366, 31, 1, 3660].entries()) {
    lasting(5 + i, days);
    expect(await ask(250)).toBe("budget-spent 1.415");
  }
  node = await node.reopened();
  expect(await ask(250)).toBe("budget-spent 1.415");
  lasting(20, 7);
  const { renewsAt } = JSON.parse((await node.vault.submit(signed(queryOf(node, { parameters: { mark: 250 } })))).body);
  node.clock.now = renewsAt - 1;
  expect(await ask(250)).toBe("budget-spent 1.415");
  node.clock.now = renewsAt;
  expect(await ask(250)).toBe("decision 1.415");
});

test("raising the budget, asking, and lowering it again stands in the audit, with what was answered in between", async () => {
  const change = (version: number, budgetBits: number) => {
    const text = policyText({ version, more: two, budgetBits });
    node.run({ act: "set-policy", text: note(text, anna, boris) });
  };
  const ask = async (times: number) => {
    for (let i = 0; i < times; i++) expect((await node.vault.submit(signed(queryOf(node)))).status).toBe(200);
  };
  await ask(1);
  change(4, 48);
  await ask(3);
  change(5, 16);
  await ask(2);
  node.vault.publish();
  const { report } = await readPublicLog(node.home);
  expect(report.findings).toEqual([]);
  expect(describePolicies(report.policies)).toEqual([
    "entry 3: policy version 3, budget 16.000 bits, ceiling 64.000 bits, in 365 days; 1 answer under it",
    "entry 10: policy version 4, budget raised from 16.000 to 48.000 bits, ceiling 64.000 bits, in 365 days; 3 answers under it",
    "entry 14: policy version 5, budget lowered from 48.000 to 16.000 bits, ceiling 64.000 bits, in 365 days; 2 answers under it",
  ]);
});
