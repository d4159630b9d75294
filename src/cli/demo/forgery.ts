import { parseEvidence } from "../../auditor/index.js";
import { formatBase64Url, parseBase64Url } from "../../bytes/base64.js";
import { decodeUtf8, encodeUtf8 } from "../../bytes/utf8.js";
import { formatProof } from "../../tlog/proof.js";
import { formatEvidenceExtra } from "../../wire/evidenceExtra.js";

/** An evidence file whose score was raised by changing one digit of the signed answer, and nothing else. */
export interface Forgery {
  readonly text: string;
  readonly before: number;
  readonly after: number;
}

/** Raises the first digit of the score by one or more. Gives undefined when the answer is no score. */
export function raiseScore(evidenceText: string): Forgery | undefined {
  const { proof, answer, entries } = parseEvidence(evidenceText);
  const { outcome } = answer.answer;
  if (outcome.kind !== "score") return undefined;
  const after = outcome.score < 800 ? 800 + (outcome.score % 100) : outcome.score + 100;
  const [header = "", payload = "", signature = ""] = answer.decoded.text.split(".");
  const claims = decodeUtf8(parseBase64Url(payload)).replace(`"score":${outcome.score}`, `"score":${after}`);
  const forged = [header, formatBase64Url(encodeUtf8(claims)), signature].join(".");
  return { text: formatProof({ ...proof, extra: formatEvidenceExtra({ answer: forged, entries }) }), before: outcome.score, after };
}
