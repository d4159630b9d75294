import { z } from "zod";
import { FrostglassError } from "../errors/error.js";
import { entryShape, type GovernanceEntry } from "../wire/entry.js";
import { policyInForceShape } from "./policyHistory.js";
import type { ReplayState } from "./replay.js";

/*
 * What an audit leaves for the next one: the checkpoint that it read up to, and what it made of the entries before. It is the auditor's own file: it is
 * checked for form, not for truth.
 *
 *   {"frostglass":"audit/1","origin":"tax.example","checkpoint":"<note>","size":4711,"counts":{…},"acts":[…],"policies":[…],"findings":[…],"findingCount":0}
 *
 * `unseen` stands there only where the log served some entries no more: [{"from":0,"to":256}]; `seen` where audits before the last saw other checkpoints.
 */
export interface AuditState extends ReplayState {
  readonly origin: string;
  /** The signed checkpoint that everything before `size` was traced to. */
  readonly checkpoint: string;
  /** Notes of checkpoints that audits before saw, oldest first: see `seenBefore`. */
  readonly seen: readonly string[];
}

const count = z.int().min(0);
const shape = z.strictObject({
  frostglass: z.literal("audit/1"),
  origin: z.string().min(1),
  checkpoint: z.string().min(1),
  seen: z.array(z.string().min(1)).default([]),
  size: count,
  counts: z.record(z.string(), count),
  unseen: z.array(z.strictObject({ from: count, to: count })).default([]),
  acts: z.array(z.strictObject({ index: count, entry: entryShape })),
  policies: z.array(policyInForceShape),
  findings: z.array(z.strictObject({ index: count, rule: z.string(), words: z.string() })),
  findingCount: count,
});

export function formatAuditState({ origin, checkpoint, seen, size, counts, unseen, ...rest }: AuditState): string {
  const { acts, policies, findings, findingCount } = rest;
  const before = seen.length === 0 ? {} : { seen };
  const gaps = unseen.length === 0 ? {} : { unseen };
  return `${JSON.stringify({ frostglass: "audit/1", origin, checkpoint, ...before, size, counts, ...gaps, acts, policies, findings, findingCount })}\n`;
}

/** Throws `audit-state-invalid`. */
export function parseAuditState(text: string): AuditState {
  const parsed = shape.safeParse(readJson(text));
  if (!parsed.success) throw invalid(parsed.error);
  const { frostglass: _, ...state } = parsed.data;
  return state as AuditState & { acts: readonly { index: number; entry: GovernanceEntry }[] };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(cause);
  }
}

function invalid(cause: unknown): FrostglassError {
  return new FrostglassError("audit-state-invalid", "What the last audit left cannot be read.", {}, { cause });
}
