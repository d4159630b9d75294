import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { verifyEvidence } from "../../src/auditor/index.js";
import { asFrostglassError } from "../../src/errors/error.js";
import { formatEvidence } from "../../src/evidence/evidenceFile.js";
import { gatherEvidence } from "../../src/evidence/gatherEvidence.js";
import type { Digest } from "../../src/model/digest.js";
import { parseNote } from "../../src/note/signedNote.js";
import { verifyCheckpoint } from "../../src/tlog/checkpoint.js";
import { parsePolicy as parseTrust } from "../../src/tlog/policy.js";
import type { AdminCommand } from "../../src/vault/administration.js";
import { decodeAnswer } from "../../src/wire/answer.js";
import type { GovernanceEntry } from "../../src/wire/entry.js";
import { membersOf, publicReader, readPublicLog } from "../faults/publicLog.js";
import { approved, queryOf, type SmallNode, signed, smallNode, startOfTime, totalAbove } from "../vault/smallNode.js";

/* P2: what ended is refused at the next query, for good, with its own code; and who answers under it all the same is found out by its own log. */

const day = 86_400;
let node: SmallNode;
beforeEach(async () => {
  node = await smallNode();
});
afterEach(() => node.vault.close());

const version = (text: string) => totalAbove.replace("version: 1.0.0", `version: ${text}`);
const digestOf = (wanted: string): Digest =>
  [...node.vault.state.governance.computations.values()].find((known) => known.version === wanted && known.id === "total-above")
    ?.computation ?? (`sha256:${"0".repeat(64)}` as Digest);
const add = (wanted: string, more: object = {}): AdminCommand => ({ act: "add-computation", note: approved(version(wanted)), ...more });

async function ask(wanted = "1.0.0"): Promise<{ readonly code: string; readonly body: string }> {
  const { status, body } = await node.vault.submit(signed(queryOf(node, { computation: digestOf(wanted) })));
  return { code: status === 200 ? "answered" : (JSON.parse(body) as { code: string }).code, body };
}
const codeAfterAsking = async (wanted?: string) => (await ask(wanted)).code;

function codeOf(command: AdminCommand): string {
  try {
    node.run(command);
    return "accepted";
  } catch (thrown) {
    return asFrostglassError(thrown)?.code ?? "fault";
  }
}

/** The evidence of a reply, gathered from what the node publishes, as an auditor judges it. */
async function judged(body: string) {
  node.vault.publish();
  const reader = await publicReader(node.home);
  const checkpoint = readFileSync(join(node.home.publicDir, "checkpoint"), "utf8");
  const trust = parseTrust(readFileSync(join(node.home.publicDir, "trust"), "utf8"));
  const log = {
    checkpoint: verifyCheckpoint(
      parseNote(checkpoint),
      trust.logs.map(({ key }) => key),
    ),
    reader,
  };
  return verifyEvidence(formatEvidence(await gatherEvidence(log, membersOf(body))), trust);
}

test("revoked: at once, for good, through a restart, with the reason in the log", async () => {
  const computation = digestOf("1.0.0");
  node.run({ act: "revoke-computation", computation, reason: "tells-too-much" });
  const { code, body } = await ask();
  expect(code).toBe("computation-revoked");
  expect(decodeAnswer(membersOf(body).answer).answer.disclosure.bits).toBe("0.000");
  const report = await judged(body);
  expect(report.verdict).toBe("holds");
  expect(report.steps[6]?.words).toMatch(/was revoked in the log before/);
  for (const act of ["revoke-computation", "expire-computation"] as const) expect(codeOf({ act, computation })).toBe("computation-missing");
  expect(codeOf(add("1.0.0"))).toBe("computation-known");
  expect(codeOf(add("1.1.0", { supersede: { overlap: 0 } }))).toBe("computation-missing");
  node = await node.reopened();
  expect(await codeAfterAsking()).toBe("computation-revoked");
  const { entries, report: audit } = await readPublicLog(node.home);
  expect(entries.filter(({ entry }) => entry === "computation-revoked/1")).toMatchObject([{ computation, reason: "tells-too-much" }]);
  expect(audit.findings).toEqual([]);
});

test("a revocation takes a reason from the list and no free text", () => {
  const command = { act: "revoke-computation", computation: digestOf("1.0.0"), reason: "firm E1 complained" };
  expect(codeOf(command as unknown as AdminCommand)).toBe("admin-invalid");
});

test("expired: from the instant on, not a second before, and an end that came is not moved", async () => {
  const computation = digestOf("1.0.0");
  node.run({ act: "expire-computation", computation, until: startOfTime + 10 * day });
  node.run({ act: "expire-computation", computation, until: startOfTime + 5 * day });
  node.clock.now = startOfTime + 5 * day - 1;
  const last = await ask();
  expect(last.code).toBe("answered");
  node.clock.now = startOfTime + 5 * day;
  const refused = await ask();
  expect(refused.code).toBe("computation-expired");
  expect([(await judged(last.body)).verdict, (await judged(refused.body)).verdict]).toEqual(["holds", "holds"]);
  expect(codeOf({ act: "expire-computation", computation, until: startOfTime + 20 * day })).toBe("computation-missing");
  node = await node.reopened();
  expect(await codeAfterAsking()).toBe("computation-expired");
});

test("an end lies ahead: nothing that was answered becomes wrong afterwards", () => {
  const past = { until: startOfTime - 1 };
  expect(codeOf({ act: "expire-computation", computation: digestOf("1.0.0"), ...past })).toBe("admin-invalid");
  expect(codeOf(add("1.1.0", past))).toBe("admin-invalid");
});

test("superseded: by a newer version of its id, after the overlap, with the new one's end", async () => {
  expect(codeOf(add("0.9.9", { supersede: { overlap: 0 } }))).toBe("version-not-newer");
  node.run(add("1.10.0", { supersede: { overlap: 7 * day }, until: startOfTime + 30 * day }));
  expect([await codeAfterAsking("1.0.0"), await codeAfterAsking("1.10.0")]).toEqual(["answered", "answered"]);
  node.clock.now = startOfTime + 7 * day;
  const refused = await ask("1.0.0");
  expect([refused.code, await codeAfterAsking("1.10.0")]).toEqual(["computation-superseded", "answered"]);
  expect((await judged(refused.body)).steps[6]).toMatchObject({
    result: "holds",
    words: expect.stringMatching(/was superseded in the log/),
  });
  expect(codeOf(add("1.9.0", { supersede: { overlap: 0 } }))).toBe("version-not-newer");
  node.run(add("1.11.0", { supersede: { overlap: 0 } }));
  expect([await codeAfterAsking("1.10.0"), await codeAfterAsking("1.11.0")]).toEqual(["computation-superseded", "answered"]);
  expect((await readPublicLog(node.home)).report.findings).toEqual([]);
});

test("a new version takes nobody's place unless it is asked to", async () => {
  node.run(add("1.1.0"));
  expect([await codeAfterAsking("1.0.0"), await codeAfterAsking("1.1.0")]).toEqual(["answered", "answered"]);
});

test("the days of its own text are kept as well", async () => {
  const valid = (from: string, until: string) =>
    version("2.0.0").replace("purposes:", `valid: { from: ${from}, until: ${until} }\npurposes:`);
  node.run({ act: "add-computation", note: approved(valid("2026-01-02", "2026-01-03")) });
  expect(await codeAfterAsking("2.0.0")).toBe("computation-not-yet-valid");
  node.clock.now = startOfTime + day;
  expect(await codeAfterAsking("2.0.0")).toBe("answered");
  node.clock.now = startOfTime + 3 * day;
  expect(await codeAfterAsking("2.0.0")).toBe("computation-expired");
});

test("whatever ended it, a repeated query still gets the answer that it got", async () => {
  const query = signed(queryOf(node));
  const first = await node.vault.submit(query);
  node.run({ act: "revoke-computation", computation: digestOf("1.0.0") });
  expect(await node.vault.submit(query)).toEqual(first);
});

test("a holder that answers under what it ended is found out by its own log", async () => {
  const computation = digestOf("1.0.0");
  const ends: readonly (readonly [GovernanceEntry, string])[] = [
    [{ entry: "computation-expires/1", at: startOfTime, computation, until: startOfTime }, "7 answer-computation-expired"],
    [{ entry: "computation-revoked/1", at: startOfTime, computation }, "7 answer-computation-revoked"],
  ];
  for (const [entry, found] of ends) {
    // The end is in the log, and the program that answers looks away.
    const position = node.vault.head.size;
    const { governance } = node.vault.state;
    const known = governance.computations.get(computation);
    node.vault.administer((batch) => void batch.addGovernance(entry));
    if (known !== undefined) governance.computations.set(computation, known);
    const { code, body } = await ask();
    expect(code).toBe("answered");
    const members = JSON.parse(body) as { context: number[] };
    const report = await judged(JSON.stringify({ ...members, context: [...members.context, position] }));
    expect(report.steps.filter(({ result }) => result === "fails").map(({ number, code: why }) => `${number} ${why}`)).toEqual([found]);
  }
});
