import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyEvidence } from "../../src/auditor/verifyEvidence.js";
import { formatEvidence } from "../../src/evidence/evidenceFile.js";
import { gatherEvidence } from "../../src/evidence/gatherEvidence.js";
import { openPublishedLog } from "../../src/evidence/publishedLog.js";
import { type Policy, parsePolicy as parseTrust } from "../../src/tlog/policy.js";
import { membersOf } from "../faults/publicLog.js";
import { consentOf, queryOf, type SmallNode, signed } from "../vault/smallNode.js";
import { marked, markedNode, removeHome } from "./marked.js";

/** P6 and P10: whatever byte of an answer or of its evidence is altered, the verification fails. */

let node: SmallNode;
let trust: Policy;

beforeAll(async () => {
  node = await markedNode();
  trust = parseTrust(readFileSync(join(node.home.publicDir, "trust"), "utf8"));
});
afterAll(async () => {
  await node.vault.close();
  removeHome(node.home);
});

const files = {
  text: async (path: string) => readFileSync(join(node.home.publicDir, path), "utf8"),
  bytes: async (path: string) => {
    const file = join(node.home.publicDir, path);
    return existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined;
  },
};

async function evidenceOf(query: string): Promise<string> {
  const { body } = await node.vault.submit(query);
  node.vault.publish();
  return formatEvidence(await gatherEvidence(await openPublishedLog(files, trust), membersOf(body)));
}

const about = { subject: { scheme: "opaque", id: marked(0) } };

/** The character at a place replaced by another one of the same alphabet, so that what is found is not merely a wrong form. */
function altered(text: string, place: number): string {
  const alphabets = ["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "0123456789"];
  const letter = text[place] ?? "";
  const alphabet = alphabets.find((letters) => letters.includes(letter)) ?? "+/";
  const other = alphabet[(alphabet.indexOf(letter) + 1) % alphabet.length] ?? "x";
  return text.slice(0, place) + other + text.slice(place + 1);
}

test.each([
  ["an answer", () => signed(queryOf(node, about))],
  [
    "an answer that rests on a consent",
    () => signed(queryOf(node, { ...about, purpose: "loan-origination", consent: consentOf(node, about) })),
  ],
  ["a refusal", () => signed(queryOf(node, { ...about, purpose: "marketing" }))],
])("%s: an altered character of its evidence is found, wherever it stands", async (_, query) => {
  const text = await evidenceOf(query());
  expect(verifyEvidence(text, trust).verdict).toBe("holds");
  const places = Array.from({ length: Math.ceil(text.length / 5) }, (_, i) => i * 5);
  expect(places.filter((place) => verifyEvidence(altered(text, place), trust).verdict !== "fails")).toEqual([]);
});

test("every line of the evidence that is taken out, doubled or swapped with the next is found", async () => {
  const lines = (await evidenceOf(signed(queryOf(node, about)))).split("\n");
  const forgeries = lines.flatMap((line, i) => [
    [...lines.slice(0, i), ...lines.slice(i + 1)],
    [...lines.slice(0, i), line, ...lines.slice(i)],
    [...lines.slice(0, i), lines[i + 1] ?? "", line, ...lines.slice(i + 2)],
  ]);
  const accepted = forgeries.filter(
    (forgery) => forgery.join() !== lines.join() && verifyEvidence(forgery.join("\n"), trust).verdict !== "fails",
  );
  expect(accepted).toEqual([]);
});

test("an answer that was never logged does not verify with the proof of another one", async () => {
  const [first, second] = [await evidenceOf(signed(queryOf(node, about))), await evidenceOf(signed(queryOf(node, about)))];
  const extraOf = (text: string) => /^extra .*$/m.exec(text)?.[0] ?? "";
  expect(verifyEvidence(first.replace(extraOf(first), extraOf(second)), trust).verdict).toBe("fails");
});
