import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { importPrivateKey, type PrivateKey } from "#crypto";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { asFrostglassError } from "../../src/errors/error.js";
import { type Digest, digestOf } from "../../src/model/digest.js";
import { revokeByIssuer } from "../../src/vault/answers/revokeByIssuer.js";
import { decodeAnswer } from "../../src/wire/answer.js";
import type { Consent } from "../../src/wire/consent.js";
import { type ConsentRevocation, signConsentRevocation } from "../../src/wire/consentRevocation.js";
import { signingKey } from "../../src/wire/jwk.js";
import type { Query } from "../../src/wire/query.js";
import { killAll, startGateway, startVault } from "../faults/processes.js";
import { membersOf, readPublicLog } from "../faults/publicLog.js";
import {
  bank,
  consentOf,
  holder,
  issuerLine,
  openNode,
  parties,
  policyText,
  queryOf,
  type SmallNode,
  signed,
  smallNode,
  startOfTime,
} from "../vault/smallNode.js";

/*
 * P3 against whoever holds a consent that is not good for the question, and against issuers that reach for each other's consents. Each refusal has its
 * own code, is signed, logged and free.
 */

const day = 86_400;
const keyOf = (fill: number): PrivateKey => importPrivateKey(new Uint8Array(32).fill(fill));
const newKey = keyOf(41);
const rival = keyOf(42);
const issuers = [issuerLine("consent.example", parties.issuer), issuerLine("consent.example", newKey), issuerLine("rival.example", rival)];
const policy = policyText({ issuers, more: "consent_max_days: 30\n" });
let node: SmallNode;
beforeEach(async () => {
  node = await smallNode(policy);
});
afterEach(() => node.vault.close());
afterAll(killAll);

async function ask(consent: string | undefined, more: Partial<Query> = {}) {
  const { status, body } = await node.vault.submit(signed(queryOf(node, { purpose: "loan-origination", consent, ...more })));
  const { answer } = decodeAnswer(membersOf(body).answer);
  return { code: status === 200 ? "answered" : (JSON.parse(body) as { code: string }).code, answer };
}
const codeOf = async (consent: string | undefined, more?: Partial<Query>) => (await ask(consent, more)).code;
const digest = (consent: string): Digest => digestOf(encodeUtf8(consent));
const days = (count: number): Partial<Consent> => ({ nbf: startOfTime, exp: startOfTime + count * day });

describe("a consent that is not good for the question", () => {
  const rows: readonly (readonly [what: string, code: string, consent: () => string | undefined])[] = [
    ["none at all", "consent-missing", () => undefined],
    ["of another subject", "consent-wrong-subject", () => consentOf(node, { subject: { scheme: "opaque", id: "E2" } })],
    ["given to another requester", "consent-wrong-requester", () => consentOf(node, { aud: "other.example" })],
    ["for another purpose", "consent-wrong-purpose", () => consentOf(node, { purposes: ["supervision"] })],
    ["for another dataset than the computation reads", "consent-wrong-computation", () => consentOf(node, { datasets: ["ratings"] })],
    [
      "for another computation over the same dataset",
      "consent-wrong-computation",
      () => consentOf(node, { datasets: undefined, computations: [node.digestOf("never-granted")] } as unknown as Partial<Consent>),
    ],
    ["of an issuer whom the holder does not trust", "consent-issuer-unknown", () => consentOf(node, {}, keyOf(43))],
    ["in one issuer's name with another's key", "consent-issuer-unknown", () => consentOf(node, {}, rival)],
    ["whose claims were widened after it was signed", "consent-invalid", () => widened(consentOf(node, { purposes: ["supervision"] }))],
    ["that ended", "consent-expired", () => consentOf(node, { nbf: startOfTime - day, exp: startOfTime })],
    ["of tomorrow", "consent-not-yet-valid", () => consentOf(node, { nbf: startOfTime + 1 })],
    ["for longer than the policy allows", "consent-too-long", () => consentOf(node, { nbf: startOfTime, exp: startOfTime + 30 * day + 1 })],
  ];

  /** Another payload under the old signature. */
  function widened(consent: string): string {
    const [header = "", payload = "", signature = ""] = consent.split(".");
    const claims = Buffer.from(payload, "base64url").toString().replace('["supervision"]', '["supervision","loan-origination"]');
    return [header, Buffer.from(claims).toString("base64url"), signature].join(".");
  }

  test.each(rows)("%s: refused, signed, and free", async (_, code, consent) => {
    const { code: found, answer } = await ask(consent());
    expect(found).toBe(code);
    expect([answer.consent, answer.legalBasis, answer.disclosure.bits]).toEqual([undefined, undefined, "0.000"]);
  });

  test("replayed for another firm, purpose or computation, a good one does no more than it says", async () => {
    const consent = consentOf(node, days(30));
    expect(await codeOf(consent)).toBe("answered");
    expect(await codeOf(consent)).toBe("answered"); // until it ends, it stands behind the same question again
    expect(await codeOf(consent, { subject: { scheme: "opaque", id: "E2" } })).toBe("consent-wrong-subject");
    node.clock.now = startOfTime + 30 * day - 1;
    expect(await codeOf(consent)).toBe("answered");
    node.clock.now = startOfTime + 30 * day;
    expect(await codeOf(consent)).toBe("consent-expired");
  });

  test("one that covers more than the question needs is good", async () => {
    const purposes = ["credit-monitoring", "loan-origination"];
    expect(await codeOf(consentOf(node, { purposes, datasets: ["ratings", "sales"] }))).toBe("answered");
  });
});

describe("what an answer rests on", () => {
  test("is the consent by its digest, or the legal basis in the policy's words", async () => {
    const consent = consentOf(node);
    const asked = await ask(consent);
    expect([asked.answer.consent, asked.answer.legalBasis]).toEqual([digest(consent), undefined]);
    const supervised = await ask(consent, { purpose: "supervision" });
    expect([supervised.answer.consent, supervised.answer.legalBasis]).toEqual([undefined, "Banking supervision act, article 34"]);
  });
});

describe("revoking", () => {
  const revocation = (consent: Digest, more: Partial<ConsentRevocation> = {}, key: PrivateKey = parties.issuer) =>
    signConsentRevocation(
      { iss: "consent.example", aud: holder, iat: node.clock.now, jti: "R".repeat(22), consent, ...more },
      signingKey(key),
    );
  const byRival = (consent: Digest) => revocation(consent, { iss: "rival.example" }, rival);

  async function revoke(message: string): Promise<string> {
    try {
      return (await node.vault.submit(message, revokeByIssuer)).body;
    } catch (thrown) {
      return asFrostglassError(thrown)?.code ?? "fault";
    }
  }

  test("the issuer revokes its consent: refused from the next query on, in the log by digest, through a restart", async () => {
    const consent = consentOf(node);
    expect(await codeOf(consent)).toBe("answered");
    const { size } = node.vault.head;
    expect(await revoke(revocation(digest(consent)))).toBe(JSON.stringify({ consent: digest(consent), index: size }));
    expect(await codeOf(consent)).toBe("consent-revoked");
    node = await node.reopened();
    expect(await codeOf(consent)).toBe("consent-revoked");
    const { entries, report } = await readPublicLog(node.home);
    expect(entries[size]).toEqual({ entry: "consent-revoked/1", at: startOfTime, consent: digest(consent), issuer: "consent.example" });
    expect(report.findings).toEqual([]);
  });

  test("a query that comes in the same moment, before or after it, finds it in force: no answer stands behind it in the log", async () => {
    for (const first of ["revocation", "query"]) {
      const consent = consentOf(node);
      const query = signed(queryOf(node, { purpose: "loan-origination", consent }));
      const messages = [
        () => node.vault.submit(revocation(digest(consent)), revokeByIssuer),
        () => node.vault.submit(query),
        () => node.vault.submit(signed(queryOf(node))),
      ];
      const [one, two, other] = await Promise.all((first === "query" ? messages.reverse() : messages).map((submit) => submit()));
      const [revoked, refused, answered] = first === "query" ? [other, two, one] : [one, two, other];
      const { index } = JSON.parse(revoked?.body ?? "") as { index: number };
      expect(JSON.parse(refused?.body ?? "")).toMatchObject({ code: "consent-revoked" });
      expect(membersOf(refused?.body ?? "").index).toBeGreaterThan(index);
      expect(answered?.status).toBe(200);
    }
  });

  test("sent again, by whoever caught it, it says the same and adds nothing", async () => {
    const message = revocation(digest(consentOf(node)));
    const [first, again] = await Promise.all([revoke(message), revoke(message)]);
    const { size } = node.vault.head;
    node.clock.now += 365 * day;
    expect([again, await revoke(message)]).toEqual([first, first]);
    expect(node.vault.head.size).toBe(size);
  });

  test("an issuer does not revoke the consents of another, and neither does it block the other's own revocation", async () => {
    const consent = consentOf(node);
    await revoke(byRival(digest(consent)));
    expect(await codeOf(consent)).toBe("answered");
    await revoke(revocation(digest(consent)));
    expect(await codeOf(consent)).toBe("consent-revoked");
  });

  test("the operator revokes whatever has the digest", async () => {
    const consent = consentOf(node, { iss: "rival.example" }, rival);
    expect(await codeOf(consent)).toBe("answered");
    node.run({ act: "revoke-consent", consent: digest(consent) });
    expect(await codeOf(consent)).toBe("consent-revoked");
  });

  test("an issuer that changed its key revokes with the new one what it signed with the old", async () => {
    const consent = consentOf(node);
    await revoke(revocation(digest(consent), {}, newKey));
    expect(await codeOf(consent)).toBe("consent-revoked");
    expect(await codeOf(consentOf(node, {}, newKey))).toBe("answered");
  });

  test("a key under two issuers' names is refused, so that neither speaks for the other", () => {
    const twice = policyText({ issuers: [...issuers, issuerLine("shadow.example", rival)] });
    expect(() => node.run({ act: "set-policy", text: twice })).toThrow(expect.objectContaining({ code: "policy-invalid" }));
  });

  test("whoever is no issuer, or means another holder or another time, changes nothing", async () => {
    const consent = consentOf(node);
    const { size } = node.vault.head;
    const messages: readonly (readonly [message: string, code: string])[] = [
      [revocation(digest(consent), {}, parties.bank), "issuer-unknown"],
      [revocation(digest(consent), { iss: bank }, parties.bank), "issuer-unknown"],
      [revocation(digest(consent), { iss: "rival.example" }), "issuer-unknown"],
      [revocation(digest(consent)).replace(/.{4}$/, "AAAA"), "jws-signature-invalid"],
      [revocation(digest(consent), { aud: "other.example" }), "message-wrong-audience"],
      [revocation(digest(consent), { iat: startOfTime + 61 }), "message-not-yet-valid"],
      [consent, "jws-typ-refused"],
      [signed(queryOf(node)), "jws-typ-refused"],
    ];
    for (const [message, code] of messages) expect(await revoke(message)).toBe(code);
    expect(node.vault.head.size).toBe(size);
    expect(await codeOf(consent)).toBe("answered");
  });

  test("over HTTP, through a gateway that knows nothing of it", async () => {
    node.clock.now = Math.floor(Date.now() / 1000);
    const now = node.clock.now;
    node.run({
      act: "grant",
      requester: bank,
      computation: "total-above",
      purposes: ["loan-origination"],
      from: now - day,
      until: now + day,
    });
    const consent = consentOf(node);
    await node.vault.close();
    const running = await startVault(node.home);
    const { url } = await startGateway(node.home);
    const send = async (path: string, body: string) =>
      (await fetch(`${url}${path}`, { method: "POST", body, headers: { "Content-Type": "application/jose" } })).status;
    const query = () => signed(queryOf(node, { purpose: "loan-origination", consent, iat: now - 30, exp: now + 250 }));
    expect(await send("/v1/queries", query())).toBe(200);
    expect(await send("/v1/consent-revocations", revocation(digest(consent), {}, parties.bank))).toBe(400);
    expect(await send("/v1/consent-revocations", revocation(digest(consent)))).toBe(200);
    expect(await send("/v1/queries", query())).toBe(403);
    running.signal("SIGTERM");
    await running.ended;
    node = await openNode(node.home, node.clock);
    expect(await codeOf(consent)).toBe("consent-revoked");
  }, 30_000);
});
