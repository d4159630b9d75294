import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importPrivateKey, type PrivateKey } from "#crypto";
import { formatBase64Url } from "../../src/bytes/base64.js";
import { realSurroundings } from "../../src/cli/surroundings.js";
import { DoorClient } from "../../src/http/doorClient.js";
import { digestOf } from "../../src/model/digest.js";
import { openAdminSession } from "../../src/vault/adminSession.js";
import { decodeAnswer } from "../../src/wire/answer.js";
import type { Query } from "../../src/wire/query.js";
import { killAll, poll, post, startGateway, startVault } from "../faults/processes.js";
import { membersOf } from "../faults/publicLog.js";
import { consentOf, parties, policyText, queryOf, type SmallNode, signed } from "../vault/smallNode.js";
import { marked, markedNode, markedRecords, removeHome } from "./marked.js";

/*
 * The gateway in an attacker's hands, before the real vault process. It sees every query and every reply, and says at the door what it likes. It learns no
 * outcome that was not let go to the requester already, and no account is charged for anything that the requester did not sign.
 */

const own = importPrivateKey(new Uint8Array(32).fill(99));
let node: SmallNode;
let door: DoorClient;

beforeAll(async () => {
  node = await markedNode(markedRecords(6), policyText({ budgetBits: 20, ceilingBits: 40 }));
  await node.vault.close();
  await startVault(node.home);
  door = new DoorClient({ path: node.home.doorSocket });
  await poll(() => door.connected);
});
afterAll(async () => {
  door.close();
  await killAll();
  removeHome(node.home);
});

const about = (firm: string, more: Partial<Query> = {}) => queryOf(node, { subject: { scheme: "opaque", id: firm }, ...more });
const ask = (text: string) => door.ask("query", text);

async function logSize(): Promise<number> {
  const session = await openAdminSession(node.home, () => Promise.reject(new Error("the vault runs")), realSurroundings);
  try {
    return (await session.run({ act: "status" })).logSize;
  } finally {
    await session.close();
  }
}

/** What the requester has left for a firm, as a question tells that was charged before. */
async function remaining(firm: string): Promise<string> {
  const { body } = await ask(signed(about(firm)));
  return decodeAnswer(membersOf(body).answer).answer.disclosure.remaining;
}

/** Sends all and expects that nothing was answered with an outcome, logged or charged. */
async function expectNothing(firm: string, attempts: readonly string[]): Promise<string[]> {
  const before = await remaining(firm);
  const size = await logSize();
  const replies = await Promise.all(attempts.map(ask));
  expect(await logSize()).toBe(size);
  expect(await remaining(firm)).toBe(before);
  expect(replies.filter(({ status }) => status < 400)).toEqual([]);
  for (const { body } of replies) expect(Object.keys(JSON.parse(body) as object)).not.toContain("answer");
  return replies.map(({ body }) => (JSON.parse(body) as { code: string }).code);
}

describe("a hostile gateway", { timeout: 60_000 }, () => {
  it("that replays a query gets the same bytes, one log entry and one charge, however often", async () => {
    const text = signed(about(marked(0)));
    const first = await ask(text);
    const size = await logSize();
    const again = await Promise.all(Array.from({ length: 100 }, () => ask(text)));
    expect(new Set(again.map(({ body }) => body))).toEqual(new Set([first.body]));
    expect(await logSize()).toBe(size);
    expect(await remaining(marked(0))).toBe(decodeAnswer(membersOf(first.body).answer).answer.disclosure.remaining);
  });

  it("that sends queries in another order, or holds some back, changes no answer and no charge", async () => {
    const questions = [100, 250, 300].map((mark) => about(marked(1), { parameters: { mark } }));
    const texts = questions.map((query) => signed(query));
    const [last, , first] = await Promise.all([...texts].reverse().map(ask));
    for (const [text, reply] of [[texts[0], first] as const, [texts[2], last] as const]) {
      const { answer } = decodeAnswer(membersOf(reply?.body ?? "").answer);
      expect([answer.query, answer.outcome]).toEqual([digestOf(text ?? ""), { kind: "decision", decision: true }]);
    }
    const [dropped, late] = [signed(about(marked(2))), signed(about(marked(2), { parameters: { mark: 100 } }))];
    const { answer } = decodeAnswer(membersOf((await ask(late)).body).answer);
    const { answer: afterwards } = decodeAnswer(membersOf((await ask(dropped)).body).answer);
    expect(Number(afterwards.disclosure.remaining)).toBeCloseTo(Number(answer.disclosure.remaining) - Number(answer.disclosure.bits), 3);
  });

  it("that alters a query, mixes parts of two, or lends it another's signature gets nothing", async () => {
    const [a, b] = [signed(about(marked(3))), signed(about(marked(4), { parameters: { mark: 100 } }))];
    const parts = (text: string) => text.split(".") as [string, string, string];
    const [head, payload, signature] = parts(a);
    const [, otherPayload, otherSignature] = parts(b);
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Record<string, unknown>;
    const changed = (more: object) => `${head}.${formatBase64Url(Buffer.from(JSON.stringify({ ...claims, ...more })))}.${signature}`;
    const attempts = [
      `${head}.${otherPayload}.${signature}`,
      `${head}.${payload}.${otherSignature}`,
      changed({ subject: { scheme: "opaque", id: marked(5) } }),
      changed({ parameters: { mark: 300 } }),
      changed({ purpose: "loan-origination" }),
      changed({ exp: Number(claims.exp) - 1 }),
      changed({ jti: formatBase64Url(new Uint8Array(16)) }),
      changed({ consent: consentOf(node, { subject: { scheme: "opaque", id: marked(3) } }) }),
      changed({ iss: "other.example" }),
    ];
    const codes = await expectNothing(marked(3), attempts);
    expect(new Set(codes)).toEqual(new Set(["jws-signature-invalid", "requester-unknown"]));
  });

  it("that asks on its own, under any name and key that it can make, gets nothing", async () => {
    const by = (key: PrivateKey, more: Partial<Query> = {}) => signed(about(marked(3), more), key);
    const strangers = [by(own), by(own, { iss: "gateway.example" }), by(parties.issuer), by(parties.reviewer), by(node.keyring.log)];
    const unsigned = ["", ".", "..", "e30.e30.", `${by(own).split(".").slice(0, 2).join(".")}.`];
    expect(new Set(await expectNothing(marked(3), strangers))).toEqual(new Set(["requester-unknown"]));
    await expectNothing(marked(3), unsigned);
  });

  it("that speaks of grants, policies and epochs at its door is not understood", async () => {
    const size = await logSize();
    const grant = {
      act: "grant",
      requester: "gateway.example",
      computation: "total-above",
      purposes: ["supervision"],
      from: 0,
      until: 2 ** 40,
    };
    const key = formatBase64Url(own.publicKey.bytes);
    const commands = [{ act: "add-requester", requester: "gateway.example", keys: [key] }, grant, { act: "status" }];
    for (const verb of ["admin", "test", "status", "erase", "cut-off"]) {
      for (const command of commands) expect(codeIn(await door.ask(verb, JSON.stringify(command)))).toBe("verb-unknown");
    }
    expect(await logSize()).toBe(size);
  });

  it("that keeps a reply to itself keeps nothing from the requester, who asks through an honest one", async () => {
    const text = signed(about(marked(5)));
    const withheld = await ask(text);
    expect(withheld.status).toBe(200);
    const honest = await startGateway(node.home);
    expect((await post(honest.url, text)).body).toBe(withheld.body);
  });
});

const codeIn = ({ body }: { readonly body: string }) => (JSON.parse(body) as { code: string }).code;
