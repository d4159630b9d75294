import { Counter, Gauge, type Registry } from "prom-client";

/**
 * What every process tells of itself. The library's own process metrics come as one bundle with event-loop and garbage-collection probes, which cost on
 * every request.
 */
export function registerProcessMetrics(registry: Registry): void {
  new Counter({
    name: "process_cpu_seconds_total",
    help: "User and system CPU time of this process, in seconds.",
    registers: [registry],
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  gauge(registry, "process_resident_memory_bytes", "Resident memory, in bytes.", () => process.memoryUsage.rss());
  gauge(registry, "process_start_time_seconds", "Start of the process, Unix seconds.", () =>
    Math.round(Date.now() / 1000 - process.uptime()),
  );
}

/** A value that is read at each scrape. */
export function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
