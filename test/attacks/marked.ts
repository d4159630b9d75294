import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { formatBase64Url } from "../../src/bytes/base64.js";
import { compareBytes } from "../../src/bytes/bytes.js";
import { PageBuilder } from "../../src/datasets/page.js";
import type { Home } from "../../src/vault/home.js";
import { readSchemas, segmentPath } from "../../src/vault/home.js";
import { prepareEpoch, type SubjectRecords } from "../../src/vault/records/prepareEpoch.js";
import { approved, bank, type Clock, makeHome, openNode, parties, policyText, type SmallNode, totalAbove } from "../vault/smallNode.js";

/*
 * A node whose every secret is a mark that can be searched for: subject identifiers, buyers' codes and amounts that occur nowhere else. Firms
 * MARKED000000 … have many records, THINLY000000 … one where two are needed, ABSENT000000 … are not on file.
 */

export const markedSchema = `frostglass: dataset/1
name: sales
title: { en: Sales }
subject: { scheme: opaque, pattern: "[A-Z]{6}[0-9]{6}" }
columns:
  buyer: { type: code }
  total: { type: money, currency: CNY }
`;

const common = `version: 1.0.0
title: { en: A computation of the tests }
reveals: { en: One outcome }
purposes: [loan-origination, supervision]
subject: opaque
inputs: { sales: sales }
`;

export const spreadBand = `frostglass: computation/1
id: buyer-spread
${common}features:
  top: { share_of_largest: sales.total, by: sales.buyer }
output:
  band:
    top:
      - { at_most: 30%, band: spread }
      - { otherwise: captive }
      - { missing: no_record }
no_record: { fewer_than: 2, of: sales }
`;

export const countScore = `frostglass: computation/1
id: sales-count
${common}features:
  rows: { count: sales }
linear:
  intercept: 0
  terms:
    rows: { weight: 1 }
output: { score: { of: linear, min: 0, max: 100, step: 10 } }
no_record: { fewer_than: 2, of: sales }
`;

export const computationIds = ["total-above", "buyer-spread", "sales-count"] as const;

export interface MarkedRecord {
  readonly buyer: string;
  /** Minor units. */
  readonly total: number;
}

export type MarkedRecords = ReadonlyMap<string, readonly MarkedRecord[]>;

const numbered = (word: string, n: number) => `${word}${String(n).padStart(6, "0")}`;
export const marked = (n: number) => numbered("MARKED", n);
export const thin = (n: number) => numbered("THINLY", n);
export const absent = (n: number) => numbered("ABSENT", n);

/** Amounts that nothing else in a home could be: 13 digits, each its own. */
const totalOf = (firm: number, row: number) => 7_391_846_205_117 + firm * 104_729 + row * 1_299_709;

export function markedRecords(firms = 3, rows = 20, thins = firms): MarkedRecords {
  const records = new Map<string, MarkedRecord[]>();
  const rowOf = (firm: number, row: number) => ({ buyer: `QXBUYER-${firm}-${row % 5}`, total: totalOf(firm, row) });
  for (let firm = 0; firm < firms; firm++)
    records.set(
      marked(firm),
      Array.from({ length: rows }, (_, row) => rowOf(firm, row)),
    );
  for (let firm = 0; firm < thins; firm++) records.set(thin(firm), [rowOf(firm, 0)]);
  return records;
}

/** Publishes records as the next epoch of `sales`. */
export async function publishMarked(node: SmallNode, number: number, records: MarkedRecords, mode: "append" | "replace" = "append") {
  const schema = readSchemas(node.home).get("sales");
  if (schema === undefined) throw new Error("no schema");
  const base = mode === "append" ? node.vault.state.datasets().get("sales") : undefined;
  const segmentFile = segmentPath(node.home, "sales", number);
  const preparation = { schema, datasetKey: node.keyring.datasetKey("sales"), epoch: number, base, segmentFile };
  const { root } = await prepareEpoch(preparation, groups());
  node.run({ act: "publish-epoch", dataset: "sales", number, asOf: "2025-12-31", root, mode });

  async function* groups(): AsyncGenerator<SubjectRecords> {
    const subjects = [...records].map(([id, rows]) => ({ pseudonym: node.vault.state.pseudonymOf({ scheme: "opaque", id }), rows }));
    for (const { pseudonym, rows } of subjects.sort((a, b) => compareBytes(a.pseudonym, b.pseudonym))) {
      const builder = new PageBuilder(schema as NonNullable<typeof schema>);
      for (const { buyer, total } of rows) builder.append([0, total], [buyer, undefined]);
      yield { pseudonym, columns: builder.build() };
    }
  }
}

export const realClock = (): Clock => ({ now: Math.floor(Date.now() / 1000) });

/** Makes such a node, open in this process, everything granted for a year from its clock. */
export async function markedNode(
  records = markedRecords(),
  policy = policyText({ budgetBits: 100, ceilingBits: 200 }),
  clock = realClock(),
) {
  const home = await makeHome(undefined, policy);
  writeFileSync(join(home.datasetsDir, "sales.yaml"), markedSchema);
  const node = await openNode(home, clock);
  await publishMarked(node, 1, records);
  for (const manifest of [totalAbove, spreadBand, countScore]) node.run({ act: "add-computation", note: approved(manifest, markedSchema) });
  node.run({ act: "add-requester", requester: bank, keys: [formatBase64Url(parties.bank.publicKey.bytes)] });
  const times = { from: clock.now - 86_400, until: clock.now + 365 * 86_400 };
  for (const computation of computationIds)
    node.run({ act: "grant", requester: bank, computation, purposes: ["loan-origination", "supervision"], ...times });
  return node;
}

/** Removes a home that `makeHome` made in a folder of its own. */
export function removeHome(home: Home): void {
  rmSync(dirname(home.dir), { recursive: true, force: true });
}
