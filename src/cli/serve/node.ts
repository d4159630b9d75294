import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { type Home, readNode } from "../../vault/home.js";
import { softwareVersion } from "../version.js";
import { type Child, type LogSink, startChild } from "./child.js";

const vaultEntry = new URL("../../vault/process.js", import.meta.url);
const courierEntry = new URL("../../courier/process.js", import.meta.url);
const gatewayEntry = new URL("../../gateway/process.js", import.meta.url);

/** A running node: the vault and the gateway, each a process of its own. */
export interface RunningNode {
  readonly url: string;
  readonly adminUrl: string;
  /** Of the vault that runs now; it changes when the vault had to be started again. */
  readonly vaultPid: number;
  readonly gatewayPid: number;
  /** Undefined where the home names no witnesses. */
  readonly courierPid: number | undefined;
  /** Lets the gateway answer what is under way, then stops the vault. */
  stop(): Promise<void>;
  /** Resolves when the node ended without being asked to, with the reason. */
  readonly failed: Promise<string>;
}

export interface NodeOptions {
  readonly passphrase: string;
  readonly log: LogSink;
  /** Instead of what node.yaml says; 0 takes a free port. */
  readonly port?: number;
  readonly adminPort?: number;
}

const fatalExit = 70;
const mostRestarts = 5;

/** Starts a home's vault, then its gateway. A vault that stopped after a failed commit is started again, a few times. Throws `process-failed`. */
export async function startNode(home: Home, options: NodeOptions): Promise<RunningNode> {
  const startVault = () => startChild(vaultEntry, [home.dir], options.passphrase, options.log);
  let vault = await startVault();
  const gateway = await startGateway(home, options, vault);
  const courier = await startCourier(home, options, [gateway, vault]);
  const state = { stopping: false };
  const failed = watch(vault, { gateway, courier }, startVault, state, (next) => {
    vault = next;
  });
  return {
    url: String(gateway.ready.url),
    adminUrl: String(gateway.ready.adminUrl),
    get vaultPid() {
      return vault.pid;
    },
    gatewayPid: gateway.pid,
    courierPid: courier?.pid,
    failed,
    stop: async () => {
      state.stopping = true;
      if (courier !== undefined) await stopChild(courier);
      await stopChild(gateway);
      await stopChild(vault);
    },
  };
}

async function startGateway(home: Home, options: NodeOptions, vault: Child): Promise<Child> {
  const { holder, contact, listen } = readNode(home);
  const tls = listen.tls === undefined ? {} : { tls: { cert: inHome(home, listen.tls.certificate), key: inHome(home, listen.tls.key) } };
  const given = {
    publicDir: home.publicDir,
    doorPath: home.doorSocket,
    host: listen.host,
    port: options.port ?? listen.port,
    adminPort: options.adminPort ?? listen.admin_port,
    name: holder,
    version: softwareVersion,
    stopWithStdin: true,
    ...(contact === undefined ? {} : { contact }),
    ...tls,
  };
  try {
    return await startChild(gatewayEntry, [JSON.stringify(given)], "", options.log);
  } catch (thrown) {
    await stopChild(vault);
    throw thrown;
  }
}

/** The courier, where the home names witnesses; without it no checkpoint reaches them. `others` are stopped when it cannot start. */
async function startCourier(home: Home, options: NodeOptions, others: readonly Child[]): Promise<Child | undefined> {
  if (!existsSync(home.witnessesFile)) return undefined;
  const everySeconds = readNode(home).witnessing?.every_seconds ?? 10;
  const given = { publicDir: home.publicDir, doorPath: home.doorSocket, witnesses: readFileSync(home.witnessesFile, "utf8"), everySeconds };
  try {
    return await startChild(courierEntry, [JSON.stringify(given)], "", options.log);
  } catch (thrown) {
    for (const child of others) await stopChild(child);
    throw thrown;
  }
}

function inHome(home: Home, path: string): string {
  return isAbsolute(path) ? path : join(home.dir, path);
}

async function stopChild(child: Child): Promise<void> {
  child.signal("SIGTERM");
  await child.ended;
}

/** Restarts the vault after a failed commit; resolves with the reason when the node cannot go on. */
async function watch(
  vault: Child,
  { gateway, courier }: { readonly gateway: Child; readonly courier: Child | undefined },
  startVault: () => Promise<Child>,
  state: { readonly stopping: boolean },
  replaced: (vault: Child) => void,
): Promise<string> {
  const others = [["gateway", gateway] as const, ...(courier === undefined ? [] : [["courier", courier] as const])];
  const otherEnded = Promise.race(
    others.map(([name, child]) => child.ended.then((code) => `the ${name} ended with code ${code ?? "none"}`)),
  );
  let current = vault;
  for (let restarts = 0; restarts <= mostRestarts; restarts++) {
    const ended = await Promise.race([otherEnded, current.ended]);
    if (state.stopping) return new Promise(() => undefined);
    if (typeof ended === "string") return ended;
    if (ended !== fatalExit) return `the vault ended with code ${ended ?? "none"}`;
    const next = await startVault().catch((thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)));
    if (typeof next === "string") return `the vault could not start again: ${next}`;
    current = next;
    replaced(current);
  }
  return `the vault had to stop ${mostRestarts} times`;
}
