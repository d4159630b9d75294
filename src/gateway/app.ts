import { Hono } from "hono";
import { FrostglassError } from "../errors/error.js";
import type { Door } from "../http/door.js";
import { once } from "../http/once.js";
import { pagePolicy } from "../http/page.js";
import type { ReplyHeaders } from "../http/problemReply.js";
import { rawPath } from "./headers.js";
import { formatFrontPage } from "./page.js";
import { formatProblemPage } from "./problemPage.js";
import { publicFileResponder, publicFiles } from "./publicFiles.js";
import { queryResponder } from "./queries.js";
import { handlerOf, type Responder, type Surroundings } from "./responder.js";
import { formatSecurityTxt } from "./securityTxt.js";

/** What the public face of a node is made of. */
export interface AppOptions extends Surroundings {
  /** The way to the vault. */
  readonly door: Door;
  /** The directory that the vault publishes to; read anew at each request, so it may be filled later. */
  readonly publicDir: string;
  /** The holder's name as the front page shows it, for instance `tax.example`. */
  readonly name: string;
  /** The software's version, for the OpenAPI document. */
  readonly version: string;
  /** Whom to tell about a weakness, as a URI (RFC 9116). Without one, /.well-known/security.txt is not found. */
  readonly contact?: string;
  /** How many queries may wait for the vault at once. Default 1024. */
  readonly inFlightLimit?: number | undefined;
  /** The wall clock, in milliseconds since 1970. */
  readonly wallClock: () => number;
}

interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Decides which paths the route has, where `path` is wider than that. */
  readonly pattern?: RegExp;
  readonly respond: Responder;
}

/**
 * The public face of a node as a Hono app, with no server around it (PROTOCOL: the exchange, the log, discovery). Every failure is an
 * RFC 9457 problem document with a stable code.
 */
export function createApp(options: AppOptions): Hono {
  const routes = routesOf(options);
  const app = new Hono({ getPath: rawPath });
  for (const { method, path, respond } of routes) app.on(method, path, handlerOf(path, respond, options));
  app.notFound(handlerOf("unmatched", unmatchedResponder(routes), options) as Parameters<Hono["notFound"]>[0]);
  return app;
}

function routesOf(options: AppOptions): readonly Route[] {
  const reference = once(() => loadReference(options.version));
  return [
    { method: "POST", path: "/v1/queries", respond: queryResponder(options.door, options.inFlightLimit) },
    {
      method: "POST",
      path: "/v1/consent-revocations",
      respond: queryResponder(options.door, options.inFlightLimit, "consent-revocation"),
    },
    { method: "POST", path: "/v1/budgets", respond: queryResponder(options.door, options.inFlightLimit, "budget") },
    { method: "POST", path: "/v1/subject-access", respond: queryResponder(options.door, options.inFlightLimit, "subject-access") },
    ...publicFiles.map((kind): Route => ({ method: "GET", ...kind, respond: publicFileResponder(kind, options.publicDir) })),
    { method: "GET", path: "/", respond: pageResponder(() => formatFrontPage(options.name, options.contact !== undefined)) },
    { method: "GET", path: "/docs", respond: pageResponder(async () => (await reference()).page) },
    { method: "GET", path: "/problems/:code", pattern: /^\/problems\/[a-z0-9-]{1,64}$/, respond: pageResponder(formatProblemPage) },
    {
      method: "GET",
      path: "/openapi.json",
      respond: async (_request, headers) => textReply((await reference()).json, "application/json", headers),
    },
    { method: "GET", path: "/.well-known/security.txt", respond: securityTxtResponder(options) },
  ];
}

/** Names the methods of a path that exists (RFC 9110 §15.5.6), and refuses any other path. */
function unmatchedResponder(routes: readonly Route[]): Responder {
  return ({ path }, headers) => {
    const methods = routes.filter((route) => route.pattern?.test(path) ?? route.path === path).map(({ method }) => method);
    if (methods.length === 0) throw new FrostglassError("not-found", "This node has nothing at that path.");
    headers.Allow = methods.map((method) => (method === "GET" ? "GET, HEAD" : method)).join(", ");
    throw new FrostglassError("method-not-allowed", "That path does not take this method.");
  };
}

function pageResponder(format: (path: string) => string | Promise<string>): Responder {
  return async ({ path }, headers) => {
    const page = await format(path);
    headers["Content-Security-Policy"] = await pagePolicy();
    headers["Referrer-Policy"] = "no-referrer";
    return textReply(page, "text/html; charset=utf-8", headers);
  };
}

function securityTxtResponder({ contact, wallClock }: AppOptions): Responder {
  return (_request, headers) => {
    if (contact === undefined) throw new FrostglassError("not-found", "The operator of this node has named no contact.");
    return textReply(formatSecurityTxt(contact, wallClock()), "text/plain; charset=utf-8", headers);
  };
}

function textReply(body: string, contentType: string, headers: ReplyHeaders): Response {
  headers["Content-Type"] = contentType;
  headers["Cache-Control"] = "public, max-age=300";
  return new Response(body, { headers });
}

// Loaded at the first reading: the schema library costs a gateway that only answers queries 100 ms of start and 20 MB.
async function loadReference(version: string): Promise<{ readonly json: string; readonly page: string }> {
  const { openApiDocument } = await import("./openapi.js");
  const { formatReference } = await import("./reference.js");
  const document = openApiDocument(version);
  return { json: JSON.stringify(document), page: formatReference(document) };
}
