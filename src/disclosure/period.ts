const secondsPerDay = 86_400;

/** From an instant on (Unix seconds), periods are so many days long. */
export interface PeriodLength {
  readonly since: number;
  readonly days: number;
}

/** Which of the periods of one length an instant (Unix seconds) falls in: a count of whole periods since 1970-01-01 UTC. */
export function periodOf(instant: number, periodDays: number): number {
  return Math.floor(instant / (periodDays * secondsPerDay));
}

/** When the next period begins and budgets renew, in Unix seconds. */
export function renewalOf(instant: number, periodDays: number): number {
  return (periodOf(instant, periodDays) + 1) * periodDays * secondsPerDay;
}

/**
 * The period that an instant falls in, by the lengths that all policies gave it, the newest first: named by the day that it began on, counted from
 * 1970-01-01 UTC. A new length opens no new budget: the period that runs when it comes goes on, and ends where one of the new length does (`renewalOf`).
 */
export function periodAt(instant: number, lengths: Iterable<PeriodLength>): number {
  let [at, first] = [instant, 0];
  for (const { since, days } of lengths) {
    first = periodOf(at, days) * days;
    if (at < since) continue; // an older length was in force then; also for a clock that went back
    if (since < first * secondsPerDay) return first;
    at = since;
  }
  return first;
}
