import { bandPattern } from "../model/names.js";
import { isRefusalCode, type Outcome } from "../model/outcome.js";
import type { Claims } from "./claims.js";

/** Reads the claim `outcome`, whose other member depends on `kind`. It is written as the type is: `{"kind":"decision","decision":true}`. */
export function readOutcome(claims: Claims): Outcome {
  const members = claims.object("outcome");
  const outcome = readKind(members);
  members.end();
  return outcome;
}

function readKind(members: Claims): Outcome {
  const kind = members.text("kind", /^[a-z-]{1,16}$/);
  switch (kind) {
    case "decision":
      return { kind, decision: readDecision(members) };
    case "band":
      return { kind, band: members.text("band", bandPattern) };
    case "score":
      return { kind, score: readScore(members) };
    case "no-record":
      return { kind };
    case "refusal":
      return { kind, code: readCode(members) };
    default:
      throw members.invalid("kind");
  }
}

function readDecision(members: Claims): boolean {
  const decision = members.required("decision");
  if (typeof decision !== "boolean") throw members.invalid("decision");
  return decision;
}

function readScore(members: Claims): number {
  const score = members.required("score");
  if (typeof score !== "number") throw members.invalid("score");
  return score;
}

function readCode(members: Claims) {
  const code = members.required("code");
  if (typeof code !== "string" || !isRefusalCode(code)) throw members.invalid("code");
  return code;
}
