import { afterAll, beforeAll, expect, test } from "vitest";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { statusOf } from "../../src/vault/nodeStatus.js";
import { killAll, poll, post, startGateway, startVault } from "../faults/processes.js";
import { approved, bank, policyText, queryOf, type SmallNode, signed, totalAbove } from "../vault/smallNode.js";
import { absent, marked, markedNode, markedRecords, markedSchema, removeHome } from "./marked.js";

/*
 * What looks like probing is told to the operator, with requester and pattern and never with a subject; what a bank does in a day's work is not.
 */

const manyCutoffs = totalAbove.replace("[100, 250, 300]", "[100, 150, 200, 250, 300]").replace("total-above", "many-cutoffs");
const windows = Array.from({ length: 7 }, (_, n) => totalAbove.replace("total-above", `window-${n}`));
let node: SmallNode;

beforeAll(async () => {
  node = await markedNode(markedRecords(30), policyText({ budgetBits: 5000, ceilingBits: 5000 }));
  const times = { from: node.clock.now - 86_400, until: node.clock.now + 86_400 };
  for (const manifest of [manyCutoffs, ...windows]) {
    node.run({ act: "add-computation", note: approved(manifest, markedSchema) });
    node.run({ act: "grant", requester: bank, computation: parseManifest(manifest).id, purposes: ["supervision"], ...times });
  }
});
afterAll(async () => {
  await killAll();
  removeHome(node.home);
});

const question = (id: string, computation = "total-above", mark = 250) =>
  signed(queryOf(node, { subject: { scheme: "opaque", id }, computation: node.digestOf(computation), parameters: { mark } }));
const ask = (id: string, computation?: string, mark?: number) => node.vault.submit(question(id, computation, mark));
const seen = () => statusOf(node.vault).probing.map(({ pattern, times }) => [pattern, times]);

test("a day's work raises nothing: many firms, a few unknown among them, a second cutoff, the same question again", async () => {
  for (let n = 0; n < 28; n++)
    await Promise.all([ask(marked(n)), ask(n % 3 === 0 ? absent(n) : marked(n), "total-above", 300), ask(marked(n))]);
  expect(seen()).toEqual([]);
});

test("many cutoffs of one computation about one subject are told once, repeats do not count", async () => {
  for (const mark of [100, 150, 200, 200, 200]) await ask(marked(0), "many-cutoffs", mark);
  expect(seen()).toEqual([]);
  for (const mark of [250, 300]) await ask(marked(0), "many-cutoffs", mark);
  expect(seen()).toEqual([["probing-cutoffs", 1]]);
  expect(node.vault.alarms.counts).toEqual({ "probing-cutoffs": 1 });
});

test("many computations over one dataset about one subject are told", async () => {
  for (let n = 0; n < 7; n++) await ask(marked(1), `window-${n}`);
  expect(seen()).toContainEqual(["probing-computations", 1]);
});

test("a walk through subjects that are not on file is told, and again as it goes on; a firm on file ends it", async () => {
  await ask(marked(28));
  for (let n = 100; n < 124; n++) await ask(absent(n));
  await ask(marked(29), "window-0");
  for (let n = 200; n < 224; n++) await ask(absent(n));
  expect(seen().map(([pattern]) => pattern)).not.toContain("probing-subjects");
  for (let n = 300; n < 330; n++) await ask(absent(n));
  expect(seen()).toContainEqual(["probing-subjects", 2]);
});

test("over HTTP: the log line and the metric name requester or pattern, and no subject", { timeout: 60_000 }, async () => {
  await node.vault.close();
  const vault = await startVault(node.home);
  const gateway = await startGateway(node.home);
  for (let n = 400; n < 426; n++) await post(gateway.url, question(absent(n)));
  await poll(() => vault.lines.some((line) => line.includes("probing-subjects")));
  const line = vault.lines.find((each) => each.includes("probing-subjects")) ?? "";
  expect(JSON.parse(line)).toMatchObject({ level: 40, code: "probing-subjects", requester: bank });
  expect(vault.lines.join("\n")).not.toMatch(/ABSENT|MARKED|opaque/);
  const metrics = await (await fetch(`${String(gateway.ready.adminUrl)}/metrics`)).text();
  expect(metrics).toContain('frostglass_vault_alarms_total{code="probing-subjects"} 1');
});
