import { describe, expect, it } from "vitest";
import { auditLog, describeUnseen, formatAuditPage } from "../../src/auditor/index.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { digestOf } from "../../src/model/digest.js";
import { encodeAnswerEntry, encodeEntry, type GovernanceEntry } from "../../src/wire/entry.js";
import { FakeNode, governance, now } from "../evidence/fakeNode.js";

/* Logs that a holder pruned, rightly or not; each is signed, so what is wrong in it can be shown to anybody. */

const day = 86_400;
const policyOf = (logDays?: number) => `frostglass: policy/1
reviewers: []
approval: { reviewers: 1, organisations: 1 }
consent_issuers: []
purposes: {}
disclosure: { period_days: 365, budget_bits: 8, ceiling_bits: 8 }
clock_skew_seconds: 60
${logDays === undefined ? "" : `retention: { log_days: ${logDays} }\n`}`;

const pruned = (at: number, minimumIndex: number): GovernanceEntry => ({ entry: "log-pruned/1", at, minimumIndex });
const marks = (at: number): GovernanceEntry => ({ entry: "subject-accessed/1", at });

/** A log with 700 answers, an act at entry 704 on day 50, and then these acts; the bundles named are not served. */
function nodeWith({
  policy = policyOf(400),
  acts,
  gone = [],
}: {
  policy?: string;
  acts: readonly GovernanceEntry[];
  gone?: readonly string[];
}) {
  const { created, key, epoch } = governance;
  const set: GovernanceEntry = { entry: "policy-set/1", at: now, policy: digestOf(encodeUtf8(policy)) };
  const node = new FakeNode({ acts: { created, key, set, epoch } });
  for (let i = 0; i < 700; i++) node.append(encodeAnswerEntry(digestOf(encodeUtf8(`answer ${i}`))));
  for (const act of [marks(now + 50 * day), ...acts]) node.append(encodeEntry(act));
  for (const text of [policy, policyOf(400), policyOf(500), policyOf()])
    node.write(`policies/${digestOf(encodeUtf8(text)).slice(7)}.yaml`, text);
  for (const path of gone) node.files.delete(path);
  return node;
}

async function findingsOf(node: FakeNode, witnessedAt = now + 460 * day) {
  node.publish(witnessedAt);
  const read = async (path: string) => node.files.get(path);
  const checkpoint = new TextDecoder().decode(node.files.get("checkpoint"));
  const report = await auditLog({ checkpoint, readTile: read, readText: read, trust: node.trust(true) });
  return { report, rules: report.findings.map(({ index, rule }) => ({ index, rule })) };
}

describe("an auditor of a pruned log", () => {
  it("finds nothing where the act keeps the rules, and says what is not there", async () => {
    const { report, rules } = await findingsOf(nodeWith({ acts: [pruned(now + 451 * day, 704)], gone: ["tile/entries/001"] }));
    expect(rules).toEqual([]);
    expect(report.unseen).toEqual([{ from: 256, to: 512 }]);
    expect(describeUnseen(report.unseen)).toContain("256 entries were not seen, 256 to 511");
    const page = formatAuditPage(report, now);
    expect(page).toContain("Not all was seen.");
    expect(page).toContain("256 entries were not seen");
    expect(page).not.toContain("Every entry leads to the signed root");
  });

  it.each([
    ["before the entries are old enough", [pruned(now + 449 * day, 704)], "retention-kept", 705],
    ["of more than the retention lets go", [pruned(now + 451 * day, 705)], "retention-kept", 705],
    ["at an instant that has not come", [pruned(now + 1000 * day, 704)], "retention-kept", 705],
    ["to a smaller index than before", [pruned(now + 451 * day, 704), pruned(now + 452 * day, 300)], "pruning-in-order", 706],
    ["beyond the act itself", [marks(now + 51 * day), pruned(now + 460 * day, 707)], "pruning-in-order", 706],
  ] as const)("finds a pruning %s", async (_, acts, rule, index) => {
    const { rules } = await findingsOf(nodeWith({ acts }));
    expect(rules).toContainEqual({ index, rule });
  });

  it("finds one under a policy without retention, and one under a shorter one that came less than thirty days before", async () => {
    const unlimited = await findingsOf(nodeWith({ policy: policyOf(), acts: [pruned(now + 451 * day, 704)] }));
    expect(unlimited.rules).toEqual([{ index: 705, rule: "retention-kept" }]);
    const shorter: GovernanceEntry = { entry: "policy-set/1", at: now + 430 * day, policy: digestOf(encodeUtf8(policyOf(400))) };
    const sudden = await findingsOf(nodeWith({ policy: policyOf(500), acts: [shorter, pruned(now + 451 * day, 704)] }));
    expect(sudden.rules).toEqual([{ index: 706, rule: "retention-kept" }]);
    expect((await findingsOf(nodeWith({ policy: policyOf(500), acts: [shorter, pruned(now + 460 * day, 704)] }))).rules).toEqual([]);
  });

  it("finds one whose policy is not published", async () => {
    const node = nodeWith({ acts: [pruned(now + 451 * day, 704)] });
    for (const path of [...node.files.keys()]) if (path.startsWith("policies/")) node.files.delete(path);
    expect((await findingsOf(node)).rules).toContainEqual({ index: 705, rule: "retention-kept" });
  });
});
