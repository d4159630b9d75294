import { Counter, Registry } from "prom-client";
import { gauge, registerProcessMetrics } from "../http/processMetrics.js";

/** What a witness counts. */
export interface WitnessMetrics {
  readonly registry: Registry;
  /** One request, by how it ended: `cosigned`, `other-size`, `split-view`, or the code of what was wrong with it. */
  count(result: string): void;
}

/** `logs` and `splitViews` are read at each scrape. */
export function createWitnessMetrics(read: { readonly logs: () => number; readonly splitViews: () => number }): WitnessMetrics {
  const registry = new Registry();
  const requests = new Counter({
    name: "frostglass_witness_requests_total",
    help: "add-checkpoint requests by how they ended.",
    labelNames: ["result"],
    registers: [registry],
  });
  gauge(registry, "frostglass_witness_logs", "Log keys on the list.", read.logs);
  gauge(registry, "frostglass_witness_split_views", "Proofs that a log showed two views. Anything but 0 is an alarm.", read.splitViews);
  registerProcessMetrics(registry);
  return { registry, count: (result) => requests.inc({ result }) };
}
