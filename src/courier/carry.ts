import { sha256 } from "#crypto";
import { formatHex } from "../bytes/hex.js";
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.js";
import { asFrostglassError } from "../errors/error.js";
import { type Fetch, type Network, request } from "../evidence/network.js";
import type { PublishedFiles } from "../evidence/publishedFiles.js";
import { formatSignatureLine } from "../note/signatureLine.js";
import { type Note, parseNote } from "../note/signedNote.js";
import { decodeTimestamped } from "../note/timestampedSignature.js";
import { formatAddCheckpoint, parseCosignatures, parseTreeSize } from "../tlog/addCheckpoint.js";
import { type Checkpoint, parseCheckpoint } from "../tlog/checkpoint.js";
import type { PolicyWitness } from "../tlog/policy.js";
import { TileReader } from "../tlog/tileReader.js";

/** What one witness replied, in the words of the vault's `cosignatures` verb. */
export interface Carried {
  readonly name: string;
  readonly result: "cosigned" | "behind" | "refused" | "unreachable" | "split-view";
  readonly size?: number;
  /** The witness's own signature line, or with `split-view` the checkpoint that it has; empty otherwise. */
  readonly text: string;
}

/** One round: the checkpoint that was carried, and what came back. */
export interface Round {
  readonly checkpoint: string;
  readonly witnesses: readonly Carried[];
}

export interface CourierParts {
  /** What the vault publishes. */
  readonly files: PublishedFiles;
  readonly witnesses: readonly PolicyWitness[];
  readonly fetch: Fetch;
  /** How long one request may take, in milliseconds: all witnesses wait for the slowest. */
  readonly patience: number;
}

/** The longest reply that is read, in bytes: a few signature lines, or a checkpoint. */
const longestReply = 1 << 16;
/**
 * The longest checkpoint that is handed on as proof of a split view, in bytes: room for twenty signatures. A round goes to the vault as one line of limited length, so what one
 * witness says must not crowd out what the others do.
 */
const longestProof = 4096;

/**
 * Carries the newest checkpoint to all witnesses at once. It remembers what each cosigned last, and learns it anew from a 409. A witness without a URL
 * is reported as unreachable.
 */
export class Courier {
  readonly #parts: CourierParts;
  /** By name, the size that the witness cosigned last. */
  readonly #sizes = new Map<string, number>();

  constructor(parts: CourierParts) {
    this.#parts = parts;
  }

  /** Throws when the published files cannot be read; what a witness does wrong is in the round. */
  async carry(): Promise<Round> {
    const { files, witnesses } = this.#parts;
    const full = await files.text("checkpoint.next");
    const note = parseNote(full);
    const tree = parseCheckpoint(note.text);
    const reader = await TileReader.open(tree, files.bytes);
    const carried = witnesses.map((witness) => this.#carryTo(witness, note, tree, reader));
    return { checkpoint: full, witnesses: await Promise.all(carried) };
  }

  async #carryTo(witness: PolicyWitness, note: Note, tree: Checkpoint, reader: TileReader): Promise<Carried> {
    try {
      const first = await this.#submit(witness, note, tree, reader);
      return first ?? (await this.#submit(witness, note, tree, reader)) ?? { name: witness.name, result: "refused", text: "" };
    } catch (thrown) {
      if (asFrostglassError(thrown) === undefined) throw thrown;
      return { name: witness.name, result: asFrostglassError(thrown, "node-unreachable") ? "unreachable" : "refused", text: "" };
    }
  }

  /** One submission; undefined when the witness told another last size, which is known now, so that it can be tried again. */
  async #submit({ name, key, url }: PolicyWitness, note: Note, tree: Checkpoint, reader: TileReader): Promise<Carried | undefined> {
    if (url === undefined) return { name, result: "unreachable", text: "" };
    const oldSize = this.#sizes.get(name) ?? 0;
    const proof = oldSize === 0 || oldSize === tree.size ? [] : await reader.proveConsistency(oldSize);
    const init = { method: "POST", body: formatAddCheckpoint({ oldSize, proof, checkpoint: note }), redirect: "error" } as const;
    const { status, body } = await request(this.#network(), `${slashless(url)}/add-checkpoint`, init, longestReply);
    if (status === 200) {
      this.#sizes.set(name, tree.size);
      return cosignedBy(name, key, decodeUtf8(body));
    }
    if (status === 409) return this.#conflict(name, url, tree, oldSize, parseTreeSize(decodeUtf8(body)));
    // The witness cosigned a tree that ours does not continue; by the later text of C2SP tlog-witness also the same size with another root.
    if (status === 422) return this.#splitView(name, url, tree);
    return { name, result: "refused", text: "" };
  }

  async #conflict(name: string, url: string, tree: Checkpoint, oldSize: number, size: number): Promise<Carried | undefined> {
    if (size > tree.size) return { name, result: "behind", size, text: "" };
    if (size === oldSize) return this.#splitView(name, url, tree);
    this.#sizes.set(name, size);
    return undefined;
  }

  /** The witness has another tree: its checkpoint, signed by the log itself, is the proof. */
  async #splitView(name: string, url: string, tree: Checkpoint): Promise<Carried> {
    const path = `${formatHex(sha256(encodeUtf8(tree.origin)))}/checkpoint`;
    const init = { method: "GET", redirect: "error" } as const;
    const { status, body } = await request(this.#network(), `${slashless(url)}/${path}`, init, longestProof);
    return status === 200 ? { name, result: "split-view", text: parseNote(decodeUtf8(body)).full } : { name, result: "refused", text: "" };
  }

  /** One try: the next round comes soon. */
  #network(): Network {
    return { fetch: this.#parts.fetch, sleep: async () => undefined, attempts: 1, timeout: this.#parts.patience };
  }
}

/** Of what a witness replied, the line of its own key alone (C2SP tlog-witness: others are passed over). Throws as `parseCosignatures` does. */
function cosignedBy(name: string, { name: keyName, keyId }: PolicyWitness["key"], reply: string): Carried {
  const own = parseCosignatures(reply).find((each) => each.name === keyName && each.keyId === keyId);
  if (own === undefined || decodeTimestamped(own.signature) === undefined) return { name, result: "refused", text: "" };
  return { name, result: "cosigned", text: `${formatSignatureLine(own)}\n` };
}

function slashless(url: string): string {
  return url.endsWith("/") ? url.slice(0, -1) : url;
}
