import { Counter, Histogram, Registry } from "prom-client";
import { gauge, registerProcessMetrics } from "../http/processMetrics.js";

const secondsBounds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const statusClasses = ["1xx", "2xx", "3xx", "4xx", "5xx"] as const;

/** Counts one reply of a route. `seconds` is from the first header read to the reply being ready. */
type CountReply = (status: number, seconds: number) => void;

/** What the gateway counts. Labels are route names and status classes, from closed lists: nothing of a query or an answer. */
export interface Metrics {
  readonly registry: Registry;
  /** Requests being answered now. */
  inFlight: number;
  /** A counter for one route; made once, since resolving labels costs more than counting. */
  routeCounter(route: string): CountReply;
}

/** Where metrics come from that the gateway does not count itself; read at each scrape. */
export interface MetricSources {
  readonly doorState: () => { readonly connected: boolean; readonly inFlight: number };
  /** The vault's alarms since its start, by code; undefined when it does not reply. */
  readonly alarms: () => Promise<Readonly<Record<string, number>> | undefined>;
}

/** A fresh set of metrics in its own registry. */
export function createMetrics({ doorState, alarms }: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: "frostglass_gateway_requests_total",
    help: "Replies by route and status class.",
    labelNames: ["route", "status"],
    registers,
  });
  const seconds = new Histogram({
    name: "frostglass_gateway_request_seconds",
    help: "Time to a reply, by route.",
    labelNames: ["route"],
    buckets: secondsBounds,
    registers,
  });
  const metrics: Metrics = { registry, inFlight: 0, routeCounter: (route) => routeCounter(requests, seconds, route) };
  gauge(registry, "frostglass_gateway_in_flight", "Requests being answered now.", () => metrics.inFlight);
  gauge(registry, "frostglass_gateway_door_connected", "1 while the vault's socket is open.", () => (doorState().connected ? 1 : 0));
  gauge(registry, "frostglass_gateway_door_in_flight", "Requests waiting for the vault.", () => doorState().inFlight);
  alarmCounter(registry, alarms);
  registerProcessMetrics(registry);
  return metrics;
}

/** Starts anew with the vault, as counters do. While the vault does not reply, the last counts stay. */
function alarmCounter(registry: Registry, alarms: MetricSources["alarms"]): void {
  new Counter({
    name: "frostglass_vault_alarms_total",
    help: "What the operator must look into: acts that should not have been tried, wrong replays, probing; by code.",
    labelNames: ["code"],
    registers: [registry],
    async collect() {
      const counts = await alarms();
      if (counts === undefined) return;
      this.reset();
      for (const [code, count] of Object.entries(counts)) this.inc({ code }, count);
    },
  });
}

function routeCounter(requests: Counter<"route" | "status">, seconds: Histogram<"route">, route: string): CountReply {
  const byClass = statusClasses.map((status) => requests.labels(route, status));
  const latency = seconds.labels(route);
  return (status, elapsed) => {
    byClass[Math.floor(status / 100) - 1]?.inc();
    latency.observe(elapsed);
  };
}
