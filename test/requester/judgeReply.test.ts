import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import type { Reply } from "../../src/evidence/network.js";
import { digestOf } from "../../src/model/digest.js";
import { type Expectations, judgeReply, thumbprint } from "../../src/requester/index.js";
import { type Answer, commitSubject } from "../../src/wire/answer.js";
import { signingKey } from "../../src/wire/jwk.js";
import { decodeQuery, type Query, signQuery } from "../../src/wire/query.js";
import { bankKey, computation, FakeNode, now, otherDigest, otherSubject, seed, subject, type Twist } from "../evidence/fakeNode.js";
import { codeOf } from "../note/codeOf.js";

const honest: Query = {
  iss: "bank.example",
  aud: "tax.example",
  iat: now,
  exp: now + 60,
  jti: "C".repeat(22),
  subject,
  computation: computation.digest,
  parameters: { cutoff: 560 },
  purpose: "loan-origination",
};
const queryOf = (claims: Partial<Query> = {}) => decodeQuery(signQuery({ ...honest, ...claims }, signingKey(bankKey)));
const query = queryOf();
const answers = seed("answers").publicKey;
const known: Expectations = { answerKey: (kid) => (kid === thumbprint(answers.bytes) ? answers : undefined) };

async function replyOf(response: Response): Promise<Reply> {
  const contentType = response.headers.get("content-type")?.split(";")[0] ?? "";
  return { status: response.status, contentType, body: new Uint8Array(await response.arrayBuffer()) };
}

async function replyWith(twist: Twist = {}, to = query): Promise<Reply> {
  const node = new FakeNode();
  node.twist = twist;
  return replyOf(node.reply(to.decoded.text));
}

describe("a reply that answers the query", () => {
  it("gives the outcome and what is needed for the evidence", async () => {
    const judged = judgeReply(await replyWith(), query, { ...known, environment: "test" });
    expect(judged.outcome).toEqual({ kind: "decision", decision: true });
    expect(judged.reply).toMatchObject({ index: 8, context: [2, 3, 4, 5, 7] });
    expect(judged.answer.answer.query).toBe(query.digest);
  });

  it("may be a refusal, which is as signed as any answer", async () => {
    const judged = judgeReply(await replyWith({ claims: { outcome: { kind: "refusal", code: "budget-spent" } } }), query, known);
    expect(judged).toMatchObject({ outcome: { kind: "refusal", code: "budget-spent" }, renewsAt: now + 60 });
  });

  it("may name the consent that was sent, and need not where the policy asked for none", async () => {
    const consent = "eyJh.eyJi.c2ln";
    const asked = queryOf({ consent });
    const named = await replyWith({ claims: { consent: digestOf(encodeUtf8(consent)) } }, asked);
    expect(judgeReply(named, asked, known).answer.answer.consent).toBeDefined();
    expect(judgeReply(await replyWith({}, asked), asked, known).answer.answer.consent).toBeUndefined();
  });
});

describe("an answer that is not ours", () => {
  const rows: readonly (readonly [what: string, claims: Partial<Answer>, code: string])[] = [
    ["another query's", { query: otherDigest }, "answer-for-other-query"],
    ["another holder's", { iss: "court.example" }, "answer-wrong-holder"],
    ["to another requester", { aud: "other.example" }, "answer-wrong-requester"],
    ["by another computation", { computation: { ...computation, digest: otherDigest } }, "answer-wrong-computation"],
    ["with another parameter", { parameters: { cutoff: 540 } }, "answer-wrong-parameters"],
    ["with a text for a number", { parameters: { cutoff: "560" } }, "answer-wrong-parameters"],
    ["with one parameter more", { parameters: { cutoff: 560, window: 12 } }, "answer-wrong-parameters"],
    ["without the parameter", { parameters: {} }, "answer-wrong-parameters"],
    ["for another purpose", { purpose: "marketing" }, "answer-wrong-purpose"],
    ["by a consent that was not sent", { consent: otherDigest }, "answer-wrong-consent"],
    ["about another subject", { subjectCommitment: commitSubject(otherSubject, new Uint8Array(32)) }, "subject-commitment-mismatch"],
    ["from a demonstration node", { environment: "demo" }, "answer-wrong-environment"],
  ];

  it.each(rows)("%s is refused", async (_, claims, code) => {
    const reply = await replyWith({ claims });
    expect(codeOf(() => judgeReply(reply, query, { ...known, environment: "test" }))).toBe(code);
  });

  it("is refused with a swapped opening", async () => {
    const reply = await replyWith({ opening: new Uint8Array(32).fill(7) });
    expect(codeOf(() => judgeReply(reply, query, known))).toBe("subject-commitment-mismatch");
  });

  it("is refused under a key that is not the holder's, and when its signature is another's", async () => {
    const reply = await replyWith({ signer: "mallory" });
    expect(codeOf(() => judgeReply(reply, query, known))).toBe("answer-key-unknown");
    expect(codeOf(() => judgeReply(reply, query, { answerKey: () => answers }))).toBe("answer-signature-invalid");
  });

  it("is refused for a query that differs by one signature", async () => {
    const twin = queryOf({ jti: "D".repeat(22) });
    const reply = await replyWith({}, twin);
    expect(codeOf(() => judgeReply(reply, query, known))).toBe("answer-for-other-query");
  });
});

describe("a reply that is none", () => {
  const refusal = { claims: { outcome: { kind: "refusal", code: "requester-cut-off" } } } as const;
  const text = (body: Uint8Array) => new TextDecoder().decode(body);
  const edited = ({ body, ...rest }: Reply, edit: (body: string) => string): Reply => ({ ...rest, body: encodeUtf8(edit(text(body))) });

  const rows: readonly (readonly [what: string, reply: () => Promise<Reply>, code: string])[] = [
    ["a refusal with the status of an answer", async () => ({ ...(await replyWith(refusal)), status: 200 }), "reply-invalid"],
    [
      "a refusal under another code",
      async () => edited(await replyWith(refusal), (body) => body.replaceAll("requester-cut-off", "budget-spent")),
      "reply-invalid",
    ],
    [
      "an answer in the form of a refusal",
      async () => {
        const refused = text((await replyWith(refusal)).body);
        const answer = JSON.parse(text((await replyWith()).body)).answer;
        return {
          status: 403,
          contentType: "application/problem+json",
          body: encodeUtf8(JSON.stringify({ ...JSON.parse(refused), answer })),
        };
      },
      "reply-invalid",
    ],
    [
      "a page of some other server",
      async () => ({ status: 200, contentType: "text/html", body: encodeUtf8("<p>hello</p>") }),
      "reply-invalid",
    ],
    ["no JSON", async () => ({ status: 200, contentType: "application/json", body: encodeUtf8("{") }), "json-invalid"],
    ["a member too many", async () => edited(await replyWith(), (body) => body.replace("{", '{"record":1,')), "claims-unknown"],
    ["a member twice", async () => edited(await replyWith(), (body) => body.replace("{", '{"index":8,')), "json-member-duplicate"],
    ["no opening", async () => edited(await replyWith(), (body) => body.replace(/"opening":"[^"]*",/, "")), "claims-missing"],
    ["bytes that are no text", async () => ({ status: 200, contentType: "application/json", body: Uint8Array.of(0xff) }), "utf8-invalid"],
    ["the node's own error", async () => problem(400, "query-expired"), "query-expired"],
    ["an error without an answer at 403", async () => problem(403, "requester-unknown"), "requester-unknown"],
    ["an error of a later version", async () => problem(400, "tomorrows-error"), "internal-fault"],
  ];

  it.each(rows)("%s is refused", async (_, reply, code) => {
    const received = await reply();
    expect(codeOf(() => judgeReply(received, query, known))).toBe(code);
  });

  function problem(status: number, code: string): Reply {
    const document = { type: `/problems/${code}`, title: code, status, code, detail: "It did not work.", next: "Try another way." };
    return { status, contentType: "application/problem+json", body: encodeUtf8(JSON.stringify(document)) };
  }
});
