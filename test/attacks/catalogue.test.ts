import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { randomBytes } from "#crypto";
import type { Digest } from "../../src/model/digest.js";
import { formatNote, signNote } from "../../src/note/signedNote.js";
import { createRequester, type DescribedComputation, parseDescribed, type Requester } from "../../src/requester/index.js";
import { frostglass, killAll, poll, startGateway, startVault } from "../faults/processes.js";
import { codeOfAsync } from "../note/codeOf.js";
import { approved, bank, parties, readyToSign, riskReviewer, type SmallNode, temporaryFolder, totalAbove } from "../vault/smallNode.js";
import { markedNode, markedSchema, removeHome } from "./marked.js";

/*
 * What a node says of its computations, over HTTP from the two real processes: enough to ask, and enough to check without the node's word. A note is
 * checked here as an outsider would, with openssl and SHA-256 alone.
 */

const withReasons = `${totalAbove
  .replace("id: total-above", "id: with-reasons")
  .replace("at_least: $mark", "at_least: $mark, reason: S01")
  .replace("{ choices: [100, 250, 300] }", "{ choices: [100, 250, 300], default: 250 }")}reasons:
  S01: { en: Too few sales, zh: 销售不足 }
`;

let node: SmallNode;
let url: string;
let adminUrl: string;
let vaultLines: readonly string[];
let folder: string;
let requester: Requester;

beforeAll(async () => {
  folder = temporaryFolder();
  node = await markedNode();
  node.run({ act: "add-computation", note: approved(withReasons, markedSchema) });
  await node.vault.close();
  ({ lines: vaultLines } = await startVault(node.home));
  const gateway = await startGateway(node.home);
  url = gateway.url;
  adminUrl = String(gateway.ready.adminUrl);
  const surroundings = { fetch, sleep: async () => undefined, now: () => node.clock.now, randomBytes };
  requester = createRequester({ nodeUrl: url, name: bank, privateKey: parties.bank, ...surroundings });
}, 60_000);
afterAll(async () => {
  await killAll();
  removeHome(node.home);
});

const text = async (path: string) => (await fetch(`${url}${path}`)).text();
const page = async (id: string) =>
  JSON.parse(await text(`/v1/computations/${id}`)) as Record<string, unknown> & { digest: Digest; note: string };
const sha256 = (content: string) => createHash("sha256").update(content).digest("hex");
const home = () => ["--home", node.home.dir, "--json"];

describe("the page of a computation", () => {
  test("is the same by id and by digest, and has what a form for queries needs", async () => {
    const byId = await page("with-reasons");
    expect(await page(byId.digest)).toEqual(byId);
    expect(byId).toMatchObject({
      ...{ state: "in-force", subject: "opaque", purposes: ["loan-origination", "supervision"], bitsPerAnswer: expect.any(String) },
      parameters: {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        ...{ type: "object", required: [], additionalProperties: false },
        properties: { mark: { enum: [100, 250, 300], default: 250 } },
      },
      outcome: { kind: "decision", mostReasons: 4 },
      reasons: { S01: { en: "Too few sales", zh: "销售不足" } },
      datasets: [{ dataset: "sales", columns: ["total"] }],
      approvals: [{ reviewer: "risk.bureau.example", organisation: "bureau.example", counts: true }],
    });
    expect((await page("total-above")).parameters).toMatchObject({ required: ["mark"] });
    expect((await page("buyer-spread")).outcome).toMatchObject({ kind: "band", bands: ["spread", "captive"] });
    expect((await page("sales-count")).outcome).toMatchObject({ kind: "score", min: 0, max: 100, step: 10 });
  });

  test("has one spelling, and nothing beside it", async () => {
    const { digest } = await page("total-above");
    for (const path of [digest.slice(7), digest.toUpperCase(), `${digest}0`, `by-digest/${digest.slice(7)}`, "sha256:", "none"])
      expect((await fetch(`${url}/v1/computations/${path}`)).status).toBe(404);
  });
});

const openssl = spawnSync("openssl", ["version"]).status === 0;
if (!openssl) console.warn("Skipped: the openssl command is not installed, so no second tool checks the published note.");

test.skipIf(!openssl)("the published note is checked with openssl and SHA-256 alone", async () => {
  const { note: path, digest } = await page("with-reasons");
  const note = await text(path);
  expect(path).toBe(`/notes/${sha256(note)}.note`);
  const signed = note.slice(0, note.lastIndexOf("\n\n") + 1);
  expect(`sha256:${sha256(signed)}`).toBe(digest);
  const [, name, bytes = ""] = (note.trimEnd().split("\n").at(-1) ?? "").split(" ");
  expect(name).toBe("risk.bureau.example");
  // RFC 8410: the DER prefix before a raw Ed25519 public key; C2SP signed-note: four bytes of key ID before the signature.
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), riskReviewer.privateKey.publicKey.bytes]);
  const file = (named: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, named), content);
    return join(folder, named);
  };
  const verify = (message: string) => {
    const key = ["-pubin", "-inkey", file("key.der", der), "-keyform", "DER"];
    const files = ["-in", file("text", message), "-sigfile", file("signature", Buffer.from(bytes, "base64").subarray(4))];
    return spawnSync("openssl", ["pkeyutl", "-verify", "-rawin", ...key, ...files]).status;
  };
  expect(verify(signed)).toBe(0);
  expect(verify(signed.replace("leakage: sha256:", "leakage: sha255:"))).not.toBe(0);
  const report = /\n# leakage: sha256:([0-9a-f]{64})\n$/.exec(signed)?.[1] ?? "";
  expect(sha256(await text(`/leakage/${report}.json`))).toBe(report);
});

test("`computation verify` says who approved the published note, and finds each alteration", async () => {
  const { note: path, digest } = await page("with-reasons");
  const note = await text(path);
  const policies = frostglass("policy", "show", ...home());
  const { policy } = JSON.parse(policies.stdout) as { policy: string };
  const policyFile = join(folder, "policy.yaml");
  writeFileSync(policyFile, await text(`/policies/${policy.slice(7)}.yaml`));
  const run = (content: string, ...more: readonly string[]) => {
    writeFileSync(join(folder, "a.note"), content);
    const { status, stdout } = frostglass("computation", "verify", join(folder, "a.note"), "--policy", policyFile, "--json", ...more);
    return { status, ...(JSON.parse(stdout) as { holds?: boolean; code?: string }) };
  };
  const schemas = ["--home", node.home.dir];
  expect(run(note, "--digest", digest, ...schemas)).toMatchObject({
    ...{ status: 0, holds: true, digest, reviewers: 1 },
    signatures: [{ reviewer: "risk.bureau.example", organisation: "bureau.example", counts: true }],
  });
  expect(run(note.replace("250", "251"))).toMatchObject({ status: 1, code: "note-signature-invalid" });
  expect(run(note, "--digest", `sha256:${"0".repeat(64)}`)).toMatchObject({ status: 1, code: "computation-digest-mismatch" });
  expect(run(approved(withReasons, markedSchema, [{ ...riskReviewer, name: "other.example" }]))).toMatchObject({ status: 1, holds: false });
  const other = `${withReasons}# leakage: sha256:${"0".repeat(64)}\n`;
  expect(run(formatNote(other, [signNote(other, riskReviewer)]), ...schemas)).toMatchObject({ status: 1, code: "leakage-mismatch" });
});

describe("a requester", () => {
  test("reads what reasons mean from the text that the digest names, and from nothing else", async () => {
    const described = await requester.describe("with-reasons");
    expect(described).toMatchObject({
      ...{ id: "with-reasons", reasons: { S01: { zh: "销售不足" } }, manifest: readyToSign(withReasons, markedSchema) },
      ...{ outcome: { kind: "decision" }, listed: { state: "in-force" }, leakage: { frostglass: "leakage/1" } },
    });
  });

  const edits: readonly (readonly [string, (page: Record<string, unknown>) => void, string])[] = [
    [
      "another text",
      (p) => Object.assign(p, { manifest: String(p.manifest).replace("Too few", "Too many") }),
      "computation-digest-mismatch",
    ],
    ["another digest", (p) => Object.assign(p, { digest: `sha256:${"0".repeat(64)}` }), "computation-digest-mismatch"],
    [
      "another leakage report",
      (p) => Object.assign(p, { leakage: { ...(p.leakage as object), bits_per_answer: "0.001" } }),
      "leakage-mismatch",
    ],
    ["no leakage report", (p) => delete p.leakage, "leakage-mismatch"],
    ["a state that is none", (p) => Object.assign(p, { state: "fine" }), "catalogue-invalid"],
    ["no text", (p) => delete p.manifest, "catalogue-invalid"],
  ];
  test.each(edits)("refuses a page with %s", async (_, edit, code) => {
    const altered = await page("with-reasons");
    const { digest } = altered;
    edit(altered);
    expect(await codeOfAsync((async () => parseDescribed(JSON.stringify(altered), digest))())).toBe(code);
  });

  test("takes title, purposes and reasons from the text, whatever the page says", async () => {
    const altered = await page("with-reasons");
    const lies = { title: { en: "Free" }, purposes: ["marketing"], reasons: { S01: { en: "All is well" } }, parameters: {} };
    const described: DescribedComputation = parseDescribed(JSON.stringify({ ...altered, ...lies }), altered.digest);
    expect(described).toMatchObject({ title: { en: "Total sales reach a mark" }, reasons: { S01: { en: "Too few sales" } } });
    expect(described.parameters).toMatchObject({ properties: { mark: {} } });
  });
});

test("a second text under one version: refused, a warning in the vault's log, a counter at /metrics, and nothing else changed", async () => {
  const before = await page("total-above");
  const file = join(folder, "second.note");
  writeFileSync(file, approved(totalAbove.replace("[100, 250, 300]", "[0, 250, 300]"), markedSchema));
  const { status, stdout } = frostglass("computation", "add", file, ...home());
  expect([status, JSON.parse(stdout).error]).toMatchObject([2, { code: "computation-conflict", next: expect.any(String) }]);
  const warned = () => vaultLines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ level }) => level === 40);
  await poll(() => warned().length > 0);
  expect(warned()).toMatchObject([{ code: "computation-conflict", id: "total-above", version: "1.0.0" }]);
  const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
  expect(metrics).toContain('frostglass_vault_alarms_total{code="computation-conflict"} 1\n');
  expect(await page("total-above")).toEqual(before);
});

test("the command line puts versions in force and ends them, and the catalogue follows", async () => {
  const act = (...args: readonly string[]) => {
    const { status, stdout, stderr } = frostglass("computation", ...args, ...home());
    expect(status, stderr + stdout).toBe(0);
    return JSON.parse(stdout) as { digest: Digest; state: string; until?: number };
  };
  const noteFile = (wanted: string) => {
    const file = join(folder, `${wanted}.note`);
    writeFileSync(file, approved(withReasons.replace("version: 1.0.0", `version: ${wanted}`), markedSchema));
    return file;
  };
  const first = await page("with-reasons");
  const second = act("add", noteFile("1.1.0"), "--supersede", "--overlap-days", "1", "--valid-until", "2099-12-31");
  expect(second).toMatchObject({ state: "in-force", until: Date.UTC(2100, 0, 1) / 1000 });
  expect(await page(first.digest)).toMatchObject({ state: "in-force", supersededBy: second.digest, until: expect.any(Number) });
  expect(await page("with-reasons")).toMatchObject({ version: "1.1.0", until: Date.UTC(2100, 0, 1) / 1000 });
  const third = act("add", noteFile("1.2.0"), "--supersede");
  expect(await page(second.digest)).toMatchObject({ state: "superseded", supersededBy: third.digest });
  expect(act("expire", third.digest)).toMatchObject({ state: "expired" });
  expect(await page("with-reasons")).toMatchObject({ version: "1.0.0", state: "in-force" });
  act("revoke", first.digest, "--reason", "faulty");
  const ended = await page(first.digest);
  expect(ended).toMatchObject({ state: "revoked", revoked: { reason: "faulty", index: expect.any(Number) }, manifest: expect.any(String) });
  expect((await fetch(`${url}${ended.note}`)).status).toBe(200);
  expect(await page("with-reasons")).toMatchObject({ version: "1.2.0", state: "expired" });
  const catalogue = await requester.catalogue();
  expect(catalogue.computations.filter(({ id }) => id === "with-reasons").map(({ version, state }) => [version, state])).toEqual([
    ["1.0.0", "revoked"],
    ["1.1.0", "superseded"],
    ["1.2.0", "expired"],
  ]);
  const wrong = frostglass("computation", "revoke", third.digest, "--reason", "because", ...home());
  expect(wrong.status).not.toBe(0);
});
