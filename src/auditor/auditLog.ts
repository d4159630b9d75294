import type { Governance } from "../admission/governance.js";
import { FrostglassError } from "../errors/error.js";
import { parseNote } from "../note/signedNote.js";
import { type SignedCheckpoint, verifyCheckpoint } from "../tlog/checkpoint.js";
import type { Policy } from "../tlog/policy.js";
import { type FetchTile, TileReader } from "../tlog/tileReader.js";
import { AnswersAudit, type AnswersReport } from "./answers/answersAudit.js";
import type { AuditMemory, AuditOptions } from "./auditOptions.js";
import { type AuditState, formatAuditState, parseAuditState } from "./auditState.js";
import { checkpointFindings } from "./checkpointRule.js";
import { cosignedBy } from "./cosignedBy.js";
import { compareWith, type LogAlarm } from "./logAlarm.js";
import { LogEntries } from "./logEntries.js";
import { pruningDateFindings } from "./pruningRule.js";
import { keepingTexts, type ReadText } from "./publishedText.js";
import { type Finding, Replay, type ReplayState } from "./replay.js";
import { seenBefore, verifiedSeen } from "./seenCheckpoints.js";
import { readWitnesses, type Witnessing, witnessedAt } from "./witnesses.js";

/** What a whole log shows. */
export interface LogReport extends Witnessing, ReplayState {
  readonly origin: string;
  /** The signed checkpoint that the entries were traced to. */
  readonly checkpoint: string;
  /** How many entries an earlier audit had read; 0 for a first one. */
  readonly readBefore: number;
  /** Administration as it stands after the last entry. */
  readonly governance: Governance;
  /** What became of the answers that the auditor was given; their findings are among `findings`. */
  readonly answers?: AnswersReport;
  /** The log is not the one that an earlier audit saw. Nothing was read then: the two notes say all. */
  readonly alarm?: LogAlarm;
}

/** How many bundles are read between two savings. */
const bundlesBetweenSaves = 256;

/**
 * Reads every entry of a log that was not read before, traces each to the root that the checkpoint states, and replays the administration. With a memory,
 * the log must continue what was seen before; where it does not, the report has an `alarm` and nothing else happens. Memory does not grow with the number
 * of answers. What an entry does wrong is a finding; a log that is not whole or not authentic throws: the codes of `verifyCheckpoint`, `readWitnesses`
 * and `TileReader`, `audit-state-invalid` or `audit-other-log` for a memory that does not fit, `answer-export-invalid` or `answer-export-other-log` for answers
 * that do not. Entries below the minimum index that the log states may be missing: they are taken from the archive, or are `unseen` in the report. An archive
 * that does not fit throws `archive-other-log` or `archive-damaged`; answers are judged only where no entry is missing (`audit-archive-missing`).
 */
export async function auditLog(options: AuditOptions): Promise<LogReport> {
  const { checkpoint: text, readTile, trust, memory } = options;
  const note = parseNote(text);
  const checkpoint = verifyCheckpoint(note, logKeys(trust));
  const witnessing = readWitnesses(note, trust);
  const before = await recall(memory, checkpoint);
  const alarm = before === undefined ? undefined : await compareWith(before, checkpoint, options);
  const isWhole = options.answers !== undefined && alarm === undefined; // answers are judged from the first entry on
  const hadGaps = options.archive !== undefined && before !== undefined && before.unseen.length > 0; // the archive may fill them
  const replay = new Replay(checkpoint.origin, isWhole || hadGaps ? undefined : before);
  const readBefore = replay.size;
  const seen = seenBefore(before);
  const answers = isWhole ? await openAnswers(options.answers, options, [checkpoint, ...verifiedSeen(seen, trust)]) : undefined;
  if (alarm === undefined) await readOn(replay, await openMirrored(checkpoint, readTile, memory), options, { checkpoint, seen, answers });
  const judged = answers && { answers: await answers.end(replay.size, replay.acts) };
  const ofCheckpoint =
    alarm === undefined
      ? [
          ...checkpointFindings(checkpoint, logKeys(trust), replay.governance),
          ...pruningDateFindings(replay, witnessedAt(witnessing, trust)),
        ]
      : [];
  const found = {
    origin: checkpoint.origin,
    ...stateOf(replay),
    ...allFindings(replay, answers, ofCheckpoint),
    governance: replay.governance,
  };
  return { ...found, checkpoint: text, readBefore, ...witnessing, ...judged, ...(alarm === undefined ? {} : { alarm }) };
}

function allFindings(
  replay: Replay,
  answers: AnswersAudit | undefined,
  more: readonly Finding[],
): Pick<LogReport, "findings" | "findingCount"> {
  const findings = [...replay.findings, ...(answers?.findings ?? []), ...more].sort((a, b) => a.index - b.index);
  return { findings, findingCount: replay.findingCount + (answers?.findingCount ?? 0) + more.length };
}

/** `atHand`: all checkpoints of the log that tell when its entries were cosigned, the one that is audited first. */
function openAnswers(
  lines: AsyncIterable<string>,
  { readText, memory, trust }: AuditOptions,
  atHand: readonly [SignedCheckpoint, ...SignedCheckpoint[]],
): Promise<AnswersAudit> {
  const readKept: ReadText = readText === undefined ? async () => undefined : keepingTexts(readText, memory);
  return AnswersAudit.open(lines, atHand[0].origin, readKept, cosignedBy(atHand, trust));
}

function logKeys(trust: Policy) {
  return trust.logs.map(({ key }) => key);
}

async function recall(memory: AuditMemory | undefined, { origin }: SignedCheckpoint): Promise<AuditState | undefined> {
  const saved = await memory?.load();
  if (saved === undefined) return undefined;
  const state = parseAuditState(saved);
  if (state.origin === origin) return state;
  throw new FrostglassError("audit-other-log", "The mirror holds another log than the one that is audited.", { mirrored: state.origin });
}

/**
 * Reads what was kept, or else from the log. What comes from the log is kept once it was traced to the root: a tile that was garbled on its way must not
 * spoil the mirror.
 */
function openMirrored(checkpoint: SignedCheckpoint, readTile: FetchTile, memory: AuditMemory | undefined): Promise<TileReader> {
  if (memory === undefined) return TileReader.open(checkpoint, readTile);
  const kept = new Set<string>();
  const read: FetchTile = async (path) => {
    const found = await memory.readTile(path);
    if (found !== undefined) kept.add(path);
    return found ?? (await readTile(path));
  };
  return TileReader.open(checkpoint, read, async (path, bytes) => (kept.delete(path) ? undefined : memory.keepTile(path, bytes)));
}

interface Reading {
  readonly checkpoint: SignedCheckpoint;
  readonly seen: readonly string[];
  readonly answers: AnswersAudit | undefined;
}

async function readOn(
  replay: Replay,
  reader: TileReader,
  { memory, onProgress, readText, archive }: AuditOptions,
  { checkpoint, seen, answers }: Reading,
): Promise<void> {
  const readKept = readText && keepingTexts(readText, memory);
  const save = async () =>
    memory?.save(formatAuditState({ ...stateOf(replay), origin: checkpoint.origin, checkpoint: checkpoint.note.full, seen }));
  await save(); // before a tile is kept, so that the tiles that are kept are of the checkpoint that was kept
  const log = new LogEntries(reader, checkpoint.origin, archive, memory);
  const seenFrom = gapsEnd(replay);
  for (let read = 1; replay.size < checkpoint.size; read++) {
    const { entries, missingTo } = await log.from(replay.size);
    for (const bytes of entries) {
      const entry = replay.take(bytes);
      if (answers !== undefined) await answers.take(replay.size - 1, bytes, entry, replay.governance); // an answer changes nothing in it
      if (entry !== undefined && readKept !== undefined) await replay.judge(entry, readKept);
    }
    if (missingTo !== undefined) skip(replay, missingTo, answers);
    onProgress?.(replay.size);
    if (read % bundlesBetweenSaves === 0 && gapsEnd(replay) === seenFrom) await save(); // a new gap is kept once the log says that it may be there
  }
  requireServed(replay);
  await save();
}

/** Without all entries nobody can count budgets again. */
function skip(replay: Replay, to: number, answers: AnswersAudit | undefined): void {
  if (answers === undefined) replay.skip(to);
  else
    throw new FrostglassError("audit-archive-missing", "The log does not serve all the entries that the answers are to be held against.", {
      from: replay.size,
      to,
    });
}

/** What is missing must lie below the minimum index that the log itself states. Throws `tile-missing`. */
function requireServed({ unseen, governance }: Replay): void {
  const minimumIndex = governance.pruned?.minimumIndex ?? 0;
  const beyond = unseen.find(({ to }) => to > minimumIndex);
  if (beyond === undefined) return;
  throw new FrostglassError("tile-missing", "The log does not serve entries of its own tree that it has not pruned.", {
    from: Math.max(beyond.from, minimumIndex),
    to: beyond.to,
    minimumIndex,
  });
}

function gapsEnd({ unseen }: Replay): number {
  return unseen.at(-1)?.to ?? 0;
}

function stateOf({ size, counts, unseen, acts, policies, findings, findingCount }: Replay): ReplayState {
  return { size, counts, unseen, acts, policies, findings, findingCount };
}
