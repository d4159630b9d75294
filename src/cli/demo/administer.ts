import { readKeyFile } from "../../crypto/keyFile.js";
import { type AdminSession, openAdminSession } from "../../vault/adminSession.js";
import { type Keyring, parseKeyring } from "../../vault/keys/keyring.js";
import { realSurroundings } from "../surroundings.js";
import type { Holder } from "./federation.js";

/** Opens a holder's home for administration, lets `act` do its work, and closes it again whatever comes. */
export async function administer<T>(
  { home, passphrase }: Holder,
  act: (session: AdminSession, keyring: Keyring) => Promise<T>,
): Promise<T> {
  const keyring = parseKeyring(await readKeyFile(home.keyFile, passphrase));
  const session = await openAdminSession(home, async () => keyring, realSurroundings);
  try {
    return await act(session, keyring);
  } finally {
    await session.close();
  }
}
