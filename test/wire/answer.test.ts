import { describe, expect, test } from "vitest";
import { refusalCodes } from "../../src/model/outcome.js";
import { type Answer, answerTyp, checkOpening, commitSubject, decodeAnswer, maxAnswerLength, signAnswer } from "../../src/wire/answer.js";
import { formatBits, parseBits } from "../../src/wire/bits.js";
import { verifyJws } from "../../src/wire/jws.js";
import { codeOf, errorOf } from "../model/codeOf.js";
import { altered, answer, digest, forge, key, privateKey, subject } from "./samples.js";

const header = JSON.stringify({ alg: "EdDSA", typ: answerTyp, kid: key.kid });
const withClaims = (changes: Record<string, unknown>) => forge(header, altered(answer, changes));

const order = [
  "iss",
  "aud",
  "iat",
  "jti",
  "query",
  "computation",
  "parameters",
  "purpose",
  "consent",
  "policy",
  "epoch",
  "outcome",
  "reasonCodes",
  "disclosure",
  "subjectCommitment",
  "salt",
  "environment",
  "suite",
];

test("an answer comes back as it was signed, in the order of the protocol", () => {
  const decoded = decodeAnswer(signAnswer(answer, key));
  expect(decoded.answer).toEqual(answer);
  expect(Object.keys(decoded.decoded.payload)).toEqual(order);
  verifyJws(decoded.decoded, privateKey.publicKey);
});

const outcomes: Answer["outcome"][] = [
  { kind: "decision", decision: false },
  { kind: "band", band: "A+" },
  { kind: "band", band: "低风险" },
  { kind: "score", score: 620 },
  { kind: "score", score: -5 },
  { kind: "no-record" },
  ...refusalCodes.map((code) => ({ kind: "refusal", code }) as const),
];

test.each(outcomes)("carries the outcome %j", (outcome) => {
  expect(decodeAnswer(signAnswer({ ...answer, outcome, reasonCodes: [] }, key)).answer.outcome).toEqual(outcome);
});

test("carries no consent where none was needed, and no name of an unknown computation", () => {
  const { consent: _, ...others } = answer;
  const refused: Answer = { ...others, computation: { digest }, outcome: { kind: "refusal", code: "computation-unknown" } };
  const decoded = decodeAnswer(signAnswer(refused, key));
  expect(decoded.answer).toEqual(refused);
  expect("consent" in decoded.answer).toBe(false);
});

describe("claims", () => {
  test.each(order.filter((claim) => claim !== "consent"))("%s has to be there", (claim) => {
    const error = errorOf(() => decodeAnswer(withClaims({ [claim]: undefined })));
    expect(error.code).toBe("claims-missing");
    expect(error.facts).toEqual({ claim });
  });

  test.each([
    ["iss", "tax"],
    ["aud", 1],
    ["iat", -1],
    ["jti", "short"],
    ["query", "sha256:00"],
    ["query", 0],
    ["computation", digest],
    ["computation", { digest }],
    ["parameters", { a: true }],
    ["purpose", ""],
    ["consent", "a.b.c"],
    ["consent", null],
    ["policy", null],
    ["epoch", 3],
    ["outcome", "yes"],
    ["outcome", true],
    ["reasonCodes", "R12"],
    ["reasonCodes", [1]],
    ["reasonCodes", ["a b"]],
    ["reasonCodes", ["A", "B", "C", "D", "E"]],
    ["reasonCodes", {}],
    ["disclosure", "1.585"],
    ["subjectCommitment", "AAAA"],
    ["subjectCommitment", `${"A".repeat(42)}B`],
    ["salt", "A".repeat(44)],
    ["salt", ""],
    ["environment", "staging"],
    ["environment", "Demo"],
    ["suite", "Frostglass"],
  ])("%s cannot be %j", (claim, value) => {
    const error = errorOf(() => decodeAnswer(withClaims({ [claim]: value })));
    expect(error.code).toBe("claims-invalid");
    expect(error.facts).toEqual({ claim });
  });

  test.each([
    ["claims-invalid", "outcome.kind", { outcome: { kind: "maybe" } }],
    ["claims-missing", "outcome.kind", { outcome: { decision: true } }],
    ["claims-missing", "outcome.decision", { outcome: { kind: "decision" } }],
    ["claims-invalid", "outcome.decision", { outcome: { kind: "decision", decision: "true" } }],
    ["claims-invalid", "outcome.decision", { outcome: { kind: "decision", decision: 1 } }],
    ["claims-invalid", "outcome.band", { outcome: { kind: "band", band: "" } }],
    ["claims-invalid", "outcome.score", { outcome: { kind: "score", score: "620" } }],
    ["claims-invalid", "outcome.code", { outcome: { kind: "refusal", code: "because" } }],
    ["claims-invalid", "outcome.code", { outcome: { kind: "refusal", code: "constructor" } }],
    ["claims-unknown", undefined, { outcome: { kind: "decision", decision: true, score: 620 } }],
    ["claims-unknown", undefined, { outcome: { kind: "no-record", decision: false } }],
    ["claims-invalid", "epoch.number", { epoch: { ...answer.epoch, number: -1 } }],
    ["claims-invalid", "epoch.asOf", { epoch: { ...answer.epoch, asOf: "2020-1-31" } }],
    ["day-invalid", undefined, { epoch: { ...answer.epoch, asOf: "2020-02-30" } }],
    ["claims-unknown", undefined, { epoch: { ...answer.epoch, records: 448 } }],
    ["claims-invalid", "disclosure.bits", { disclosure: { bits: "1.58", remaining: "6.415" } }],
    ["claims-invalid", "disclosure.bits", { disclosure: { bits: 1, remaining: "6.415" } }],
    ["claims-invalid", "disclosure.remaining", { disclosure: { bits: "1.585", remaining: "-1.000" } }],
    ["claims-missing", "computation.digest", { computation: { id: "a", version: "1.0.0" } }],
    ["claims-missing", "computation.version", { computation: { id: "a", digest } }],
    ["claims-unknown", undefined, { computation: { version: "1.0.0", digest } }],
    ["claims-unknown", undefined, { subject: { scheme: "uscc", id: subject.id } }],
    ["suite-unknown", undefined, { suite: "frostglass-2" }],
  ])("%s %s in %j", (code, claim, changes) => {
    const error = errorOf(() => decodeAnswer(withClaims(changes)));
    expect(error.code).toBe(code);
    expect(error.facts.claim).toBe(claim);
  });

  test("a score is whole", () => {
    const text = JSON.stringify({ ...answer, outcome: { kind: "score", score: 1 } }).replace('"score":1', '"score":1.5');
    expect(codeOf(() => decodeAnswer(forge(header, text)))).toBe("json-number-refused");
  });
});

test("an answer has its length", () => {
  expect(codeOf(() => decodeAnswer("x".repeat(maxAnswerLength + 1)))).toBe("jws-too-long");
});

describe("subject commitment", () => {
  const opening = Uint8Array.from({ length: 32 }, (_, i) => i);
  // Python: base64.urlsafe_b64encode(hashlib.sha256(b"frostglass-subject/1\nuscc:91350100M000100Y43\n" + bytes(range(32))).digest())
  const commitment = "ufUI9ow3bAHWTHJQbrSv6iWGhZWRBks3luvOqYzIaoA";

  test("is what the protocol says", () => {
    expect(commitSubject(subject, opening)).toBe(commitment);
    expect(checkOpening(commitment, subject, opening)).toBe(true);
  });

  test("opens to nothing else", () => {
    expect(checkOpening(commitment, { ...subject, id: "914403001922038216" }, opening)).toBe(false);
    expect(checkOpening(commitment, { ...subject, scheme: "opaque" }, opening)).toBe(false);
    expect(checkOpening(commitment, subject, opening.toReversed())).toBe(false);
    expect(checkOpening(commitment.toLowerCase(), subject, opening)).toBe(false);
  });

  test.each([0, 31, 33])("has no opening of %i bytes", (length) => {
    expect(codeOf(() => commitSubject(subject, new Uint8Array(length)))).toBe("opening-invalid");
  });
});

describe("bits", () => {
  test.each([
    [0, "0.000"],
    [1, "0.001"],
    [1585, "1.585"],
    [12_000, "12.000"],
    [999, "0.999"],
  ])("%i millibits are %s", (millibits, text) => {
    expect(formatBits(millibits)).toBe(text);
    expect(parseBits(text)).toBe(millibits);
  });

  test.each(["", "1", "1.5", "1.5850", "01.585", "-1.585", "+1.585", "1,585", ".585", "1.585 ", "1.585\n", "1e3", "１.585"])(
    "%j is refused",
    (text) => {
      expect(codeOf(() => parseBits(text))).toBe("bits-invalid");
    },
  );

  test.each([-1, 0.5, Number.NaN, 2 ** 53])("%d millibits cannot be written", (millibits) => {
    expect(codeOf(() => formatBits(millibits))).toBe("bits-invalid");
  });
});
