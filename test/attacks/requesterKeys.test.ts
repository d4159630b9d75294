import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { importPrivateKey, type PrivateKey } from "#crypto";
import { formatBase64Url } from "../../src/bytes/base64.js";
import { realSurroundings } from "../../src/cli/surroundings.js";
import { asFrostglassError } from "../../src/errors/error.js";
import type { AdminCommand } from "../../src/vault/administration.js";
import { openAdminSession } from "../../src/vault/adminSession.js";
import { decodeAnswer } from "../../src/wire/answer.js";
import type { GovernanceEntry } from "../../src/wire/entry.js";
import type { Query } from "../../src/wire/query.js";
import { codeOf as codeOfReply, killAll, post, startGateway, startVault } from "../faults/processes.js";
import { membersOf, readPublicLog } from "../faults/publicLog.js";
import { bank, openNode, parties, policyText, queryOf, type SmallNode, signed, smallNode, startOfTime } from "../vault/smallNode.js";

/* P4 against one asker under two keys: budgets go by the requester, its keys come and go, and no key ever serves two names. */

const day = 86_400;
const keyOf = (fill: number): PrivateKey => importPrivateKey(new Uint8Array(32).fill(fill));
const text = (key: PrivateKey) => formatBase64Url(key.publicKey.bytes);
const next = keyOf(31);
let node: SmallNode;
beforeEach(async () => {
  node = await smallNode(policyText({ budgetBits: 4 }));
});
afterEach(() => node.vault.close());
afterAll(killAll);

const rotate = (key: PrivateKey, overlap = 0, requester = bank): AdminCommand => ({
  act: "rotate-requester",
  requester,
  key: text(key),
  overlap,
});
const add = (requester: string, ...keys: PrivateKey[]): AdminCommand => ({ act: "add-requester", requester, keys: keys.map(text) });

async function ask(key: PrivateKey, more: Partial<Query> = {}): Promise<{ readonly code: string; readonly bits: string }> {
  try {
    const { status, body } = await node.vault.submit(signed(queryOf(node, more), key));
    const { bits } = decodeAnswer(membersOf(body).answer).answer.disclosure;
    return { code: status === 200 ? "answered" : (JSON.parse(body) as { code: string }).code, bits };
  } catch (thrown) {
    return { code: asFrostglassError(thrown)?.code ?? "fault", bits: "none" };
  }
}
const codeOfAsking = async (key: PrivateKey, more?: Partial<Query>) => (await ask(key, more)).code;

function codeOf(command: AdminCommand): string {
  try {
    node.run(command);
    return "accepted";
  } catch (thrown) {
    return asFrostglassError(thrown)?.code ?? "fault";
  }
}

test("a requester under two keys has one account", async () => {
  expect(await ask(parties.bank, { parameters: { mark: 100 } })).toEqual({ code: "answered", bits: "1.585" });
  node.run(rotate(next, 7 * day));
  expect(await ask(next, { parameters: { mark: 100 } })).toEqual({ code: "answered", bits: "0.000" });
  expect(await ask(next, { parameters: { mark: 250 } })).toEqual({ code: "answered", bits: "1.585" });
  for (const key of [next, parties.bank]) expect(await codeOfAsking(key, { parameters: { mark: 300 } })).toBe("budget-spent");
});

test("a key that was ended at once stays ended when the clock goes back, in this process and the next", async () => {
  node.clock.now += day;
  node.run(rotate(next));
  node.clock.now -= 3600;
  expect([await codeOfAsking(parties.bank), await codeOfAsking(next)]).toEqual(["requester-key-ended", "answered"]);
  node = await node.reopened();
  expect(await codeOfAsking(parties.bank)).toBe("requester-key-ended");
});

test("over HTTP, with the keys changed while the node runs: one account, and the old key ends", async () => {
  node.clock.now = Math.floor(Date.now() / 1000) - 30;
  const { now } = node.clock;
  node.run({ act: "grant", requester: bank, computation: "total-above", purposes: ["supervision"], from: now - day, until: now + day });
  await node.vault.close();
  const running = await startVault(node.home);
  const { url } = await startGateway(node.home);
  const askAt = async (key: PrivateKey, mark: number) => codeOfReply(await post(url, signed(queryOf(node, { parameters: { mark } }), key)));
  const rotateRunning = async (key: PrivateKey, overlap: number) => {
    const session = await openAdminSession(node.home, () => Promise.reject(new Error("the vault runs")), realSurroundings);
    await session.run(rotate(key, overlap));
    await session.close();
  };
  expect(await askAt(parties.bank, 100)).toBe("answered");
  await rotateRunning(next, day);
  expect([await askAt(next, 250), await askAt(parties.bank, 300), await askAt(next, 300)]).toEqual([
    "answered",
    "budget-spent",
    "budget-spent",
  ]);
  await rotateRunning(keyOf(36), 0);
  expect([await askAt(next, 100), await askAt(keyOf(36), 100)]).toEqual(["requester-key-ended", "answered"]);
  running.signal("SIGTERM");
  await running.ended;
  node = await openNode(node.home, node.clock);
}, 30_000);

test("an old key holds until its overlap ends, and not a second longer, through a restart", async () => {
  node.run(rotate(next, 7 * day));
  node.clock.now = startOfTime + 7 * day - 1;
  expect(await codeOfAsking(parties.bank)).toBe("answered");
  node.clock.now = startOfTime + 7 * day;
  node = await node.reopened();
  expect(await codeOfAsking(parties.bank)).toBe("requester-key-ended");
  expect(await codeOfAsking(next)).toBe("answered");
});

test("a stolen key ends at once, a later rotation never makes it hold longer, and it does not come back", async () => {
  node.run(rotate(next));
  expect(await codeOfAsking(parties.bank)).toBe("requester-key-ended");
  node.run(rotate(keyOf(32), 30 * day));
  expect(await codeOfAsking(parties.bank)).toBe("requester-key-ended");
  expect(codeOf(rotate(parties.bank))).toBe("requester-key-known");
  expect(codeOf(add(bank, parties.bank))).toBe("requester-key-known");
  node.run({ act: "cut-off", requester: bank });
  expect(codeOf(add(bank, keyOf(32), parties.bank))).toBe("requester-key-known");
  expect((await readPublicLog(node.home)).report.findings).toEqual([]);
});

test("no key serves two names, not even one that was retired or whose requester was cut off", async () => {
  expect(codeOf(add("shadow.example", parties.bank))).toBe("requester-key-known");
  expect(codeOf(add("shadow.example", keyOf(33), parties.bank))).toBe("requester-key-known");
  node.run(rotate(next));
  expect(codeOf(add("shadow.example", parties.bank))).toBe("requester-key-known");
  node.run({ act: "cut-off", requester: bank });
  expect(codeOf(add("shadow.example", next))).toBe("requester-key-known");
  node.run(add("other.example", keyOf(33)));
  expect(codeOf(rotate(next, 0, "other.example"))).toBe("requester-key-known");
  expect(codeOf(rotate(keyOf(34), 0, "nobody.example"))).toBe("requester-missing");
});

test("a requester that was cut off and added again starts with no grants, whatever its key", async () => {
  node.run({ act: "cut-off", requester: bank });
  expect(await codeOfAsking(parties.bank)).toBe("requester-cut-off");
  node.run(rotate(next));
  expect(await codeOfAsking(next)).toBe("requester-cut-off");
  node.run(add(bank, next));
  expect(await codeOfAsking(next)).toBe("requester-not-granted");
  expect(await codeOfAsking(parties.bank)).toBe("requester-unknown");
});

test("an auditor finds a key under two names, and a key that was retired anew or in the past", async () => {
  const at = node.clock.now;
  const entries: readonly GovernanceEntry[] = [
    { entry: "requester-added/1", at, requester: "shadow.example", keys: [text(parties.bank)] },
    { entry: "requester-key-added/1", at, requester: "nobody.example", key: text(keyOf(35)) },
    { entry: "requester-key-retired/1", at, requester: bank, key: text(parties.bank), until: at - 1 },
    { entry: "requester-key-retired/1", at, requester: bank, key: text(parties.bank), until: at + 9 },
    { entry: "requester-added/1", at, requester: bank, keys: [text(parties.bank)] },
  ];
  node.vault.administer((batch) => {
    for (const entry of entries) batch.addGovernance(entry);
  });
  const { findings } = (await readPublicLog(node.home)).report;
  expect(findings.map(({ rule }) => rule)).toEqual([
    "requester-keys",
    "requester-known",
    ...Array.from({ length: 3 }, () => "requester-keys"),
  ]);
  expect(await codeOfAsking(parties.bank)).toBe("requester-key-ended"); // even where a holder let it in
});
