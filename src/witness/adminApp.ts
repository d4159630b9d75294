import { Hono } from "hono";
import type { WitnessMetrics } from "./metrics.js";

/** The operator's face of a witness, on a port of its own: /livez, /readyz (503 once it has begun to stop) and /metrics (Prometheus text). */
export function createWitnessAdminApp(metrics: WitnessMetrics, draining: () => boolean): Hono {
  const app = new Hono();
  app.get("/livez", ({ text }) => text("alive\n"));
  app.get("/readyz", ({ text }) => (draining() ? text("draining\n", 503) : text("ready\n")));
  app.get(
    "/metrics",
    async () => new Response(await metrics.registry.metrics(), { headers: { "Content-Type": metrics.registry.contentType } }),
  );
  return app;
}
