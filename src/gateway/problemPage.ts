import { type ErrorCode, errorCodes } from "../errors/codes.js";
import { FrostglassError } from "../errors/error.js";
import { escapeHtml, formatPage } from "../http/page.js";
import { isRefusalCode, refusalSentences } from "../model/outcome.js";

/**
 * The page at `/problems/<code>`, which the `type` of a problem document leads to (RFC 9457 §3.1.1): what the code stands for and what to do.
 * Throws `not-found` for a code that no problem document has.
 */
export function formatProblemPage(path: string): string {
  const code = path.slice("/problems/".length);
  const lines = linesOn(code);
  if (lines === undefined) throw new FrostglassError("not-found", "There is no problem with that code.");
  const [kind, ...sentences] = lines;
  const paragraphs = sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join("\n");
  return formatPage(code, `<h1><code>${escapeHtml(code)}</code></h1>\n<p class="soft">${kind}</p>\n${paragraphs}\n${links}`);
}

const links = '<p><a href="/docs">How to ask this node</a> · <a href="/">What else it has to read</a></p>';

function linesOn(code: string): readonly [kind: string, ...sentences: string[]] | undefined {
  if (isRefusalCode(code)) {
    const { detail, next } = refusalSentences(code);
    return ["A refusal: signed, logged, and sent with status 403.", detail, next];
  }
  const entry = Object.hasOwn(errorCodes, code) ? errorCodes[code as ErrorCode] : undefined;
  return entry === undefined || entry.status === 0 ? undefined : [`A problem document with status ${entry.status}.`, entry.next];
}
