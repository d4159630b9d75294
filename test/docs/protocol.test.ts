import { createPrivateKey, createPublicKey } from "node:crypto";
import { calculateJwkThumbprint, compactVerify, importJWK } from "jose";
import { afterAll, describe, expect, it } from "vitest";
import { importPrivateKey } from "#crypto";
import { asFrostglassError } from "../../src/errors/error.js";
import { refusalCodes, refusalSentences } from "../../src/model/outcome.js";
import { judgeReply } from "../../src/requester/judgeReply.js";
import { decodeAnswer, signAnswer } from "../../src/wire/answer.js";
import { parseAnswerReply } from "../../src/wire/answerReply.js";
import { parseBudgetReply } from "../../src/wire/budgetReply.js";
import { decodeConsent, signConsent } from "../../src/wire/consent.js";
import { decodeConsentRevocation, signConsentRevocation } from "../../src/wire/consentRevocation.js";
import { parseJwk, signingKey } from "../../src/wire/jwk.js";
import { parseProblem, parseRefusalProblem } from "../../src/wire/problemReply.js";
import { decodeQuery, signQuery } from "../../src/wire/query.js";
import { decodeSubjectAccess, signSubjectAccess } from "../../src/wire/subjectAccess.js";
import { decodeSubjectReport, signSubjectReport } from "../../src/wire/subjectReport.js";
import {
  block,
  blocksNotAsked,
  digestOf,
  exampleKeys,
  jwkOf,
  keyOf,
  line,
  protocol,
  readVerifierKey,
  sha256,
  tableRows,
} from "./protocol.js";

/* Each block of docs/PROTOCOL.md is read twice: by our own decoders, and by jose or node:crypto with what the specifications say. */

const kidOf = (role: string) => calculateJwkThumbprint(jwkOf(role));

/** RFC 8037 A.1 in base64url, or `32 bytes 01`. */
function seedOf(role: string): Buffer {
  const { seed = "" } = exampleKeys.get(role) ?? {};
  const repeated = /^32 bytes ([0-9a-f]{2})$/.exec(seed)?.[1];
  return repeated === undefined ? Buffer.from(/`([\w-]{43})`/.exec(seed)?.[1] ?? "", "base64url") : Buffer.alloc(32, repeated, "hex");
}

const signerOf = (role: string) => signingKey(importPrivateKey(seedOf(role)));
const payloadOf = (jws: string) => Buffer.from(jws.split(".")[1] ?? "", "base64url").toString("utf8");

describe("keys (§2)", () => {
  it.each([...exampleKeys.keys()])("the %s's public key is the one of its seed", (role) => {
    // RFC 8410 §7: what stands before the 32 bytes of the seed in a PKCS #8 file.
    const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seedOf(role)]);
    const { x } = createPublicKey(createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" })).export({ format: "jwk" });
    expect(x).toBe(exampleKeys.get(role)?.key);
  });

  it("publishes the answer key as a JWK whose kid is its thumbprint", async () => {
    const [jwk] = JSON.parse(block("json jwks")).keys;
    expect(jwk.kid).toBe(await kidOf("answers"));
    expect(Buffer.from(parseJwk(jwk).bytes)).toEqual(keyOf("answers"));
  });

  it("names the reviewer's verifier key by its hash", () => {
    const { name, id, type, key } = readVerifierKey(line("text verifier-key reviewer"));
    expect({ name, type, key }).toEqual({ name: "risk.bureau.example", type: 1, key: keyOf("reviewer") });
    expect(sha256(`${name}\n`, Buffer.of(1), key).subarray(0, 4)).toEqual(id);
  });
});

const messages = [
  { name: "query", role: "requester", decode: (text: string) => decodeQuery(text).query, sign: signQuery },
  { name: "consent", role: "consent issuer", decode: (text: string) => decodeConsent(text).consent, sign: signConsent },
  {
    name: "consent-revocation",
    role: "consent issuer",
    decode: (text: string) => decodeConsentRevocation(text).message,
    sign: signConsentRevocation,
  },
  {
    name: "subject-access",
    role: "consent issuer",
    decode: (text: string) => decodeSubjectAccess(text).message,
    sign: signSubjectAccess,
  },
  { name: "subject-report", role: "answers", decode: (text: string) => decodeSubjectReport(text).report, sign: signSubjectReport },
  { name: "answer", role: "answers", decode: (text: string) => decodeAnswer(text).answer, sign: signAnswer },
] as const;

describe.each(messages)("$name (§4 to §6, §16)", ({ name, role, decode, sign }) => {
  const jws = line(`jws ${name}`);

  it("verifies with jose, under the kid of its signer", async () => {
    const { protectedHeader } = await compactVerify(jws, await importJWK(jwkOf(role), "EdDSA"));
    expect(protectedHeader).toEqual({ alg: "EdDSA", typ: `frostglass-${name}+jws`, kid: await kidOf(role) });
  });

  it("has the claims that are shown, in that order and without a space", () => {
    const claims = JSON.parse(block(`json claims ${name}`).replace("<the consent of §5>", line("jws consent")));
    expect(payloadOf(jws)).toBe(JSON.stringify(claims));
    expect(decode(jws)).toEqual(claims);
  });

  it("has the digest that is shown", () => {
    expect(line(`text digest ${name}`)).toBe(digestOf(jws));
  });

  it("is what our own signer writes", () => {
    expect((sign as (claims: object, key: ReturnType<typeof signerOf>) => string)(decode(jws), signerOf(role))).toBe(jws);
  });
});

describe("the JWS profile (§3)", () => {
  const payload = line("jws query").split(".")[1];
  const signed = (header: string) => {
    const input = `${Buffer.from(header).toString("base64url")}.${payload}`;
    return `${input}.${Buffer.from(importPrivateKey(seedOf("requester")).sign(Buffer.from(input))).toString("base64url")}`;
  };

  it("takes the header that is shown", () => {
    expect(signed(line("json header query"))).toBe(line("jws query"));
  });

  it.each(tableRows("header", "code"))("refuses %s with %s", (header = "", code = "") => {
    expect(codeOf(() => decodeQuery(signed(header)))).toBe(code);
  });
});

describe("the answer (§6)", () => {
  const answer = decodeAnswer(line("jws answer")).answer;

  it("names query, consent, policy, computation and epoch by the digests that are shown", () => {
    expect(answer.query).toBe(line("text digest query"));
    expect(answer.consent).toBe(line("text digest consent"));
    expect(answer.policy).toBe(line("text digest policy"));
    expect(answer.computation.digest).toBe(line("text digest computation"));
    expect(answer.epoch.root).toBe(line("text digest epoch"));
  });

  it("takes each form of outcome, and no other", () => {
    for (const text of block("jsonl outcomes").trimEnd().split("\n")) {
      const claims = { ...JSON.parse(payloadOf(line("jws answer"))), outcome: JSON.parse(text) };
      expect(decodeAnswer(signAnswer(claims, signerOf("answers"))).answer.outcome).toEqual(claims.outcome);
      const more = { ...claims, outcome: { ...claims.outcome, records: 12 } };
      expect(codeOf(() => decodeAnswer(signAnswer(more, signerOf("answers"))))).toBe("claims-unknown");
    }
  });

  it("commits to the subject by the bytes that are shown", () => {
    expect(sha256(block("text commitment"), Buffer.alloc(32, 6)).toString("base64url")).toBe(answer.subjectCommitment);
    expect(protocol.replace(/\s+/g, " ")).toContain(`the commitment is \`${answer.subjectCommitment}\``);
  });
});

describe("replies (§7)", () => {
  const reply = (status: number, name: string, type: string) => ({ status, contentType: type, body: Buffer.from(line(name)) });
  const expectations = { answerKey: () => parseJwk(JSON.parse(block("json jwks")).keys[0]) };

  it("answers the query", () => {
    expect(parseAnswerReply(line("json reply"))).toMatchObject({ answer: line("jws answer"), index: 8, context: [2, 3, 4, 5, 7] });
    const judged = judgeReply(reply(200, "json reply", "application/json"), decodeQuery(line("jws query")), expectations);
    expect(judged.outcome).toEqual({ kind: "decision", decision: true });
  });

  it("carries a signed refusal, of its own code", async () => {
    const { code, answer } = parseRefusalProblem(line("json refusal"));
    await compactVerify(answer, await importJWK(jwkOf("answers"), "EdDSA"));
    expect(JSON.parse(payloadOf(answer)).outcome).toEqual({ kind: "refusal", code });
  });

  it("describes a problem with the registry's status and advice", () => {
    expect(parseProblem(line("json problem"))).toMatchObject({ code: "query-expired", status: 400 });
  });

  it("shows what is told of a budget (§8)", () => {
    expect(parseBudgetReply(line("json budget"))).toMatchObject({ bits: "2.000", datasets: [{ dataset: "bills", remaining: "22.000" }] });
  });

  it("lists the refusals, all of them (§8)", () => {
    expect(tableRows("code", "meaning", "what to do")).toEqual(
      refusalCodes.map((code) => [code, ...Object.values(refusalSentences(code))]),
    );
  });
});

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (thrown) {
    return asFrostglassError(thrown)?.code;
  }
}

afterAll(() => expect([...blocksNotAsked(1, 8), ...blocksNotAsked(16, 16)]).toEqual([]));
