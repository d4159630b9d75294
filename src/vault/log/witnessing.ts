import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { equalBytes } from "../../bytes/bytes.js";
import { asFrostglassError, FrostglassError } from "../../errors/error.js";
import { addSignature, type Note, parseNote } from "../../note/signedNote.js";
import type { VerifierKey } from "../../note/verifierKey.js";
import { verifyCheckpoint } from "../../tlog/checkpoint.js";
import { verifyCosignatures } from "../../tlog/cosignature.js";
import { type Policy, type PolicyWitness, parsePolicy } from "../../tlog/policy.js";
import { quorumReached, refuseOwnerQuorum } from "../../tlog/quorum.js";
import { parseStrictJson } from "../../wire/strictJson.js";
import type { Home, NodeConfiguration } from "../home.js";

/*
 * The vault's side of witnessing. It never touches the network: the courier carries published checkpoints to the witnesses and brings back what they
 * reply. Whatever the courier says, each cosignature is verified here. A courier that lies or is silent can only stop the node, never make it go on.
 */

/** Who cosigns, how often, and for how long the node answers without them. */
export interface WitnessingPlan {
  readonly policy: Policy;
  readonly everySeconds: number;
  readonly warnAfterSeconds: number;
  readonly stopAfterSeconds: number;
}

const usual = { every_seconds: 10, warn_after_seconds: 60, stop_after_seconds: 300 };

/**
 * The plan of a home, or undefined where it names no witnesses. Throws what `parsePolicy` throws, `policy-quorum-none`, and `policy-owner-quorum` where
 * witnesses under the holder's own name or keys fill the quorum.
 */
export function readWitnessingPlan(home: Home, node: NodeConfiguration, logKeys: readonly VerifierKey[]): WitnessingPlan | undefined {
  if (!existsSync(home.witnessesFile)) return undefined;
  const policy = parsePolicy(readFileSync(home.witnessesFile, "utf8"));
  const own = policy.witnesses.filter(({ key }) => isOwnName(key.name, node.holder)).map(({ key }) => key);
  refuseOwnerQuorum(policy, [...logKeys, ...own]);
  const { every_seconds, warn_after_seconds, stop_after_seconds } = node.witnessing ?? usual;
  return { policy, everySeconds: every_seconds, warnAfterSeconds: warn_after_seconds, stopAfterSeconds: stop_after_seconds };
}

/** `tax.example`, `tax.example/w1` and `w1.tax.example` belong to the holder tax.example. */
function isOwnName(witness: string, holder: string): boolean {
  return witness === holder || witness.startsWith(`${holder}/`) || witness.endsWith(`.${holder}`);
}

const reportShape = z.strictObject({
  checkpoint: z.string().max(1 << 16),
  witnesses: z
    .array(
      z.strictObject({
        name: z.string().max(255),
        result: z.enum(["cosigned", "behind", "refused", "unreachable", "split-view"]),
        /** The size that the witness cosigned last, where it said so. */
        size: z.int().min(0).optional(),
        /** Its signature lines, or, with `split-view`, the checkpoint that it has instead. */
        text: z.string().max(1 << 16),
      }),
    )
    .max(256),
});

/** What the courier brings back from one round; JSON on one line. */
export type CourierReport = z.infer<typeof reportShape>;
type WitnessReport = CourierReport["witnesses"][number];

/** What an operator sees of one witness. */
export interface WitnessStatus {
  readonly name: string;
  readonly result: WitnessReport["result"] | "stale" | "not-asked-yet";
  /** Seconds since its last good cosignature; undefined where there was none since the start. */
  readonly secondsAgo: number | undefined;
  /** The size that it cosigned last, where it told another than ours. */
  readonly size: number | undefined;
}

/** `starting`: no quorum has cosigned since the start. `late`: warned. `stopped`: no answer until the quorum is back. */
export interface WitnessingStatus {
  readonly state: "witnessed" | "starting" | "late" | "stopped";
  readonly secondsSinceQuorum: number | undefined;
  readonly witnesses: readonly WitnessStatus[];
}

/** What came of a report. */
export type Gathered =
  | { readonly kind: "quorum"; readonly note: Note; readonly size: number }
  | { readonly kind: "no-quorum" }
  /** Two checkpoints that the log's own key signed, of which neither continues the other. */
  | { readonly kind: "split-view"; readonly notes: readonly [string, string] };

/** The log as the vault has it. */
export interface OwnLog {
  readonly size: number;
  /** The root that it had at a former size. */
  rootAt(size: number): Uint8Array;
}

export interface WitnessingClocks {
  /** The wall clock, Unix seconds: what the times of cosignatures are held against. */
  readonly now: () => number;
  /** Never goes back, in seconds: what ages are measured with. */
  readonly monotonic: () => number;
}

interface Seen {
  readonly result: WitnessStatus["result"];
  readonly size: number | undefined;
  /** By the monotonic clock, when its last good cosignature came. */
  readonly cosignedAt: number | undefined;
  /** The time in that cosignature. */
  readonly time: number;
}

export class Witnessing {
  readonly plan: WitnessingPlan;
  readonly #logKeys: () => readonly VerifierKey[];
  readonly #clocks: WitnessingClocks;
  readonly #last = new Map<string, Seen>();
  /** When a report first found the log at a size that no quorum has cosigned yet, ascending. */
  #unseen: readonly { readonly size: number; readonly since: number }[] = [];
  #quorumAt: number | undefined;

  constructor(plan: WitnessingPlan, logKeys: () => readonly VerifierKey[], clocks: WitnessingClocks) {
    this.plan = plan;
    this.#logKeys = logKeys;
    this.#clocks = clocks;
  }

  /**
   * Lets an answer or an act through only while a quorum has cosigned lately. Right after the start none has: so a database that was put back is found
   * before anything is signed on top of it, since the witnesses remember a larger log. Throws `witnessing-stopped`.
   */
  check(): void {
    const { state } = this.status();
    if (state === "starting")
      throw new FrostglassError("witnessing-stopped", "No quorum of witnesses has cosigned this log since the node started.");
    if (state === "stopped") throw new FrostglassError("witnessing-stopped", "Too few witnesses have cosigned this log lately.");
  }

  /**
   * Takes a courier's report, and verifies what it holds against the log as the vault has it. Throws `courier-report-invalid`, and what
   * `verifyCheckpoint` throws for a strange checkpoint.
   */
  gather(text: string, log: OwnLog): Gathered {
    const { checkpoint: full, witnesses } = parseReport(text);
    const checkpoint = verifyCheckpoint(parseNote(full), this.#logKeys());
    this.#noteSize(log.size);
    for (const report of witnesses) {
      const other = report.result === "split-view" ? this.#otherView(report.text, log) : undefined;
      if (other !== undefined) return { kind: "split-view", notes: [full, other] };
    }
    const taken = witnesses.flatMap((report) => this.#take(checkpoint.note, report) ?? []);
    const names = taken.map(({ name }) => name);
    if (!quorumReached(this.plan.policy, names)) return { kind: "no-quorum" };
    this.#noteQuorum(checkpoint.size);
    return { kind: "quorum", note: taken.reduce((note, { line }) => addSignature(note, line), checkpoint.note), size: checkpoint.size };
  }

  #noteSize(size: number): void {
    if (size > (this.#unseen.at(-1)?.size ?? 0)) this.#unseen = [...this.#unseen, { size, since: this.#clocks.monotonic() }];
  }

  /**
   * A quorum has cosigned `size` entries just now. Where the log was longer already when an earlier report came, its age counts from then: a courier that
   * has witnesses cosign an old checkpoint over and over must not keep the node answering.
   */
  #noteQuorum(size: number): void {
    this.#unseen = this.#unseen.filter((each) => each.size > size);
    const seenUntil = this.#unseen[0]?.since ?? this.#clocks.monotonic();
    this.#quorumAt = Math.max(this.#quorumAt ?? seenUntil, seenUntil);
  }

  status(): WitnessingStatus {
    const now = this.#clocks.monotonic();
    const since = this.#quorumAt === undefined ? undefined : now - this.#quorumAt;
    return {
      state: this.#stateAfter(since),
      secondsSinceQuorum: since,
      witnesses: this.plan.policy.witnesses.map(({ name }) => this.#statusOf(name, now)),
    };
  }

  #stateAfter(since: number | undefined): WitnessingStatus["state"] {
    if (since === undefined) return "starting";
    if (since >= this.plan.stopAfterSeconds) return "stopped";
    return since >= this.plan.warnAfterSeconds ? "late" : "witnessed";
  }

  #statusOf(name: string, now: number): WitnessStatus {
    const last = this.#last.get(name);
    const secondsAgo = last?.cosignedAt === undefined ? undefined : now - last.cosignedAt;
    return { name, result: last?.result ?? "not-asked-yet", secondsAgo, size: last?.size };
  }

  /** The witness's cosignature, if it holds and is new. What the courier claims beyond that is only for the operator to read. */
  #take(note: Note, { name, result, size, text }: WitnessReport): { readonly name: string; readonly line: string } | undefined {
    const witness = this.plan.policy.witnesses.find((known) => known.name === name);
    if (witness === undefined) return undefined;
    const before = this.#last.get(name);
    const cosigned = result === "cosigned" ? cosignedBy(note, witness, text) : undefined;
    const fresh = cosigned !== undefined && this.#isFresh(cosigned.time, before?.time ?? 0);
    const found = result !== "cosigned" ? result : fresh ? "cosigned" : cosigned === undefined ? "refused" : "stale";
    const seen = fresh
      ? { cosignedAt: this.#clocks.monotonic(), time: cosigned.time }
      : { cosignedAt: before?.cosignedAt, time: before?.time ?? 0 };
    this.#last.set(name, { result: found, size, ...seen });
    return fresh ? { name, line: cosigned.line } : undefined;
  }

  /** A courier that replays an old cosignature must not keep the node going, nor let a database that was put back pass. */
  #isFresh(time: number, before: number): boolean {
    return time > before && Math.abs(time - this.#clocks.now()) < this.plan.stopAfterSeconds;
  }

  /** The other checkpoint, if our own key signed it: what anybody else wrote proves nothing. */
  #otherView(text: string, log: OwnLog): string | undefined {
    try {
      const other = verifyCheckpoint(parseNote(text), this.#logKeys());
      return other.size <= log.size && !equalBytes(log.rootAt(other.size), other.root) ? text : undefined;
    } catch (thrown) {
      if (asFrostglassError(thrown) === undefined) throw thrown;
      return undefined;
    }
  }
}

function parseReport(text: string): CourierReport {
  const parsed = reportShape.safeParse(parseStrictJson(text));
  if (parsed.success) return parsed.data;
  throw new FrostglassError("courier-report-invalid", "The courier's report is not of a known form.", {}, { cause: parsed.error });
}

/** The first line that is a good cosignature of this witness, and its time; undefined where there is none. */
function cosignedBy(note: Note, { key }: PolicyWitness, lines: string): { readonly line: string; readonly time: number } | undefined {
  for (const line of lines.split("\n").slice(0, -1)) {
    const time = timeOf(note, key, line);
    if (time !== undefined) return { line, time };
  }
  return undefined;
}

function timeOf(note: Note, key: VerifierKey, line: string): number | undefined {
  try {
    return verifyCosignatures(addSignature(note, line), [key])[0]?.time;
  } catch (thrown) {
    if (asFrostglassError(thrown) === undefined) throw thrown;
    return undefined; // not this witness's, or not over this checkpoint
  }
}
