import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createHttpsServer, Server as HttpsServer } from "node:https";
import { getRequestListener, RequestError } from "@hono/node-server";
import type { Hono } from "hono";
import { FrostglassError } from "../errors/error.js";
import { problemOf } from "../wire/problem.js";
import { problemReply } from "./problemReply.js";

/** Paths of a certificate chain and its private key, both PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

export interface ListenerOptions {
  readonly app: Hono;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly tls?: TlsFiles;
  /** Connections at once; further ones are closed as they come. */
  readonly connectionLimit: number;
  /** How long a caller may take over its headers, and over the whole request, in milliseconds. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
}

/** A listening HTTP server. */
export interface Listener {
  readonly url: string;
  readonly port: number;
  /** Reads the certificate files again, for new connections. Throws, and changes nothing, when they cannot be used. */
  reloadTls(): void;
  /** Stops accepting, lets what is under way finish for at most `drainMs`, and closes. */
  close(drainMs: number): Promise<void>;
}

/** Listens, and resolves when connections are accepted. Rejects when the port cannot be had or the certificate cannot be used. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const { tls, host } = options;
  const server = createServer(options);
  server.maxConnections = options.connectionLimit;
  // A caller that reads nothing is let go as well.
  server.setTimeout(2 * options.requestTimeoutMs);
  const port = await bind(server, host, options.port);
  return {
    port,
    url: `${tls === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${port}`,
    reloadTls: () => {
      if (tls !== undefined && server instanceof HttpsServer) server.setSecureContext(readTls(tls));
    },
    close: (drainMs) => drain(server, drainMs),
  };
}

function createServer(options: ListenerOptions): Server {
  const respond = getRequestListener(options.app.fetch, { errorHandler: malformedReply });
  const limits = {
    headersTimeout: options.headersTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    // How often the two are looked at. The default of 30 s would let a slow caller hold its connection that much longer.
    connectionsCheckingInterval: Math.max(50, Math.min(1000, options.headersTimeoutMs / 4)),
    keepAliveTimeout: 65_000,
    maxHeaderSize: 16_384,
  };
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    // A reply that cannot be written ends its own connection and nothing else.
    respond(incoming, outgoing).catch(() => outgoing.destroy());
  };
  return options.tls === undefined
    ? createHttpServer(limits, listener)
    : createHttpsServer({ ...limits, ...readTls(options.tls) }, listener);
}

/** The adapter's own refusals come before the app: the app itself never throws. */
function malformedReply(thrown: unknown): Response {
  const refused = thrown instanceof RequestError ? new FrostglassError("request-malformed", "The request is not well-formed.") : thrown;
  return problemReply(problemOf(refused), {});
}

function readTls({ cert, key }: TlsFiles) {
  return { cert: readFileSync(cert), key: readFileSync(key), minVersion: "TLSv1.2" as const };
}

function bind(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function drain(server: Server, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    // A kept-alive connection becomes idle when its last reply is out, which is after `close` has looked for idle ones.
    const sweep = setInterval(() => server.closeIdleConnections(), 20);
    const end = setTimeout(() => server.closeAllConnections(), drainMs);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(end);
      resolve();
    });
  });
}
