import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { importPrivateKey, importPublicKey, type PrivateKey, randomBytes } from "#crypto";
import { formatBase64Url, parseBase64Url } from "../../src/bytes/base64.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { writeKeyFile } from "../../src/crypto/keyFile.js";
import { asFrostglassError } from "../../src/errors/error.js";
import { digestOf } from "../../src/model/digest.js";
import { subjectHint } from "../../src/vault/answers/askings.js";
import { reportToSubject } from "../../src/vault/answers/reportToSubject.js";
import { signingKey } from "../../src/wire/jwk.js";
import { verifyJws } from "../../src/wire/jws.js";
import type { Query } from "../../src/wire/query.js";
import { type SubjectAccess, signSubjectAccess } from "../../src/wire/subjectAccess.js";
import { decodeSubjectReport } from "../../src/wire/subjectReport.js";
import { frostglass, killAll, startGateway, startVault } from "../faults/processes.js";
import { membersOf, readPublicLog } from "../faults/publicLog.js";
import {
  bank,
  consentOf,
  holder,
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
 * A subject sees who asked about it, by a token of a consent issuer, and nobody else does: no outcome, nothing about another subject, nothing in the log but
 * that a report was given, and not whether the subject is on file.
 */

const day = 86_400;
const policy = (delay = 0, named = true) => policyText({ budgetBits: 100, ceilingBits: 200, more: accessLine(delay, named) });
const accessLine = (delay: number, named: boolean) => `subject_access: { delay_days: ${delay}, requesters_named: ${named} }\n`;
let node: SmallNode;
beforeEach(async () => {
  node = await smallNode(policy());
});
afterEach(() => node.vault.close());
afterAll(killAll);

const firm = (id: string) => ({ scheme: "opaque", id }) as const;
const token = (id: string, more: Partial<SubjectAccess> = {}, key: PrivateKey = parties.issuer) =>
  signSubjectAccess(
    {
      ...{ iss: "consent.example", aud: holder, iat: node.clock.now, exp: node.clock.now + 300, jti: formatBase64Url(randomBytes(16)) },
      ...{ subject: firm(id), ...more },
    },
    signingKey(key),
  );

async function ask(id: string, more: Partial<Query> = {}) {
  const { body } = await node.vault.submit(signed(queryOf(node, { subject: firm(id), ...more })));
  return { index: membersOf(body).index, digest: digestOf(encodeUtf8(membersOf(body).answer)) };
}

async function report(text: string) {
  const { body } = await node.vault.submit(text, reportToSubject);
  const decoded = decodeSubjectReport((JSON.parse(body) as { report: string }).report);
  verifyJws(decoded.decoded, importPublicKey(parseBase64Url(node.vault.state.signers.answerKey.key)));
  return decoded.report;
}

async function codeOf(text: string): Promise<string> {
  try {
    await node.vault.submit(text, reportToSubject);
    return "accepted";
  } catch (thrown) {
    return asFrostglassError(thrown)?.code ?? "fault";
  }
}

describe("the report", () => {
  test("lists who asked, when, for what, by which computation and on which basis, also what was refused, and no outcome", async () => {
    const consent = consentOf(node);
    const supervised = await ask("E1");
    await ask("E2");
    node.clock.now += 60;
    const consented = await ask("E1", { purpose: "loan-origination", consent });
    const refused = await ask("E1", { purpose: "loan-origination" });
    const computation = { id: "total-above", version: "1.0.0", digest: node.digestOf("total-above") };
    const text = token("E1");
    const found = await report(text);
    expect(found).toMatchObject({ iss: holder, aud: "consent.example", request: digestOf(encodeUtf8(text)), subject: firm("E1") });
    const of = ({ index, digest }: typeof refused) => ({ index, answer: digest, requester: bank, computation });
    expect(found.askings).toEqual([
      { ...of(supervised), at: startOfTime, purpose: "supervision", legalBasis: "Banking supervision act, article 34" },
      { ...of(consented), at: startOfTime + 60, purpose: "loan-origination", consent: digestOf(encodeUtf8(consent)) },
      { ...of(refused), at: startOfTime + 60, purpose: "loan-origination" },
    ]);
    node = await node.reopened();
    expect((await report(token("E1"))).askings).toEqual(found.askings);
    const { entries } = await readPublicLog(node.home);
    for (const { index, answer } of found.askings) expect(entries[index]).toEqual({ entry: "answer/1", answer });
  });

  test("of a firm that is on file and one that is not are the same but for ids, and no records are looked at", async () => {
    const bodies = await Promise.all(["E2", "E4"].map((id) => node.vault.submit(token(id), reportToSubject)));
    const texts = bodies.map(({ body }) => (JSON.parse(body) as { report: string }).report);
    const [known, unknown] = texts.map((text) => decodeSubjectReport(text).report);
    expect([known?.askings, unknown?.askings]).toEqual([[], []]);
    expect(texts[0]?.length).toBe(texts[1]?.length);
    expect(Object.keys(known ?? {})).toEqual(Object.keys(unknown ?? {}));
  });

  test("leaves out what is younger than the policy's delay, and requesters' names where the policy says so", async () => {
    await ask("E1");
    node.run({ act: "set-policy", text: policy(30, false) });
    node.clock.now = startOfTime + 30 * day - 1;
    expect((await report(token("E1"))).askings).toEqual([]);
    node.clock.now = startOfTime + 30 * day;
    const { askings, until } = await report(token("E1"));
    expect({ until, askings }).toMatchObject({ until: startOfTime, askings: [{ at: startOfTime, purpose: "supervision" }] });
    expect(Object.keys(askings[0] ?? {})).not.toContain("requester");
  });

  test("lists what was asked in the very moment before it, which stands before it in the log", async () => {
    const before = await ask("E1");
    const [first, found] = await Promise.all([ask("E1"), report(token("E1"))]);
    expect(found.askings.map(({ index }) => index)).toEqual([before.index, first.index]);
  });

  test("comes in pages, whose cursor is good for this subject alone", async () => {
    const asked: number[] = [];
    for (let i = 0; i < 45; i++) asked.push((await ask("E1")).index);
    const first = await report(token("E1"));
    const second = await report(token("E1", { cursor: first.next }));
    const third = await report(token("E1", { cursor: second.next }));
    expect([first, second, third].map(({ askings }) => askings.length)).toEqual([20, 20, 5]);
    expect([first, second, third].flatMap(({ askings }) => askings.map(({ index }) => index))).toEqual(asked);
    expect(third.next).toBeUndefined();
    const cursor = first.next ?? "";
    expect(await codeOf(token("E2", { cursor }))).toBe("claims-invalid");
    expect(await codeOf(token("E1", { cursor: `${cursor.slice(0, -4)}AAAA` }))).toBe("claims-invalid");
  });
});

test("a subject that shares its hint with another sees nothing of the other's", async () => {
  const hintOf = (id: string) => subjectHint(node.keyring.account, firm(id));
  const ids = Array.from({ length: 3000 }, (_, i) => `E${1000 + i}`);
  const seen = new Map<number, string>();
  const second = ids.find((id) => seen.has(hintOf(id)) || seen.set(hintOf(id), id).size === 0) ?? "";
  const first = seen.get(hintOf(second)) ?? "";
  expect([first, second]).not.toContain(""); // 3,000 firms and 131,072 hints: that none share one happens once in 10^14
  const asked = [await ask(first), await ask(second), await ask(first)].map(({ index }) => index);
  const listed = async (id: string) => (await report(token(id))).askings.map(({ index }) => index);
  expect([await listed(first), await listed(second)]).toEqual([[asked[0], asked[2]], [asked[1]]]);
});

test("an issuer that goes through all firms is held to the messages a minute that the policy lets a requester send", async () => {
  node.run({ act: "set-policy", text: policyText({ more: `${accessLine(0, true)}limits: { queries_per_minute: 60 }\n` }) });
  const { size } = node.vault.head;
  const codes = await Promise.all(Array.from({ length: 100 }, (_, i) => codeOf(token(`E${i}`))));
  expect(codes.filter((code) => code === "accepted")).toHaveLength(60);
  expect(codes.slice(60)).toEqual(Array.from({ length: 40 }, () => "rate-limited"));
  expect(node.vault.head.size).toBe(size + 60);
  await ask("E1"); // a requester's messages are counted apart
  node.clock.now += 1;
  expect(await codeOf(token("E1"))).toBe("accepted");
});

describe("the token", () => {
  test("again gets the same report, and the log one entry that says no more than that", async () => {
    await ask("E1");
    const text = token("E1");
    const [first, again] = await Promise.all([node.vault.submit(text, reportToSubject), node.vault.submit(text, reportToSubject)]);
    await ask("E1");
    node.clock.now += day;
    expect([again, await node.vault.submit(text, reportToSubject)]).toEqual([first, first]);
    node.vault.publish();
    const { entries, report: audit } = await readPublicLog(node.home);
    expect(entries.filter(({ entry }) => entry === "subject-accessed/1")).toEqual([{ entry: "subject-accessed/1", at: startOfTime }]);
    expect(audit.findings).toEqual([]);
  });

  test("of anybody else, for another holder, of another time, or of another kind is refused and leaves no trace", async () => {
    await ask("E1");
    const { size } = node.vault.head;
    const jti = "T".repeat(22);
    const rows: readonly (readonly [text: string, code: string])[] = [
      [token("E1", {}, importPrivateKey(new Uint8Array(32).fill(61))), "issuer-unknown"],
      [token("E1", { iss: bank }, parties.bank), "issuer-unknown"],
      [token("E1", { iss: "other.example" }), "issuer-unknown"],
      [token("E1").replace(/.{4}$/, "AAAA"), "jws-signature-invalid"],
      [token("E1", { aud: "other.example" }), "message-wrong-audience"],
      [token("E1", { iat: startOfTime + 61, exp: startOfTime + 90 }), "message-not-yet-valid"],
      [token("E1", { iat: startOfTime - 300, exp: startOfTime - 60 }), "message-expired"],
      [token("E1", { exp: startOfTime + 301 }), "claims-invalid"],
      [consentOf(node), "jws-typ-refused"],
      [signed(queryOf(node)), "jws-typ-refused"],
    ];
    for (const [text, code] of rows) expect(await codeOf(text)).toBe(code);
    expect(node.vault.head.size).toBe(size);
    expect([await codeOf(token("E1", { jti })), await codeOf(token("E2", { jti }))]).toEqual(["accepted", "jti-reused"]);
  });

  test("is no query, and is refused where the policy lets no subject see", async () => {
    await expect(node.vault.submit(token("E1"))).rejects.toThrow(expect.objectContaining({ code: "jws-typ-refused" }));
    node.run({ act: "set-policy", text: policyText() });
    expect(await codeOf(token("E1"))).toBe("subject-access-off");
  });
});

test("on the command line, over HTTP: report after report, checked against the log", async () => {
  node.clock.now = Math.floor(Date.now() / 1000) - 10;
  const { now } = node.clock;
  node.run({ act: "grant", requester: bank, computation: "total-above", purposes: ["supervision"], from: now - day, until: now + day });
  for (let i = 0; i < 21; i++) await ask("E1");
  await node.vault.close();
  const running = await startVault(node.home);
  const { url } = await startGateway(node.home);
  const dir = join(node.home.dir, "issuer");
  mkdirSync(dir);
  writeFileSync(join(dir, "pass"), "a long enough passphrase\n", { mode: 0o600 });
  const seed = formatBase64Url(new Uint8Array(32).fill(13)); // the small node's issuer
  await writeKeyFile(join(dir, "issuer.key"), `frostglass-key/1\nconsent-issuer consent.example\n${seed}\n`, "a long enough passphrase", 2);
  const args = [
    "--node",
    url,
    "--key",
    join(dir, "issuer.key"),
    "--trust",
    join(node.home.publicDir, "trust"),
    "--passphrase-file",
    join(dir, "pass"),
  ];
  const told = frostglass("subject", "report", "opaque:E1", "--holder", holder, ...args);
  expect(told.stdout).toMatch(/bank\.example asked total-above 1\.0\.0 for supervision \(Banking supervision act, article 34\), entry \d+/);
  expect(told.stdout).toContain("21 questions");
  expect(frostglass("subject", "report", "opaque:E1", "--holder", "other.example", ...args).stderr).toContain("holder-not-trusted");
  running.signal("SIGTERM");
  await running.ended;
  node = await openNode(node.home, node.clock);
}, 60_000);
