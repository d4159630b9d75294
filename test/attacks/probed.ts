import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { importPrivateKey, type PrivateKey } from "#crypto";
import { formatBase64Url } from "../../src/bytes/base64.js";
import { compareBytes } from "../../src/bytes/bytes.js";
import { type Computation, compileManifest } from "../../src/computations/computation.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { parseParameters } from "../../src/computations/parameters.js";
import { PageBuilder } from "../../src/datasets/page.js";
import { parseSchema } from "../../src/datasets/schema.js";
import { parseDay } from "../../src/model/calendar.js";
import { segmentPath } from "../../src/vault/home.js";
import { prepareEpoch, type SubjectRecords } from "../../src/vault/records/prepareEpoch.js";
import { approved, bank, makeHome, openNode, parties, policyText, type SmallNode } from "../vault/smallNode.js";

/*
 * A node whose firms differ in one secret each, a number of seven bits that lies spread over three windows of time; and all that an adversary may ask about
 * it: cutoffs over three windows, a band and a score. `predict` is what the adversary knows: everything but which secret a firm has.
 */

export const secrets = 128;

export const probedSchema = `frostglass: dataset/1
name: sales
title: { en: Sales }
subject: { scheme: opaque, pattern: "[A-Z]{6}[0-9]{6}" }
columns:
  day: { type: date }
  total: { type: money, currency: CNY }
`;

const head = (id: string) => `frostglass: computation/1
id: ${id}
version: 1.0.0
title: { en: A computation of the tests }
reveals: { en: One outcome }
purposes: [supervision]
subject: opaque
inputs: { sales: sales }
`;
const tail = "no_record: { fewer_than: 2, of: sales }\n";

const cutoff = (months: number, choices: readonly number[]) => `${head(`above-${months}`)}parameters:
  mark: { choices: [${choices.join(", ")}] }
features:
  total: { sum: sales.total, where: { day: { last: ${months} months } } }
output: { decision: { total: { at_least: $mark } } }
${tail}`;

const band = `${head("year-band")}features:
  total: { sum: sales.total, where: { day: { last: 12 months } } }
output:
  band:
    total:
      - { at_least: 1200, band: large }
      - { at_least: 700, band: middle }
      - { otherwise: small }
      - { missing: no_record }
${tail}`;

const score = `${head("year-score")}features:
  total: { sum: sales.total, where: { day: { last: 12 months } } }
linear:
  intercept: 0
  terms:
    total: { weight: 0.01 }
output: { score: { of: linear, min: 0, max: 16, step: 8 } }
${tail}`;

const manifests = [cutoff(3, [100, 200, 300]), cutoff(6, [200, 300, 400, 500, 600]), cutoff(12, [500, 700, 900, 1100, 1300]), band, score];

const schema = parseSchema(probedSchema);

export interface Question {
  readonly id: string;
  readonly parameters: Readonly<Record<string, number>>;
}

const asOf = "2025-12-31";
const days = ["2025-11-20", "2025-08-10", "2025-03-05"].map(parseDay);

/** Minor units of the three records. */
const amountsOf = (secret: number) => [secret % 4, (secret >> 2) % 4, secret >> 4].map((part) => part * 10_000 + 5_000);

function pageOf(secret: number) {
  const builder = new PageBuilder(schema);
  for (const [i, amount] of amountsOf(secret).entries()) builder.append([days[i] ?? 0, amount], []);
  return builder.build();
}

const compiled = new Map<string, Computation>(
  manifests.map((text) => {
    const computation = compileManifest(parseManifest(text), new Map([["sales", schema]]));
    return [computation.id, computation];
  }),
);

export const questions: readonly Question[] = [...compiled.values()].flatMap(({ id, parameters }) => {
  const [mark] = parameters;
  return mark === undefined ? [{ id, parameters: {} }] : mark.choices.map((choice) => ({ id, parameters: { mark: Number(choice) } }));
});

/** What a firm with this secret is answered: outcome and reasons. */
export function predict(question: Question, secret: number): string {
  const computation = compiled.get(question.id) as Computation;
  const { outcome, reasonCodes } = computation.evaluate(
    [pageOf(secret)],
    parseParameters(computation, question.parameters),
    parseDay(asOf),
  );
  return JSON.stringify([outcome, reasonCodes]);
}

export const millibitsOf = (question: Question) => (compiled.get(question.id) as Computation).millibits;

export const firm = (group: string, secret: number) => `${group}${String(secret).padStart(6, "0")}`;

/** Two requesters with the same grants. */
export const askers: readonly { readonly name: string; readonly key: PrivateKey }[] = [
  { name: bank, key: parties.bank },
  { name: "second.example", key: importPrivateKey(new Uint8Array(32).fill(84)) },
];

export async function probedNode(budgetBits: number, ceilingBits: number, groups: readonly string[]): Promise<SmallNode> {
  const home = await makeHome(undefined, policyText({ budgetBits, ceilingBits }));
  writeFileSync(join(home.datasetsDir, "sales.yaml"), probedSchema);
  const node = await openNode(home, { now: Math.floor(Date.now() / 1000) });
  await publishSecrets(node, 1, groups, (secret) => secret);
  for (const manifest of manifests) node.run({ act: "add-computation", note: approved(manifest, probedSchema) });
  for (const { name, key } of askers) {
    node.run({ act: "add-requester", requester: name, keys: [formatBase64Url(key.publicKey.bytes)] });
    const times = { from: node.clock.now - 86_400, until: node.clock.now + 365 * 86_400 };
    for (const computation of compiled.keys())
      node.run({ act: "grant", requester: name, computation, purposes: ["supervision"], ...times });
  }
  return node;
}

/** Publishes the firms of some groups, each with the secret that `now` gives it. */
export async function publishSecrets(node: SmallNode, number: number, groups: readonly string[], now: (secret: number) => number) {
  const segmentFile = segmentPath(node.home, "sales", number);
  const preparation = { schema, datasetKey: node.keyring.datasetKey("sales"), epoch: number, base: undefined, segmentFile };
  const { root } = await prepareEpoch(preparation, records());
  node.run({ act: "publish-epoch", dataset: "sales", number, asOf, root, mode: "replace" });

  async function* records(): AsyncGenerator<SubjectRecords> {
    const subjects = groups.flatMap((group) =>
      Array.from({ length: secrets }, (_, secret) => ({
        pseudonym: node.vault.state.pseudonymOf({ scheme: "opaque", id: firm(group, secret) }),
        columns: pageOf(now(secret)),
      })),
    );
    yield* subjects.sort((a, b) => compareBytes(a.pseudonym, b.pseudonym));
  }
}
