import { formatBase64, formatBase64Url, parseBase64 } from "../../src/bytes/base64.js";
import { decodeUtf8, encodeUtf8 } from "../../src/bytes/utf8.js";
import { formatEvidence } from "../../src/evidence/evidenceFile.js";
import { gatherEvidence } from "../../src/evidence/gatherEvidence.js";
import { openPublishedLog } from "../../src/evidence/publishedLog.js";
import type { Entry } from "../../src/wire/entry.js";
import { signingKey } from "../../src/wire/jwk.js";
import { signQuery } from "../../src/wire/query.js";
import { type Acts, bankKey, computation, FakeNode, governance, now, positions, restsOn, subject, type Twist } from "./fakeNode.js";

export interface Made {
  /** The log before the answer; the honest acts unless said otherwise. */
  readonly acts?: Acts;
  /** Which of them the evidence shows, by name. */
  readonly show?: readonly string[];
  readonly twist?: Twist;
  readonly holder?: string;
  /** Entries after the answer, which the evidence shows too. */
  readonly late?: readonly Entry[];
  readonly witnessedAt?: number;
}

/** A signed query of the bank's. */
export function makeQuery(holder = "tax.example", about = subject): string {
  const claims = { iss: "bank.example", aud: holder, iat: now, exp: now + 60, jti: "B".repeat(22), subject: about };
  return signQuery(
    { ...claims, computation: computation.digest, parameters: { cutoff: 560 }, purpose: "loan-origination" },
    signingKey(bankKey),
  );
}

/** One evidence file out of a whole exchange with a node in memory. */
export async function makeEvidence({ acts = governance, show = restsOn, twist = {}, holder, late = [], witnessedAt }: Made = {}) {
  const node = new FakeNode({ acts, ...(holder === undefined ? {} : { holder }) });
  node.twist = { ...twist, after: late };
  const answered = node.answer(makeQuery(node.holder));
  if (witnessedAt !== undefined) node.publish(witnessedAt);
  const files = {
    bytes: async (path: string) => node.files.get(path),
    text: async (path: string) => decodeUtf8(node.files.get(path) ?? new Uint8Array()),
  };
  const log = await openPublishedLog(files, node.trust());
  const context = [...positions(acts, show), ...late.map((_, i) => answered.index + 1 + i)];
  const evidence = await gatherEvidence(log, { ...answered, context });
  return { node, evidence, text: formatEvidence(evidence), opening: answered.opening };
}

/** The evidence with the text in its `extra` line changed. */
export function editExtra(text: string, edit: (extra: string) => string): string {
  return text.replace(/^extra (.*)$/m, (_, extra: string) => `extra ${formatBase64(encodeUtf8(edit(decodeUtf8(parseBase64(extra)))))}`);
}

/** The evidence with one part of its answer JWS changed: 0 the header, 1 the payload. The signature stays. */
export function editAnswer(text: string, part: 0 | 1, edit: (json: string) => string): string {
  return editExtra(text, (extra) => {
    const lines = extra.split("\n");
    const parts = (lines[1] ?? "").split(".");
    const json = decodeUtf8(parseBase64(padded(parts[part] ?? "")));
    parts[part] = formatBase64Url(encodeUtf8(edit(json)));
    lines[1] = parts.join(".");
    return lines.join("\n");
  });
}

/** The evidence with another character of base64 in the middle of the first place that the pattern finds. */
export function spoil(text: string, pattern: RegExp): string {
  return text.replace(pattern, (found: string) => {
    const middle = Math.floor(found.length / 2);
    const other = found[middle] === "A" ? "B" : "A";
    return found.slice(0, middle) + other + found.slice(middle + 1);
  });
}

function padded(base64Url: string): string {
  const standard = base64Url.replaceAll("-", "+").replaceAll("_", "/");
  return standard.padEnd(Math.ceil(standard.length / 4) * 4, "=");
}
