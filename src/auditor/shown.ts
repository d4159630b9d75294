import type { LoggedEntry } from "../evidence/answerKeys.js";
import { checkShownEntry, type Evidence, type ShownEntry } from "../evidence/evidenceFile.js";
import type { SignedCheckpoint } from "../tlog/checkpoint.js";
import type { Policy } from "../tlog/policy.js";
import type { Entry } from "../wire/entry.js";

/** What the steps after the second look at. */
export interface Shown {
  readonly evidence: Evidence;
  readonly trust: Policy;
  /** Its log signature was checked. */
  readonly checkpoint: SignedCheckpoint;
  /** What else is known of the holder's keys from this log, in its order. */
  readonly keyActs: readonly LoggedEntry[];
}

type EntryKind = Entry["entry"];
/** An entry of one of these kinds that is proved to be in the log. */
export interface ProvedEntry<Kind extends EntryKind> extends ShownEntry {
  readonly content: Extract<Entry, { entry: Kind }>;
}

/** The shown entries of some kinds, in the log's order, each of them proved to be in its tree. Throws `inclusion-proof-invalid`. */
export function entriesOf<Kind extends EntryKind>(
  { evidence, checkpoint }: Shown,
  ...kinds: readonly Kind[]
): readonly ProvedEntry<Kind>[] {
  const isOfKind = (entry: ShownEntry): entry is ProvedEntry<Kind> => (kinds as readonly EntryKind[]).includes(entry.content.entry);
  const found = evidence.entries.filter(isOfKind);
  for (const entry of found) checkShownEntry(entry, checkpoint);
  return found;
}
