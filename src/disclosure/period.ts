/** The period that an instant (Unix seconds) falls in: a count of whole periods since 1970-01-01 UTC. */
export function periodOf(instant: number, periodDays: number): number {
  return Math.floor(instant / (periodDays * 86_400));
}

/** When the next period begins and budgets renew, in Unix seconds. */
export function renewalOf(instant: number, periodDays: number): number {
  return (periodOf(instant, periodDays) + 1) * periodDays * 86_400;
}
