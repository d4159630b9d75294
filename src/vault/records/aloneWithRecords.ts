import { asFrostglassError, FrostglassError } from "../../errors/error.js";
import { type Lock, takeLock } from "../../store/lock.js";
import type { Home } from "../home.js";
import { isTesting } from "../testing/testComputation.js";
import type { Vault } from "../vault.js";

/** Runs an act that takes records away, while nothing else reads them for longer than a turn. Throws `import-running` and `test-running`. */
export function aloneWithRecords(vault: Vault, act: () => void): void {
  if (isTesting(vault)) throw new FrostglassError("test-running", "A test of a computation reads the records.");
  const lock = lockOutImports(vault.state.home);
  try {
    act();
  } finally {
    lock.release();
  }
}

function lockOutImports({ importLock }: Home): Lock {
  try {
    return takeLock(importLock, "an import");
  } catch (cause) {
    if (asFrostglassError(cause, "home-in-use") === undefined) throw cause;
    throw new FrostglassError(
      "import-running",
      "An import or a backup is under way, which may read the records or add to them.",
      {},
      { cause },
    );
  }
}
