import type { Unseen } from "./replay.js";

/**
 * What an audit did not see, in one sentence; undefined where it saw every entry. Acts of administration may be among the unseen: a holder who prunes rightly keeps
 * serving them, and nobody can tell from the hashes alone.
 */
export function describeUnseen(unseen: readonly Unseen[]): string | undefined {
  if (unseen.length === 0) return undefined;
  const count = unseen.reduce((sum, { from, to }) => sum + to - from, 0);
  const ranges = unseen.slice(0, mostRanges).map(({ from, to }) => (to - from === 1 ? `${from}` : `${from} to ${to - 1}`));
  const more = unseen.length > mostRanges ? ` and ${unseen.length - mostRanges} other ranges` : "";
  return `${count} entries were not seen, ${ranges.join(", ")}${more}: the log says that it is pruned there, and no archive was read that has them`;
}

const mostRanges = 8;
