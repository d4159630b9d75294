import { escapeHtml, formatPage } from "../http/page.js";

interface Entry {
  readonly href: string;
  readonly says: string;
}

const entries: readonly Entry[] = [
  { href: "/docs", says: "How to ask this node, path by path" },
  { href: "/openapi.json", says: "The same for programs, as OpenAPI 3.1" },
  { href: "/v1/computations", says: "The questions that this node may be asked" },
  { href: "/checkpoint", says: "The head of its public log, signed" },
  { href: "/trust", says: "The keys to check the log and its witnesses by" },
  { href: "/.well-known/jwks.json", says: "The keys to check its answers by" },
  { href: "/.well-known/security.txt", says: "Whom to tell about a weakness" },
];

/**
 * The page at `/`: what this node is and where its parts are. `name` is the holder's, for instance `tax.example`. A node that names no contact has
 * no security.txt to show.
 */
export function formatFrontPage(name: string, hasContact: boolean): string {
  const shown = entries.filter(({ href }) => hasContact || href !== "/.well-known/security.txt");
  const list = shown.map(({ href, says }) => `<dt><a href="${href}">${href}</a></dt><dd>${says}</dd>`).join("\n");
  return formatPage(
    `${name} · Frostglass`,
    `<h1>${escapeHtml(name)}</h1>
<p class="soft">A Frostglass node. It answers approved questions about a firm with a decision, a band or a score, and never shows a record.</p>
<p>A question is a signed query, sent as <code>POST /v1/queries</code>. Every answer is signed, and entered in a log that anyone may read.
The log says which computations were approved and who may ask. It does not say whom a question was about.</p>
<h2>What there is to read</h2>
<dl>
${list}
</dl>`,
  );
}
