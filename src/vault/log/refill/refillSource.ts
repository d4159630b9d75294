import { equalBytes } from "../../../bytes/bytes.js";
import { FrostglassError } from "../../../errors/error.js";
import { parseNote } from "../../../note/signedNote.js";
import type { Head } from "../../../store/store.js";
import { parseCheckpoint, type SignedCheckpoint, verifyCheckpoint } from "../../../tlog/checkpoint.js";
import { verifyCosignatures } from "../../../tlog/cosignature.js";
import { quorumReached } from "../../../tlog/quorum.js";
import { fullWidth } from "../../../tlog/tile.js";
import { TileReader } from "../../../tlog/tileReader.js";
import type { Home } from "../../home.js";
import { readNode } from "../../home.js";
import { type Keyring, logKeysOf } from "../../keys/keyring.js";
import { verifiersOf } from "../sequencer.js";
import { readWitnessingPlan } from "../witnessing.js";

/** A published copy of the log: an auditor's mirror, a web server's copy, or the node's own `public/`. */
export interface PublishedCopy {
  /** Its `checkpoint`. */
  readonly checkpoint: string;
  /** Reads a file by its path below the log's prefix; undefined where it is not there. */
  readonly read: (path: string) => Promise<Uint8Array | undefined>;
}

/** The entries that a copy has beyond this home's head, each traced to a checkpoint that this log signed and its witnesses cosigned. */
export class RefillSource {
  /** The home's size, and the copy's. */
  readonly from: number;
  readonly to: number;
  readonly #reader: TileReader;

  private constructor(from: number, to: number, reader: TileReader) {
    this.from = from;
    this.to = to;
    this.#reader = reader;
  }

  /**
   * Throws `refill-not-witnessed`, `refill-not-ahead`, `refill-other-log` where the copy does not continue the head, and what `verifyCheckpoint` and
   * `TileReader` throw.
   */
  static async open(home: Home, keyring: Keyring, head: Head, copy: PublishedCopy): Promise<RefillSource> {
    const checkpoint = trustedCheckpoint(home, keyring, copy.checkpoint);
    const facts = { home: head.size, copy: checkpoint.size };
    if (checkpoint.size <= head.size) throw new FrostglassError("refill-not-ahead", "The copy has no entry that this home lacks.", facts);
    const reader = await TileReader.open(checkpoint, copy.read);
    const own = parseCheckpoint(parseNote(head.checkpoint).text);
    if (equalBytes(await reader.rootAt(head.size), own.root)) return new RefillSource(head.size, checkpoint.size, reader);
    throw new FrostglassError("refill-other-log", "The copy does not continue the log of this home.", facts);
  }

  /** The entries in order. Each call reads the copy anew. */
  async *entries(): AsyncGenerator<{ readonly position: number; readonly bytes: Uint8Array }> {
    for (let bundle = Math.floor(this.from / fullWidth); bundle * fullWidth < this.to; bundle++)
      for (const [i, bytes] of (await this.#reader.entries(bundle)).entries())
        if (bundle * fullWidth + i >= this.from) yield { position: bundle * fullWidth + i, bytes };
  }
}

function trustedCheckpoint(home: Home, keyring: Keyring, text: string): SignedCheckpoint {
  const node = readNode(home);
  const logKeys = verifiersOf(node.holder, logKeysOf(keyring));
  const checkpoint = verifyCheckpoint(parseNote(text), logKeys);
  const witnesses = readWitnessingPlan(home, node, logKeys)?.policy;
  if (witnesses === undefined) return checkpoint;
  const cosigned = verifyCosignatures(
    checkpoint.note,
    witnesses.witnesses.map(({ key }) => key),
  );
  const names = witnesses.witnesses.filter(({ key }) => cosigned.some((each) => each.key === key)).map(({ name }) => name);
  if (quorumReached(witnesses, names)) return checkpoint;
  throw new FrostglassError("refill-not-witnessed", "The quorum of this home's witnesses has not cosigned the copy's checkpoint.");
}
