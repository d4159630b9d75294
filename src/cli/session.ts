import type { Command } from "commander";
import type { AdminCommand } from "../vault/administration.js";
import { type AdminSession, openAdminSession } from "../vault/adminSession.js";
import { homeAt, readNode } from "../vault/home.js";
import { type KeyProvider, type Keyring, keyFileProvider } from "../vault/keys/keyring.js";
import type { NodeStatus } from "../vault/nodeStatus.js";
import { passphraseOption, readPassphrase } from "./passphrase.js";
import { realSurroundings } from "./surroundings.js";

/** The options that every verb on a holder's home has. */
export interface HomeOptions {
  readonly home: string;
  readonly passphraseFile?: string;
}

/** A verb on a holder's home, with the options that all of them have. */
export function homeVerb(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .requiredOption("--home <dir>", "the holder's home")
    .option(...passphraseOption);
}

/** The home's private keys, opened with the passphrase. */
export async function loadKeyring(options: HomeOptions): Promise<Keyring> {
  return (await openKeys(options)).load();
}

async function openKeys({ home, passphraseFile }: HomeOptions): Promise<KeyProvider> {
  return keyFileProvider(homeAt(home).keyFile, await readPassphrase(passphraseFile, "Passphrase of the holder's keys: "));
}

/** A change of one of the home's keys. */
type KeyChange = (session: AdminSession, keys: () => Promise<KeyProvider>) => Promise<NodeStatus>;

/** Changes a key of the home, by its running vault if there is one. The passphrase is needed, and asked for once, only when there is none. */
export async function changeKey(options: HomeOptions, change: KeyChange): Promise<NodeStatus> {
  const home = homeAt(options.home);
  readNode(home);
  let opened: Promise<KeyProvider> | undefined;
  const keys = () => {
    opened ??= openKeys(options);
    return opened;
  };
  const session = await openAdminSession(home, async () => (await keys()).load(), realSurroundings);
  try {
    return await change(session, keys);
  } finally {
    await session.close();
  }
}

/** Carries out one act on a home, by its running vault if there is one. The passphrase is needed only when there is none. */
export function administerHome(options: HomeOptions, command: AdminCommand): Promise<NodeStatus> {
  return withSession(options, (session) => session.run(command));
}

/** Opens a session with a home, by its running vault if there is one, and closes it after use. */
export async function withSession<T>(options: HomeOptions, use: (session: AdminSession) => Promise<T>): Promise<T> {
  const home = homeAt(options.home);
  readNode(home);
  const session = await openAdminSession(home, () => loadKeyring(options), realSurroundings);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}
