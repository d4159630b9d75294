import { Hono } from "hono";
import { asFrostglassError } from "../errors/error.js";
import type { Door } from "../http/door.js";
import type { Metrics } from "./metrics.js";

export interface AdminOptions {
  readonly door: Door;
  readonly metrics: Metrics;
  /** True once the gateway has begun to stop. */
  readonly draining: () => boolean;
}

/**
 * The operator's face of the gateway, on a port of its own that the public must not reach. /livez: the process runs. /readyz: it takes
 * queries, and the vault replied to a ping just now. /metrics: Prometheus text.
 */
export function createAdminApp({ door, metrics, draining }: AdminOptions): Hono {
  const app = new Hono();
  app.get("/livez", () => lineReply(200, "alive"));
  app.get("/readyz", async () => {
    const obstacle = draining() ? "draining" : await obstacleAtDoor(door);
    return obstacle === undefined ? lineReply(200, "ready") : lineReply(503, obstacle);
  });
  app.get(
    "/metrics",
    async () => new Response(await metrics.registry.metrics(), { headers: { "Content-Type": metrics.registry.contentType } }),
  );
  app.notFound(() => lineReply(404, "not-found"));
  app.onError(() => lineReply(500, "internal-fault"));
  return app;
}

async function obstacleAtDoor(door: Door): Promise<string | undefined> {
  try {
    const { status } = await door.ask("ping", "");
    return status === 200 ? undefined : `vault-status-${status}`;
  } catch (thrown) {
    return asFrostglassError(thrown)?.code ?? "internal-fault";
  }
}

function lineReply(status: number, line: string): Response {
  return new Response(`${line}\n`, { status, headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" } });
}
