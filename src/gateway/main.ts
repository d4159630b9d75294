import type { Hono } from "hono";
import { DoorClient } from "../http/doorClient.js";
import { type Listener, listen, type TlsFiles } from "../http/listener.js";
import { createLog, type Log, type LogLevel } from "../http/log.js";
import { once } from "../http/once.js";
import { createAdminApp } from "./adminApp.js";
import { readAlarms } from "./alarms.js";
import { type AppOptions, createApp } from "./app.js";
import { createMetrics } from "./metrics.js";

/** How a gateway is set up. Paths are absolute, or relative to the working directory. */
export interface GatewayOptions {
  /** What the vault publishes: checkpoint, tiles, keys, catalogue. */
  readonly publicDir: string;
  /** The vault's Unix socket. */
  readonly doorPath: string;
  readonly host: string;
  /** 0 takes any free port; so for `adminPort`. */
  readonly port: number;
  readonly adminPort: number;
  /** Where the admin port listens. Default 127.0.0.1: it must not be open to the public. */
  readonly adminHost?: string;
  readonly tls?: TlsFiles;
  /** The holder's name, for the front page. Default "Frostglass". */
  readonly name?: string;
  /** Whom to tell about a weakness, as a URI, for security.txt. */
  readonly contact?: string;
  /** The software's version, for the OpenAPI document. Default "0". */
  readonly version?: string;
  /** Default "info": start, stop, loss of the vault, and failures. */
  readonly logLevel?: LogLevel;
  /** Queries that may wait for the vault at once. Default 1024. */
  readonly inFlightLimit?: number;
  /** How long a query waits for the vault, in milliseconds. Default 15 000. */
  readonly doorTimeoutMs?: number;
  /** Connections at once. Default 4096. */
  readonly connectionLimit?: number;
  /** How long a caller may take over its headers and over a whole request, in milliseconds. Default 10 000 and 20 000. */
  readonly headersTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  /** How long requests under way may take once the gateway stops, in milliseconds. Default 10 000. */
  readonly drainMs?: number;
}

/** A running gateway. */
export interface Gateway {
  readonly url: string;
  readonly port: number;
  readonly adminUrl: string;
  /** Takes the TLS certificate from its files again; the old one stays in force when they cannot be used. */
  reload(): void;
  /** Stops accepting, answers what is under way, and resolves when both ports are closed. A second call waits for the first. */
  close(): Promise<void>;
}

/** Starts a gateway and resolves when it accepts connections; the vault may come later. Rejects when a port cannot be had. */
export async function startGateway(options: GatewayOptions, log: Log = createLog("gateway", options.logLevel ?? "info")): Promise<Gateway> {
  const door = openDoor(options, log);
  try {
    return await openFaces(options, door, log);
  } catch (thrown) {
    door.close();
    throw thrown;
  }
}

async function openFaces(options: GatewayOptions, door: DoorClient, log: Log): Promise<Gateway> {
  const metrics = createMetrics({ doorState: () => door, alarms: () => readAlarms(door) });
  const state = { draining: false };
  const limits = listenerLimits(options);
  const app = createApp({ ...surroundings(options), door, metrics, log });
  const face = await listen({ ...limits, app, host: options.host, port: options.port, ...(options.tls && { tls: options.tls }) });
  const admin = await openAdmin(options, createAdminApp({ door, metrics, draining: () => state.draining }), face);
  log.info({ host: options.host, port: face.port, adminPort: admin.port }, "gateway started");
  const close = once(async () => {
    state.draining = true;
    log.info({ inFlight: metrics.inFlight }, "gateway stopping");
    await face.close(options.drainMs ?? 10_000);
    door.close();
    await admin.close(0);
    log.info("gateway stopped");
  });
  return { url: face.url, port: face.port, adminUrl: admin.url, reload: () => reload(face, log), close };
}

async function openAdmin(options: GatewayOptions, app: Hono, face: Listener): Promise<Listener> {
  try {
    return await listen({ ...listenerLimits(options), app, host: options.adminHost ?? "127.0.0.1", port: options.adminPort });
  } catch (thrown) {
    await face.close(0);
    throw thrown;
  }
}

function openDoor(options: GatewayOptions, log: Log): DoorClient {
  return new DoorClient({
    path: options.doorPath,
    ...(options.inFlightLimit !== undefined && { inFlightLimit: options.inFlightLimit }),
    ...(options.doorTimeoutMs !== undefined && { timeoutMs: options.doorTimeoutMs }),
    onChange: (connected, reason) => (connected ? log.info("vault connected") : log.warn({ reason }, "vault not connected")),
  });
}

function surroundings(options: GatewayOptions): Omit<AppOptions, "door" | "metrics" | "log"> {
  return {
    publicDir: options.publicDir,
    inFlightLimit: options.inFlightLimit,
    name: options.name ?? "Frostglass",
    version: options.version ?? "0",
    ...(options.contact !== undefined && { contact: options.contact }),
    secure: options.tls !== undefined,
    newRequestId: () => crypto.randomUUID(),
    now: () => performance.now(),
    wallClock: () => Date.now(),
  };
}

function listenerLimits(options: GatewayOptions) {
  return {
    connectionLimit: options.connectionLimit ?? 4096,
    headersTimeoutMs: options.headersTimeoutMs ?? 10_000,
    requestTimeoutMs: options.requestTimeoutMs ?? 20_000,
  };
}

function reload(face: Listener, log: Log): void {
  try {
    face.reloadTls();
    log.info("certificates read again");
  } catch (thrown) {
    log.error({ fault: thrown instanceof Error ? thrown.name : "unknown" }, "the certificates cannot be used; the old ones stay in force");
  }
}
