import { escapeHtml, formatPage } from "../http/page.js";
import type { OpenApiDocument } from "./openapi.js";

type Operation = NonNullable<NonNullable<OpenApiDocument["paths"]>[string]["get"]>;

const methods = ["get", "post"] as const;

/** The page at `/docs`: the OpenAPI document as a page to read, rendered here so that the page needs no script. */
export function formatReference(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => (item[method] === undefined ? [] : [formatOperation(method, path, item[method])])),
  );
  const schemas = Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) => `<h2 id="schema-${escapeHtml(name)}">${escapeHtml(name)}</h2>\n${formatJson(schema)}`,
  );
  return formatPage(
    `${document.info.title} reference`,
    `<h1>${escapeHtml(document.info.title)}</h1>
<p class="soft">${escapeHtml(document.info.description ?? "")} Version ${escapeHtml(document.info.version)}.</p>
<p><a href="/openapi.json">openapi.json</a> · <a href="/">this node</a></p>
${[...operations, ...schemas].join("\n")}`,
  );
}

function formatOperation(method: string, path: string, operation: Operation): string {
  return `<h2><span class="method">${method.toUpperCase()}</span><code>${escapeHtml(path)}</code></h2>
<p>${escapeHtml(operation.summary ?? "")}</p>
<p class="soft">${escapeHtml(operation.description ?? "")}</p>
${formatParameters(operation)}${formatRequestBody(operation)}<h3>Replies</h3>
<dl>${Object.entries(operation.responses ?? {})
    .map(
      ([status, response]) => `<dt>${escapeHtml(status)}${formatTypes(response)}</dt><dd>${escapeHtml(String(response.description))}</dd>`,
    )
    .join("\n")}</dl>`;
}

function formatParameters(operation: Operation): string {
  const rows = (operation.parameters ?? []).flatMap((parameter) =>
    "name" in parameter
      ? [`<dt><code>${escapeHtml(parameter.name)}</code> in ${parameter.in}</dt><dd>${escapeHtml(parameter.description ?? "")}</dd>`]
      : [],
  );
  return rows.length === 0 ? "" : `<h3>Parameters</h3>\n<dl>${rows.join("\n")}</dl>\n`;
}

function formatRequestBody(operation: Operation): string {
  const body = operation.requestBody;
  if (body === undefined || !("content" in body)) return "";
  const types = Object.keys(body.content).map((type) => `<code>${escapeHtml(type)}</code>`);
  return `<h3>Body</h3>\n<dl><dt>${types.join(", ")}</dt><dd>${escapeHtml(body.description ?? "")}</dd></dl>\n`;
}

function formatTypes(response: { readonly content?: object }): string {
  return Object.keys(response.content ?? {})
    .map((type) => ` <code>${escapeHtml(type)}</code>`)
    .join("");
}

function formatJson(value: unknown): string {
  return `<pre>${escapeHtml(JSON.stringify(value, null, 2))}</pre>`;
}
