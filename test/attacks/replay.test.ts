import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Computation } from "../../src/computations/computation.js";
import type { Evaluated } from "../../src/computations/evaluation/evaluation.js";
import { asFrostglassError } from "../../src/errors/error.js";
import { formatEvidence } from "../../src/evidence/evidenceFile.js";
import { gatherEvidence } from "../../src/evidence/gatherEvidence.js";
import { formatOpening } from "../../src/evidence/openingFile.js";
import { parseNote } from "../../src/note/signedNote.js";
import { verifierKeyOf } from "../../src/note/verifierKey.js";
import { verifyCheckpoint } from "../../src/tlog/checkpoint.js";
import { type ReplayRequest, replayAnswer } from "../../src/vault/answers/replayAnswer.js";
import { openDatasetAt, publishedEpoch } from "../../src/vault/records/history.js";
import { decodeAnswer } from "../../src/wire/answer.js";
import { frostglass, killAll, startVault } from "../faults/processes.js";
import { membersOf, publicReader, readPublicLog } from "../faults/publicLog.js";
import {
  holder,
  openNode,
  passphrase,
  policyText,
  publishSales,
  queryOf,
  type SmallNode,
  salesSchema,
  signed,
  smallNode,
} from "../vault/smallNode.js";

/* E1 has sales of 300 in epoch 1 and reaches the mark of 250; E2 does not, E3 has too few records, E999 is not on file. */

afterEach(killAll);

interface Asked {
  readonly request: ReplayRequest;
  readonly body: string;
}

async function ask(node: SmallNode, id: string, more: object = {}): Promise<Asked> {
  const subject = { scheme: "opaque", id };
  const { body } = await node.vault.submit(signed(queryOf(node, { subject, ...more })));
  const { answer, index, opening } = membersOf(body);
  return { body, request: { answer, index, opening: formatOpening({ answer: decodeAnswer(answer).digest, subject, opening }) } };
}

/** Answers as a vault would whose evaluation was tampered with. */
async function askLiar(node: SmallNode, id: string, lie: (honest: Evaluated, computation: Computation) => Evaluated): Promise<Asked> {
  const { computations } = node.vault.state;
  const digest = node.digestOf("total-above");
  const honest = computations.get(digest) as Computation;
  const evaluate: Computation["evaluate"] = (...given) => lie(honest.evaluate(...given), honest);
  computations.set(digest, { ...honest, evaluate });
  try {
    return await ask(node, id);
  } finally {
    computations.set(digest, honest);
  }
}

const replay = (node: SmallNode, { request }: Asked) => replayAnswer(node.vault, request);

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (thrown) {
    return asFrostglassError(thrown)?.code;
  }
  return undefined;
}

const decision = (value: boolean) => ({ kind: "decision", decision: value }) as const;

describe("an answer that was right", () => {
  it("is found right, in its own epoch, whatever was imported since, also after a restart", async () => {
    const node = await smallNode();
    const asked = await Promise.all(["E1", "E2", "E3", "E999"].map((id) => ask(node, id)));
    const outcomes = [decision(true), decision(false), { kind: "no-record" }, { kind: "no-record" }];
    await publishSales(node, 2, { E1: [1, 1], E2: [30_000, 30_000] }, "replace");
    const later = await ask(node, "E2");
    for (const reopen of [async () => node, () => node.reopened()]) {
      const each = await reopen();
      const reports = asked.map((one) => replay(each, one));
      expect(reports.map(({ result, epoch }) => [result, epoch.number])).toEqual(asked.map(() => ["right", 1]));
      expect(reports.map(({ recomputed }) => recomputed.outcome)).toEqual(outcomes);
      expect(replay(each, later)).toMatchObject({ result: "right", epoch: { number: 2 }, recomputed: { outcome: decision(true) } });
    }
  });

  it("is logged as replayed, by its digest alone, and nothing is charged", async () => {
    const node = await smallNode();
    const asked = await ask(node, "E1");
    const { disclosure } = decodeAnswer(asked.request.answer).answer;
    replay(node, asked);
    const again = await ask(node, "E1");
    expect(decodeAnswer(again.request.answer).answer.disclosure.remaining).toBe(disclosure.remaining);
    await node.vault.close();
    const { report, entries } = await readPublicLog(node.home);
    const { digest } = decodeAnswer(asked.request.answer);
    expect(entries.slice(-2)[0]).toEqual({ entry: "answer-replayed/1", at: node.clock.now, answer: digest, result: "right" });
    expect(report.findings).toEqual([]);
  });
});

describe("a vault that lies", () => {
  const lies: readonly [what: string, id: string, lie: (honest: Evaluated) => Evaluated, recomputed: object][] = [
    ["turns a yes into a no", "E1", (honest) => ({ ...honest, outcome: decision(false) }), { outcome: decision(true) }],
    ["turns a no into a yes", "E2", (honest) => ({ ...honest, outcome: decision(true) }), { outcome: decision(false) }],
    ["denies a firm that is on file", "E1", (honest) => ({ ...honest, outcome: { kind: "no-record" } }), { outcome: decision(true) }],
    ["answers about a firm that is not", "E999", (honest) => ({ ...honest, outcome: decision(true) }), { outcome: { kind: "no-record" } }],
    ["makes a reason up", "E2", (honest) => ({ ...honest, reasonCodes: ["R99"] }), { outcome: decision(false), reasonCodes: [] }],
  ];

  it.each(lies)("%s: the replay finds it, and the log says so to every auditor", async (_, id, lie, recomputed) => {
    const node = await smallNode();
    const asked = await askLiar(node, id, lie);
    const report = replay(node, asked);
    expect(report).toMatchObject({ result: "wrong", recomputed });
    expect(report.signed).not.toEqual(report.recomputed);
    expect(node.vault.alarms.counts).toEqual({ "outcome-differs": 1 });
    await node.vault.close();
    const log = await readPublicLog(node.home);
    expect(log.entries.at(-1)).toMatchObject({ entry: "answer-replayed/1", result: "wrong" });
    expect(log.report.findings.map(({ rule }) => rule)).toEqual(["answer-is-right"]);
  });

  it("answers from the records of an earlier epoch than it names: the replay finds it", async () => {
    const node = await smallNode();
    await publishSales(node, 2, { E1: [1, 1] }, "replace");
    const { state } = node.vault;
    const old = openDatasetAt(state, publishedEpoch(state, 1), "sales");
    const page = old.lookUp(state.pseudonymOf({ scheme: "opaque", id: "E1" }));
    const parameters = { values: { mark: 250 }, choices: [1] };
    const asked = await askLiar(node, "E1", (_, computation) => computation.evaluate([page], parameters, state.asOf));
    old.close();
    expect(replay(node, asked)).toMatchObject({
      result: "wrong",
      signed: { outcome: decision(true) },
      recomputed: { outcome: decision(false) },
    });
  });
});

describe("a replay that cannot be done says why, and logs nothing:", () => {
  async function refusedCode(node: SmallNode, request: ReplayRequest): Promise<string | undefined> {
    const { size } = node.vault.head;
    const code = codeOf(() => replayAnswer(node.vault, request));
    expect(node.vault.head.size).toBe(size);
    return code;
  }

  it("the opening is another's, or the answer is not in this log where it is said to be", async () => {
    const node = await smallNode();
    const [one, two] = [await ask(node, "E1"), await ask(node, "E2")];
    expect(await refusedCode(node, { ...one.request, opening: two.request.opening })).toBe("subject-commitment-mismatch");
    const opening = one.request.opening.replace("opaque:E1", "opaque:E2");
    expect(await refusedCode(node, { ...one.request, opening })).toBe("subject-commitment-mismatch");
    for (const index of [two.request.index, 0, 9999]) expect(await refusedCode(node, { ...one.request, index })).toBe("answer-not-logged");
    expect(await refusedCode(await smallNode(), one.request)).toBe("answer-not-logged");
  });

  it("the answer is a refusal", async () => {
    const node = await smallNode();
    expect(await refusedCode(node, (await ask(node, "E1", { purpose: "marketing" })).request)).toBe("replay-refusal");
  });

  it("the subject was erased since", async () => {
    const node = await smallNode();
    const [erased, other] = [await ask(node, "E1"), await ask(node, "E2")];
    node.run({ act: "erase-subject", subject: "opaque:E1" });
    expect(await refusedCode(node, erased.request)).toBe("page-erased");
    expect(replay(node, other).result).toBe("right");
    expect(replay(node, await ask(node, "E1"))).toMatchObject({ result: "right", recomputed: { outcome: { kind: "no-record" } } });
  });

  it("the records of its epoch are kept no longer", async () => {
    const node = await smallNode(`${policyText()}retention: { epoch_days: 10 }\n`);
    const asked = await ask(node, "E1");
    await publishSales(node, 2, { E2: [1, 1] }, "replace");
    node.clock.now += 11 * 86_400;
    expect(replay(node, asked).result).toBe("right");
    await publishSales(node, 3, { E2: [1, 1] });
    expect(await refusedCode(node, asked.request)).toBe("epoch-not-kept");
  });

  it("the schema of its records was changed, so that its computation cannot run", async () => {
    const node = await smallNode();
    const asked = await ask(node, "E1");
    await node.vault.close();
    writeFileSync(join(node.home.datasetsDir, "sales.yaml"), salesSchema.replace("total:", "other:"));
    expect(await refusedCode(await openNode(node.home, node.clock), asked.request)).toBe("computation-missing");
  });
});

describe("frostglass replay", () => {
  /** Writes evidence and opening as `ask` does, and gives the words of the command line. */
  async function written(node: SmallNode, name: string, { body, request }: Asked): Promise<string[]> {
    node.vault.publish();
    const reader = await publicReader(node.home);
    const key = verifierKeyOf({ name: holder, privateKey: node.keyring.log });
    const checkpoint = verifyCheckpoint(parseNote(node.vault.head.checkpoint), [key]);
    const file = join(node.home.dir, name);
    writeFileSync(file, formatEvidence(await gatherEvidence({ checkpoint, reader }, membersOf(body))));
    writeFileSync(`${file}.opening`, request.opening);
    return ["replay", file, "--opening", `${file}.opening`, "--home", node.home.dir, "--json"];
  }

  const exitOf = ({ status, stdout }: ReturnType<typeof frostglass>) => [status, JSON.parse(stdout).error?.code ?? JSON.parse(stdout).code];

  it("ends with 0, 1 or 2, on a home that no vault has open and through one that runs", { timeout: 60_000 }, async () => {
    const node = await smallNode();
    const right = await written(node, "right", await ask(node, "E1"));
    const wrong = await written(node, "wrong", await askLiar(node, "E1", (honest) => ({ ...honest, outcome: decision(false) })));
    const refused = await written(node, "refused", await ask(node, "E1", { purpose: "marketing" }));
    const { size } = node.vault.head;
    await node.vault.close();
    writeFileSync(join(node.home.dir, "pass"), `${passphrase}\n`, { mode: 0o600 });
    const alone = ["--passphrase-file", join(node.home.dir, "pass")];
    expect(exitOf(frostglass(...right, ...alone))).toEqual([0, undefined]);
    await startVault(node.home);
    expect(exitOf(frostglass(...right))).toEqual([0, undefined]);
    const found = frostglass(...wrong);
    expect(exitOf(found)).toEqual([1, "outcome-differs"]);
    expect(JSON.parse(found.stdout)).toMatchObject({ signed: { outcome: decision(false) }, recomputed: { outcome: decision(true) } });
    expect(exitOf(frostglass(...refused))).toEqual([2, "replay-refusal"]);
    expect(exitOf(frostglass(...right.filter((word) => !word.endsWith("opening"))))).toEqual([2, "replay-opening-missing"]);
    await killAll();
    const after = await openNode(node.home, node.clock);
    expect(after.vault.head.size).toBe(size + 3);
    await after.vault.close();
  });

  it("ends with 2 when the evidence does not hold", { timeout: 60_000 }, async () => {
    const node = await smallNode();
    const words = await written(node, "right", await ask(node, "E1"));
    const other = await smallNode();
    other.vault.publish();
    await node.vault.close();
    const trust = ["--trust", join(other.home.publicDir, "trust")];
    expect(exitOf(frostglass(...words, ...trust))).toEqual([2, "replay-evidence-fails"]);
  });
});
