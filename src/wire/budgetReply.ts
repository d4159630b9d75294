import { FrostglassError } from "../errors/error.js";
import { identifierPattern, partyNamePattern } from "../model/names.js";
import { parseReplyObject } from "./answerReply.js";
import { bitsPattern } from "./bits.js";
import { Claims } from "./claims.js";
import { isJsonObject, type JsonValue } from "./strictJson.js";

/**
 * What a requester may still learn about one subject, told to it alone and not signed:
 *
 *   {"holder":"tax.example","epoch":3,"bits":"1.585","datasets":[{"dataset":"vat-sales","remaining":"22.415"}],"renewsAt":1798761600}
 */
export interface BudgetReply {
  readonly holder: string;
  /** The epoch in force. */
  readonly epoch: number;
  /** What the question would be charged now: nothing where it was charged in this epoch before. */
  readonly bits: string;
  /** Bits left of the requester's own budget, for each dataset that the computation reads. */
  readonly datasets: readonly { readonly dataset: string; readonly remaining: string }[];
  /** When budgets begin anew, Unix seconds. */
  readonly renewsAt: number;
}

/** Parses the body of a 200 reply strictly. Throws `reply-invalid`, a `json-…` or a `claims-…` code. */
export function parseBudgetReply(text: string): BudgetReply {
  const claims = new Claims(parseReplyObject(text));
  const reply = {
    holder: claims.text("holder", partyNamePattern),
    epoch: claims.count("epoch"),
    bits: claims.text("bits", bitsPattern),
    datasets: datasetsOf(claims.required("datasets")),
    renewsAt: claims.count("renewsAt"),
  };
  claims.end();
  return reply;
}

function datasetsOf(value: JsonValue): BudgetReply["datasets"] {
  if (!Array.isArray(value)) throw malformed();
  return value.map((element) => {
    if (!isJsonObject(element)) throw malformed();
    const claims = new Claims(element, "datasets.");
    const row = { dataset: claims.text("dataset", identifierPattern), remaining: claims.text("remaining", bitsPattern) };
    claims.end();
    return row;
  });
}

function malformed(): FrostglassError {
  return new FrostglassError("reply-invalid", "The node's reply does not list datasets with what remains of each.");
}
