import { describe, expect, test } from "vitest";
import { errorCodes } from "../../src/errors/codes.js";
import { FrostglassError } from "../../src/errors/error.js";
import { refusalCodes } from "../../src/model/outcome.js";
import { signAnswer } from "../../src/wire/answer.js";
import { formatAnswerReply, maxReplyLength, parseAnswerReply } from "../../src/wire/answerReply.js";
import { problemOf, refusalProblem } from "../../src/wire/problem.js";
import { parseProblem, parseRefusalProblem } from "../../src/wire/problemReply.js";
import { codeOf } from "../model/codeOf.js";
import { altered, answer, key } from "./samples.js";

const reply = { answer: signAnswer(answer, key), opening: "A".repeat(43), index: 4711, context: [0, 3, 17] };

describe("the body of an answer", () => {
  test("comes back as it was written", () => {
    expect(parseAnswerReply(formatAnswerReply(reply))).toEqual(reply);
    expect(Object.keys(JSON.parse(formatAnswerReply(reply)))).toEqual(["answer", "opening", "index", "context"]);
  });

  test.each([
    ["claims-missing", { answer: undefined }],
    ["claims-missing", { opening: undefined }],
    ["claims-missing", { index: undefined }],
    ["claims-missing", { context: undefined }],
    ["claims-unknown", { subject: "uscc:1" }],
    ["claims-invalid", { answer: "a b" }],
    ["claims-invalid", { answer: "x".repeat(16_385) }],
    ["claims-invalid", { opening: "A".repeat(42) }],
    ["claims-invalid", { opening: `${"A".repeat(42)}B` }],
    ["claims-invalid", { index: -1 }],
    ["claims-invalid", { index: "4711" }],
    ["claims-invalid", { context: [-1] }],
    ["claims-invalid", { context: ["0"] }],
    ["claims-invalid", { context: 0 }],
    ["claims-invalid", { context: Array(17).fill(1) }],
    ["json-number-refused", { index: 1.5 }],
  ])("%s: %j", (code, changes) => {
    expect(codeOf(() => parseAnswerReply(altered(reply, changes)))).toBe(code);
  });

  test.each([
    ["reply-invalid", "[]"],
    ["reply-invalid", `"${"x".repeat(maxReplyLength)}"`],
    ["json-invalid", "<html>"],
    ["json-invalid", ""],
  ])("%s", (code, text) => {
    expect(codeOf(() => parseAnswerReply(text))).toBe(code);
  });
});

describe("problem documents", () => {
  test("say what was wrong and what to do", () => {
    const problem = problemOf(new FrostglassError("jws-too-long", "The message is longer than its kind may be."));
    expect(problem).toEqual({
      type: "/problems/jws-too-long",
      title: "JWS too long",
      status: 413,
      code: "jws-too-long",
      detail: "The message is longer than its kind may be.",
      next: errorCodes["jws-too-long"].next,
    });
    expect(parseProblem(JSON.stringify(problem))).toEqual(problem);
  });

  test.each([
    ["a fault of no code", new TypeError("secret path /var/lib")],
    ["a thrown text", "secret"],
    ["a fault of our own", new FrostglassError("seal-broken", "secret")],
    ["what never reaches HTTP", new FrostglassError("private-key-invalid", "secret")],
  ])("show nothing of %s", (_, thrown) => {
    const problem = problemOf(thrown);
    expect(problem).toMatchObject({ code: "internal-fault", status: 500, type: "/problems/internal-fault" });
    expect(JSON.stringify(problem)).not.toContain("secret");
  });

  test("carry no facts and no cause", () => {
    const cause = new Error("inner");
    const text = JSON.stringify(problemOf(new FrostglassError("claims-invalid", "A claim is wrong.", { claim: "iss" }, { cause })));
    expect(text).not.toMatch(/inner|"iss"/);
  });

  test.each(refusalCodes)("carry the signed answer with the refusal %s", (code) => {
    const problem = refusalProblem(code, reply);
    expect(problem).toMatchObject({ type: `/problems/${code}`, status: 403, code, ...reply });
    expect(parseRefusalProblem(JSON.stringify(problem))).toEqual(problem);
  });

  test("say when a spent budget renews", () => {
    const problem = refusalProblem("budget-spent", reply, 1_702_000_000);
    expect(parseRefusalProblem(JSON.stringify(problem)).renewsAt).toBe(1_702_000_000);
  });

  const problem = problemOf(new FrostglassError("claims-invalid", "A claim is wrong."));

  test("may have members that are not known here", () => {
    expect(parseProblem(altered(problem, { instance: "/r/1", more: { a: [1] } }))).toEqual(problem);
  });

  test.each([
    ["reply-invalid", { status: 200 }],
    ["reply-invalid", { status: 600 }],
    ["claims-missing", { code: undefined }],
    ["claims-missing", { next: undefined }],
    ["claims-invalid", { status: "403" }],
    ["claims-invalid", { code: "Not A Code" }],
    ["claims-invalid", { detail: "\u001b[31mred" }],
    ["claims-invalid", { detail: "\u202egnol" }],
    ["claims-invalid", { title: "two\nlines" }],
    ["claims-invalid", { next: "x".repeat(501) }],
  ])("are refused as %s with %j", (code, changes) => {
    expect(codeOf(() => parseProblem(altered(problem, changes)))).toBe(code);
  });

  test("a refusal without its answer is none", () => {
    expect(codeOf(() => parseRefusalProblem(JSON.stringify(problem)))).toBe("claims-missing");
  });
});
