import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatNote, parseNote, signNote } from "../../src/note/signedNote.js";
import { type Signer, verifierKeyOf } from "../../src/note/verifierKey.js";
import { formatAddCheckpoint } from "../../src/tlog/addCheckpoint.js";
import { formatCheckpoint } from "../../src/tlog/checkpoint.js";
import { leafHash, proveConsistency, rootOf, type Subtree } from "../../src/tlog/merkle.js";
import { Witness } from "../../src/witness/witness.js";
import { openWitnessStore, type WitnessStore } from "../../src/witness/witnessStore.js";
import { log, otherLog, signerOf } from "../tlog/federation.js";

/** A log that can be asked for its checkpoint and its proofs at any size; `salt` makes another log with the same name. */
export class GrowingLog {
  readonly signer: Signer;
  readonly #leaves: readonly Uint8Array[];

  constructor(signer: Signer, salt = "", sameUpTo = 0, length = 300) {
    this.signer = signer;
    this.#leaves = Array.from({ length }, (_, i) => leafHash(Buffer.from(i < sameUpTo ? `entry ${i}` : `entry ${i}${salt}`)));
  }

  #hash = ({ level, index }: Subtree): Uint8Array => rootOf(this.#leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));

  root(size: number): Uint8Array {
    return rootOf(this.#leaves.slice(0, size));
  }

  checkpoint(size: number, signers: readonly Signer[] = [this.signer]): string {
    const text = formatCheckpoint({ origin: this.signer.name, size, root: this.root(size) });
    return formatNote(
      text,
      signers.map((signer) => signNote(text, signer)),
    );
  }

  proof(oldSize: number, size: number): readonly Uint8Array[] {
    return oldSize === 0 || oldSize === size ? [] : proveConsistency(oldSize, size, this.#hash);
  }

  request(oldSize: number, size: number): string {
    return formatAddCheckpoint({ oldSize, proof: this.proof(oldSize, size), checkpoint: parseNote(this.checkpoint(size)) });
  }
}

export const witnessSigner = signerOf("witness.example", 40);
export const strangerSigner = signerOf("stranger.example", 41);

/** A witness over a store in a folder of its own, which knows the two logs of the federation. Its clock stands where it is put. */
export interface Stand {
  readonly dir: string;
  readonly store: WitnessStore;
  readonly witness: Witness;
  readonly clock: { now: number };
  remove(): void;
}

export function makeStand(wrap: (store: WitnessStore) => WitnessStore = (store) => store): Stand {
  const dir = mkdtempSync(join(tmpdir(), "frostglass-witness-"));
  const stand = openStand(dir, wrap);
  return {
    ...stand,
    remove: () => {
      stand.store.close();
      rmSync(dir, { recursive: true });
    },
  };
}

/** Opens the witness of a folder anew, as a start after a crash does. */
export function openStand(dir: string, wrap: (store: WitnessStore) => WitnessStore = (store) => store): Omit<Stand, "remove"> {
  const store = wrap(openWitnessStore(join(dir, "witness.db")));
  const clock = { now: 1_700_000_000 };
  const keys = [log, otherLog].map((signer) => verifierKeyOf(signer));
  const keysOf = (origin: string) => keys.filter(({ name }) => name === origin);
  return { dir, store, clock, witness: new Witness({ signer: witnessSigner, store, keysOf, now: () => clock.now }) };
}
