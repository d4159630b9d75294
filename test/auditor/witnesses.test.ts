import { describe, expect, it } from "vitest";
import { emptyGovernance } from "../../src/admission/governance.js";
import { parsePolicy } from "../../src/admission/policy.js";
import { judgeAnswer } from "../../src/auditor/answers/judgeAnswer.js";
import { cosignedBy } from "../../src/auditor/cosignedBy.js";
import { pruningDateFindings } from "../../src/auditor/pruningRule.js";
import { clockSlack, witnessedAt } from "../../src/auditor/witnesses.js";
import { parseNote } from "../../src/note/signedNote.js";
import { cosignatureType, formatVerifierKey, verifierKeyOf } from "../../src/note/verifierKey.js";
import { verifyCheckpoint } from "../../src/tlog/checkpoint.js";
import { parsePolicy as parseTrust } from "../../src/tlog/policy.js";
import { decodeAnswer, signAnswer } from "../../src/wire/answer.js";
import { encodeAnswerEntry } from "../../src/wire/entry.js";
import { signingKey } from "../../src/wire/jwk.js";
import { answerClaims, FakeNode, now, otherDigest, seed } from "../evidence/fakeNode.js";

/* What witnesses say of time, where some of them lie. */

const log = `log ${formatVerifierKey(verifierKeyOf({ name: "tax.example", privateKey: seed("log") }))}`;
const witness = (name: string) => {
  const key = verifierKeyOf({ name: `${name.toLowerCase()}.example`, privateKey: seed(name) }, cosignatureType);
  return `witness ${name} ${formatVerifierKey(key)}`;
};
const trustOf = (threshold: number) =>
  parseTrust([log, witness("W1"), witness("W2"), witness("W3"), `group G ${threshold} W1 W2 W3`, "quorum G", ""].join("\n"));
const seenAt = (times: readonly number[], threshold = 2) => {
  const witnesses = times.map((time, i) => ({ name: `W${i + 1}`, time }));
  return witnessedAt({ witnesses, witnessing: "quorum" }, trustOf(threshold));
};
const farAhead = now + 10_000 * 86_400;

describe("the instant by which a quorum had cosigned", () => {
  it("is that of the witness who filled it", () => {
    expect(seenAt([now + 5, now, now + 9])).toBe(now + 5);
    expect(seenAt([now + 5, now, now + 9], 3)).toBe(now + 9);
    expect(seenAt([now + 5, now, now + 9], 1)).toBe(now);
  });

  it("is not moved by one that dates ahead", () => {
    expect(seenAt([now, farAhead, now + 5])).toBe(now + 5);
  });

  it("is unknown where the quorum is not filled, or not asked for", () => {
    expect(witnessedAt({ witnesses: [{ name: "W1", time: now }], witnessing: "not-yet-witnessed" }, trustOf(2))).toBeUndefined();
    expect(witnessedAt({ witnesses: [], witnessing: "not-asked" }, parseTrust(`${log}\nquorum none\n`))).toBeUndefined();
  });
});

it("finds a pruning that is dated ahead, though one witness dates ahead with the holder", () => {
  const acts = [{ index: 705, entry: { entry: "log-pruned/1", at: now + 500 * 86_400, minimumIndex: 704 } as const }];
  expect(pruningDateFindings({ acts }, seenAt([now, farAhead, now + 5])).map(({ index, rule }) => `${index} ${rule}`)).toEqual([
    "705 retention-kept",
  ]);
  expect(pruningDateFindings({ acts }, seenAt([farAhead, farAhead, now + 5]))).toEqual([]);
  expect(pruningDateFindings({ acts }, undefined)).toEqual([]);
});

it("finds an answer of an export that claims a time after the quorum had cosigned its place in the log", () => {
  const policy = parsePolicy(`frostglass: policy/1
reviewers: []
approval: { reviewers: 1, organisations: 1 }
consent_issuers: []
purposes: {}
disclosure: { period_days: 365, budget_bits: 8, ceiling_bits: 8 }
clock_skew_seconds: 60
`);
  const decoded = decodeAnswer(
    signAnswer({ ...answerClaims, query: otherDigest, subjectCommitment: "A".repeat(43) }, signingKey(seed("answers"))),
  );
  const rulesAt = (seen: number | undefined) =>
    judgeAnswer(decoded, { governance: emptyGovernance(), policy, approvals: new Set(), seenAt: seen }).map(({ rule }) => rule);
  const { iat } = decoded.answer;
  expect(rulesAt(iat - clockSlack - 1)).toContain("answer-dated");
  for (const honest of [undefined, iat - clockSlack, iat + 5]) expect(rulesAt(honest)).not.toContain("answer-dated");
});

it("takes the earliest word on a place in the log of all checkpoints that are at hand", () => {
  const node = new FakeNode();
  const trust = node.trust(true);
  const checkpointAt = (time: number) => {
    node.append(encodeAnswerEntry(otherDigest));
    node.publish(time);
    const keys = trust.logs.map(({ key }) => key);
    return verifyCheckpoint(parseNote(new TextDecoder().decode(node.files.get("checkpoint"))), keys);
  };
  const first = checkpointAt(now + 10);
  const second = checkpointAt(now + 99);
  const by = cosignedBy([second, first], trust);
  expect([first.size - 1, first.size, second.size].map(by)).toEqual([now + 10, now + 99, undefined]);
});
