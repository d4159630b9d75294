/** Why a holder took a computation out of force: a closed list, so that no free text (which could name a subject) gets into the log. */
const reasons = {
  faulty: "It computes something else than its text promises.",
  "tells-too-much": "It tells more about a subject than was thought.",
  "approval-withdrawn": "A reviewer no longer stands behind it.",
  "key-compromised": "A key that signed it may be in other hands.",
  "no-longer-needed": "Nobody needs it any more.",
} as const;

export type RevocationReason = keyof typeof reasons;

export const revocationReasons = Object.keys(reasons) as [RevocationReason, ...RevocationReason[]];

/** The reason in one English sentence. */
export function revocationSentence(reason: RevocationReason): string {
  return reasons[reason];
}
