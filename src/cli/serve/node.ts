import { isAbsolute, join } from "node:path";
import { type Home, readNode } from "../../vault/home.js";
import { softwareVersion } from "../version.js";
import { type Child, type LogSink, startChild } from "./child.js";

const vaultEntry = new URL("../../vault/process.js", import.meta.url);
const gatewayEntry = new URL("../../gateway/process.js", import.meta.url);

/** A running node: the vault and the gateway, each a process of its own. */
export interface RunningNode {
  readonly url: string;
  readonly adminUrl: string;
  /** Of the vault that runs now; it changes when the vault had to be started again. */
  readonly vaultPid: number;
  readonly gatewayPid: number;
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
  const state = { stopping: false };
  const failed = watch(vault, gateway, startVault, state, (next) => {
    vault = next;
  });
  return {
    url: String(gateway.ready.url),
    adminUrl: String(gateway.ready.adminUrl),
    get vaultPid() {
      return vault.pid;
    },
    gatewayPid: gateway.pid,
    failed,
    stop: async () => {
      state.stopping = true;
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
  gateway: Child,
  startVault: () => Promise<Child>,
  state: { readonly stopping: boolean },
  replaced: (vault: Child) => void,
): Promise<string> {
  const gatewayEnded = gateway.ended.then((code) => `the gateway ended with code ${code ?? "none"}`);
  let current = vault;
  for (let restarts = 0; restarts <= mostRestarts; restarts++) {
    const ended = await Promise.race([gatewayEnded, current.ended]);
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
