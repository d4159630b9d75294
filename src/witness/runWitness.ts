import { isAbsolute, join } from "node:path";
import type { Hono } from "hono";
import { type Listener, listen } from "../http/listener.js";
import type { Log } from "../http/log.js";
import { once } from "../http/once.js";
import type { Signer } from "../note/verifierKey.js";
import { createWitnessAdminApp } from "./adminApp.js";
import { createWitnessApp } from "./app.js";
import { readWitness, type WitnessHome } from "./home.js";
import { LogList } from "./logList.js";
import { createWitnessMetrics } from "./metrics.js";
import { Witness } from "./witness.js";
import { openWitnessStore, type WitnessStore } from "./witnessStore.js";

export interface RunningWitness {
  readonly url: string;
  readonly adminUrl: string;
  readonly witness: Witness;
  /** Stops accepting, answers what is under way, and gives the home back. */
  close(): Promise<void>;
}

export interface WitnessOptions {
  readonly signer: Signer;
  readonly log: Log;
  /** Unix seconds. */
  readonly now: () => number;
  /** Instead of what witness.yaml says; 0 takes a free port. */
  readonly port?: number;
  readonly adminPort?: number;
}

/** Runs the witness of a home. Throws `witness-home-missing`, `witness-invalid`, `home-in-use`, what the log list throws, or when a port cannot be had. */
export async function runWitness(home: WitnessHome, options: WitnessOptions): Promise<RunningWitness> {
  const store = openWitnessStore(home.database);
  try {
    return await serve(home, store, options);
  } catch (thrown) {
    store.close();
    throw thrown;
  }
}

async function serve(home: WitnessHome, store: WitnessStore, { signer, log, now, ...ports }: WitnessOptions): Promise<RunningWitness> {
  const { listen: address } = readWitness(home);
  const logs = new LogList(home.logsFile, (thrown) =>
    log.error(
      { fault: thrown instanceof Error ? thrown.name : "unknown" },
      "the list of logs cannot be read; the last good one stays in force",
    ),
  );
  const witness = new Witness({ signer, store, keysOf: (origin) => logs.keysOf(origin), now });
  const metrics = createWitnessMetrics({ logs: () => logs.size, splitViews: () => store.splitViews().length });
  const state = { draining: false };
  const tls = address.tls === undefined ? {} : { tls: { cert: inHome(home, address.tls.certificate), key: inHome(home, address.tls.key) } };
  const face = await open(createWitnessApp({ witness, metrics, log }), address.host, ports.port ?? address.port, tls);
  const admin = await openAdmin(
    createWitnessAdminApp(metrics, () => state.draining),
    ports.adminPort ?? address.admin_port,
    face,
  );
  log.info({ port: face.port, logs: logs.size }, "witness started");
  const close = once(async () => {
    state.draining = true;
    await face.close(10_000);
    await admin.close(0);
    store.close();
    log.info("witness stopped");
  });
  return { url: face.url, adminUrl: admin.url, witness, close };
}

function open(app: Hono, host: string, port: number, tls: object): Promise<Listener> {
  return listen({ app, host, port, connectionLimit: 1024, headersTimeoutMs: 10_000, requestTimeoutMs: 20_000, ...tls });
}

async function openAdmin(app: Hono, port: number, face: Listener): Promise<Listener> {
  try {
    return await open(app, "127.0.0.1", port, {});
  } catch (thrown) {
    await face.close(0);
    throw thrown;
  }
}

function inHome({ dir }: WitnessHome, path: string): string {
  return isAbsolute(path) ? path : join(dir, path);
}
