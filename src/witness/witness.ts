import { sha256 } from "#crypto";
import { formatHex } from "../bytes/hex.js";
import { encodeUtf8 } from "../bytes/utf8.js";
import { FrostglassError } from "../errors/error.js";
import { formatSignatureLine } from "../note/signatureLine.js";
import { formatNote } from "../note/signedNote.js";
import { cosignatureType, type Signer, type VerifierKey, verifierKeyOf } from "../note/verifierKey.js";
import { formatTreeSize, parseAddCheckpoint, treeSizeType } from "../tlog/addCheckpoint.js";
import type { SignedCheckpoint } from "../tlog/checkpoint.js";
import { cosign } from "../tlog/cosignature.js";
import { emptyRoot } from "../tlog/merkle.js";
import { judge } from "./judge.js";
import type { CosignedCheckpoint, WitnessStore } from "./witnessStore.js";

/** What goes back for a request that was understood. Everything else is thrown as a coded error. */
export interface WitnessReply {
  readonly status: 200 | 409;
  readonly contentType: string;
  readonly body: string;
  /** How the request ended, for metrics and the log. */
  readonly result: "cosigned" | "other-size" | "split-view";
  readonly origin: string;
}

/** What a witness is made of. The key signs cosignatures and nothing else. */
export interface WitnessParts {
  readonly signer: Signer;
  readonly store: WitnessStore;
  /** The keys trusted for an origin, as the list of logs has them at this moment. */
  readonly keysOf: (origin: string) => readonly VerifierKey[];
  /** Unix seconds. */
  readonly now: () => number;
}

/** A clock that stepped back by no more than this signs its last time again; one that lies further back does not sign. */
const clockStepSeconds = 60;

/**
 * A witness (C2SP tlog-witness): it cosigns a checkpoint when, and only when, it continues the one that it cosigned last for that origin. What it
 * cosigned is durable before the cosignature leaves.
 */
export class Witness {
  readonly verifierKey: VerifierKey;
  readonly #parts: WitnessParts;
  /** Origins by their hash, of all logs that were ever cosigned. */
  readonly #origins: Map<string, string>;

  constructor(parts: WitnessParts) {
    this.#parts = parts;
    this.#origins = new Map(parts.store.all().map(({ origin }) => [originHashOf(origin), origin]));
    this.verifierKey = verifierKeyOf(parts.signer, cosignatureType);
  }

  /**
   * Answers one add-checkpoint request. Runs to its end without a pause, so no other request comes between check and write. Throws what `judge` and
   * `parseAddCheckpoint` throw, `witness-clock-behind` when its clock lies before its last cosignature, and what the store throws: then nothing
   * was cosigned.
   */
  addCheckpoint(body: string): WitnessReply {
    const { store, keysOf } = this.#parts;
    const request = parseAddCheckpoint(body);
    const verdict = judge(request, { keysOf, cosigned: (origin) => store.cosigned(origin) ?? { size: 0, root: emptyRoot() } });
    const { origin } = verdict.kind === "other-size" ? { origin: originOf(request.checkpoint.text) } : verdict.checkpoint;
    if (verdict.kind === "other-size") return conflict(verdict.size, "other-size", origin);
    return verdict.kind === "split-view" ? this.#keepSplitView(verdict.checkpoint) : this.#cosign(verdict.checkpoint);
  }

  /** The last checkpoint cosigned for the origin with this SHA-256 in lower-case hex, with all signatures; undefined where there is none. */
  latest(originHash: string): string | undefined {
    const origin = this.#origins.get(originHash);
    return origin === undefined ? undefined : this.#parts.store.cosigned(origin)?.note;
  }

  #cosign(checkpoint: SignedCheckpoint): WitnessReply {
    const { signer, store, keysOf } = this.#parts;
    const { origin, size, root, note } = checkpoint;
    const last = store.cosigned(origin);
    const time = this.#timeAfter(last);
    const line = cosign(note, time, signer);
    store.keep({ origin, size, root, time, note: cosignedNote(checkpoint, keysOf(origin), line) }, last?.size ?? 0);
    this.#origins.set(originHashOf(origin), origin);
    return { status: 200, contentType: "text/plain; charset=utf-8", body: `${line}\n`, result: "cosigned", origin };
  }

  /** Cosignature times never run backwards: an auditor takes them for the order of events. */
  #timeAfter(last: CosignedCheckpoint | undefined): number {
    const now = this.#parts.now();
    if (last === undefined || now >= last.time) return now;
    if (last.time - now <= clockStepSeconds) return last.time;
    throw new FrostglassError("witness-clock-behind", "The witness's clock lies before its last cosignature; it does not sign.", {
      secondsBehind: last.time - now,
    });
  }

  /** C2SP tlog-witness v1.0.0: same size, another root is a conflict. The two notes together prove that the log showed two views. */
  #keepSplitView({ origin, size, note }: SignedCheckpoint): WitnessReply {
    const { store, now } = this.#parts;
    const cosigned = store.cosigned(origin)?.note ?? "";
    store.keepSplitView({ origin, size, seenAt: now(), cosigned, other: note.full });
    return conflict(size, "split-view", origin);
  }
}

/** What the monitoring endpoint names a log by: SHA-256 of its origin, lower-case hex. */
export function originHashOf(origin: string): string {
  return formatHex(sha256(encodeUtf8(origin)));
}

function originOf(text: string): string {
  return text.slice(0, text.indexOf("\n"));
}

/**
 * The checkpoint with the signatures that were checked and ours. What strangers added is left out: anybody can add lines to a note, and a reader
 * takes only so many.
 */
function cosignedNote({ note }: SignedCheckpoint, logKeys: readonly VerifierKey[], line: string): string {
  const known = note.signatures.filter(({ name, keyId }) => logKeys.some((key) => key.name === name && key.keyId === keyId));
  return formatNote(note.text, [...known.map(formatSignatureLine), line]);
}

function conflict(size: number, result: "other-size" | "split-view", origin: string): WitnessReply {
  return { status: 409, contentType: treeSizeType, body: formatTreeSize(size), result, origin };
}
