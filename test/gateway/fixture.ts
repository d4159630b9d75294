import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hono } from "hono";
import { createApp } from "../../src/gateway/app.js";
import { createMetrics, type Metrics } from "../../src/gateway/metrics.js";
import type { Door } from "../../src/http/door.js";
import { createLog, type LogLevel } from "../../src/http/log.js";

/** A compact JWS by its looks; the gateway looks no further. */
export const jws = "eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJiYW5rLmV4YW1wbGUifQ.c2lnbmF0dXJl";

export interface TestGateway {
  readonly app: Hono;
  readonly metrics: Metrics;
  /** What reached the door, as `verb body`. */
  readonly asked: string[];
  /** The log lines, parsed. */
  readonly lines: Record<string, unknown>[];
  readonly post: (body: BodyInit, headers?: Record<string, string>) => Promise<Response>;
}

/** A gateway app over a door that is a plain object. */
export function testGateway(
  ask: Door["ask"] = async () => ({ status: 200, body: '{"answer":"a.b.c"}' }),
  publicDir = "/nonexistent",
  logLevel: LogLevel = "debug",
): TestGateway {
  const asked: string[] = [];
  const lines: Record<string, unknown>[] = [];
  const metrics = createMetrics({ doorState: () => ({ connected: true, inFlight: 0 }), alarms: async () => undefined });
  const door: Door = {
    ask: (verb, body) => {
      asked.push(`${verb} ${body}`);
      return ask(verb, body);
    },
  };
  let clock = 0;
  const app = createApp({
    door,
    metrics,
    publicDir,
    log: createLog("gateway", logLevel, { write: (line: string) => void lines.push(JSON.parse(line)) }),
    name: "tax.example",
    version: "1.2.3",
    contact: "mailto:security@tax.example",
    secure: false,
    newRequestId: () => "made-here",
    now: () => clock++,
    wallClock: () => Date.UTC(2026, 0, 15, 10, 30),
  });
  const post = async (body: BodyInit, headers: Record<string, string> = {}) =>
    app.request("/v1/queries", { method: "POST", body, headers: { "content-type": "application/jose", ...headers } });
  return { app, metrics, asked, lines, post };
}

export function temporaryDir(): string {
  return mkdtempSync(join(tmpdir(), "frostglass-gateway-"));
}

/** The stable code of a problem document; checks the form that every one of them has (RFC 9457 §3). */
export async function problemCode(response: Response): Promise<string> {
  const document = (await response.json()) as Record<string, unknown>;
  if (response.headers.get("content-type") !== "application/problem+json") throw new Error("not a problem document");
  if (document.status !== response.status) throw new Error("the status inside differs");
  for (const member of ["type", "title", "code"]) if (typeof document[member] !== "string") throw new Error(`no ${member}`);
  return document.code as string;
}
