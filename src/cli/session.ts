import type { Command } from "commander";
import type { AdminCommand } from "../vault/administration.js";
import { openAdminSession } from "../vault/adminSession.js";
import { homeAt, readNode } from "../vault/home.js";
import { type Keyring, keyFileProvider } from "../vault/keyring.js";
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
export async function loadKeyring({ home, passphraseFile }: HomeOptions): Promise<Keyring> {
  const { keyFile } = homeAt(home);
  return keyFileProvider(keyFile, await readPassphrase(passphraseFile, "Passphrase of the holder's keys: ")).load();
}

/** Carries out one act on a home, by its running vault if there is one. The passphrase is needed only when there is none. */
export async function administerHome(options: HomeOptions, command: AdminCommand): Promise<NodeStatus> {
  const home = homeAt(options.home);
  readNode(home);
  const session = await openAdminSession(home, () => loadKeyring(options), realSurroundings);
  try {
    return await session.run(command);
  } finally {
    await session.close();
  }
}
