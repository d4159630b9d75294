const style = `
:root { color-scheme: light dark; --ink: #17212b; --soft: #5b6b7a; --line: #d5dee6; --glass: #f4f8fb; --mark: #1d6f8f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4ecf2; --soft: #93a4b3; --line: #2c3a46; --glass: #131b22; --mark: #6cc3e0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--glass); color: var(--ink); font: 16px/1.55 system-ui, "Noto Sans CJK SC", sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 3.5rem 1.25rem 5rem; }
h1 { font-weight: 600; font-size: 1.9rem; letter-spacing: -0.01em; margin: 0; }
h2 { font-size: 1.05rem; margin: 2.6rem 0 0.6rem; padding-top: 1rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
h3 { font-size: 0.9rem; margin: 1.2rem 0 0.3rem; color: var(--soft); font-weight: 600; }
p { margin: 0.6rem 0; } .soft { color: var(--soft); }
a { color: var(--mark); text-underline-offset: 0.2em; }
dl { display: grid; grid-template-columns: minmax(11rem, max-content) 1fr; gap: 0.45rem 1.4rem; margin: 0; }
dt { overflow-wrap: anywhere; } dd { margin: 0; color: var(--soft); }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.7rem; } }
code, pre { font: 0.875em/1.5 ui-monospace, "SF Mono", Menlo, monospace; }
pre { margin: 0.5rem 0; padding: 0.8rem 1rem; overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
.method { font-weight: 700; color: var(--mark); margin-right: 0.5em; }
`;

/** Text made safe to stand in HTML, inside or outside of a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A whole HTML page around `body`, with nothing fetched from elsewhere and no script. */
export function formatPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

/** The Content-Security-Policy of our pages: nothing at all, but the one style element, named by its digest (CSP 3 §2.3.1). */
export async function pagePolicy(): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style)));
  const hash = btoa(String.fromCharCode(...digest));
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}
