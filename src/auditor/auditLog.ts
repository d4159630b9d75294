import { applyEntry, emptyGovernance, type Governance } from "../admission/governance.js";
import { asFrostglassError } from "../errors/error.js";
import { parseNote } from "../note/signedNote.js";
import { verifyCheckpoint } from "../tlog/checkpoint.js";
import type { Policy } from "../tlog/policy.js";
import { fullWidth } from "../tlog/tile.js";
import { type FetchTile, TileReader } from "../tlog/tileReader.js";
import { decodeEntry, type Entry } from "../wire/entry.js";
import { type BrokenRule, brokenRules } from "./auditRules.js";
import { readWitnesses, type Witnessing } from "./witnesses.js";

/** An entry that breaks a rule. It stands in the log, so its author cannot deny it. */
export interface Finding extends BrokenRule {
  readonly index: number;
}

/** What a whole log shows. */
export interface LogReport extends Witnessing {
  readonly origin: string;
  readonly size: number;
  /** How many entries of each kind. */
  readonly counts: Readonly<Partial<Record<Entry["entry"] | "unreadable", number>>>;
  /** Administration as it stands after the last entry. */
  readonly governance: Governance;
  /** The first thousand; `findingCount` has them all. */
  readonly findings: readonly Finding[];
  readonly findingCount: number;
}

export interface AuditOptions {
  /** The checkpoint note, as it was published. */
  readonly checkpoint: string;
  /** Reads a tile or an entry bundle by its path (C2SP tlog-tiles), from a node or from a mirror. */
  readonly readTile: FetchTile;
  readonly trust: Policy;
  /** Told after each bundle how many entries were read. */
  readonly onProgress?: (entries: number) => void;
}

const maxFindings = 1000;

/**
 * Reads every entry of a log, traces each to the root that the checkpoint states, and replays the administration. Memory does not grow with the
 * number of answers. What an entry does wrong is a finding; a log that is not whole or not authentic throws: the codes of `verifyCheckpoint`,
 * `readWitnesses` and `TileReader`.
 */
export async function auditLog({ checkpoint: text, readTile, trust, onProgress }: AuditOptions): Promise<LogReport> {
  const note = parseNote(text);
  const logKeys = trust.logs.map(({ key }) => key);
  const checkpoint = verifyCheckpoint(note, logKeys);
  const reader = await TileReader.open(checkpoint, readTile);
  const replay = new Replay(checkpoint.origin);
  for (let bundle = 0; bundle * fullWidth < checkpoint.size; bundle++) {
    for (const entry of await reader.entries(bundle)) replay.take(entry);
    onProgress?.(replay.size);
  }
  const { size, counts, governance, findings, findingCount } = replay;
  return { origin: checkpoint.origin, size, counts, governance, findings, findingCount, ...readWitnesses(note, trust) };
}

/** The log so far. */
class Replay {
  size = 0;
  readonly counts: Partial<Record<Entry["entry"] | "unreadable", number>> = {};
  readonly governance = emptyGovernance();
  readonly findings: Finding[] = [];
  findingCount = 0;
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  take(bytes: Uint8Array): void {
    const index = this.size++;
    const entry = decodeQuietly(bytes);
    const kind = entry?.entry ?? "unreadable";
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    if (entry === undefined) this.#find(index, { rule: "entry-form", words: "The entry is not of a known form." });
    else this.#apply(index, entry);
  }

  /** Rules look at the state before the entry, then the entry changes it. */
  #apply(index: number, entry: Entry): void {
    for (const broken of brokenRules(this.governance, index, entry, this.#origin)) this.#find(index, broken);
    applyEntry(this.governance, index, entry);
  }

  #find(index: number, broken: BrokenRule): void {
    this.findingCount++;
    if (this.findings.length < maxFindings) this.findings.push({ index, ...broken });
  }
}

function decodeQuietly(bytes: Uint8Array): Entry | undefined {
  try {
    return decodeEntry(bytes);
  } catch (thrown) {
    if (asFrostglassError(thrown, "entry-invalid") === undefined) throw thrown;
    return undefined;
  }
}
