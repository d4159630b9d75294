import { readFileSync } from "node:fs";

/** Linux counts processor time in hundredths of a second for every process. */
const ticksPerSecond = 100;

/** The processor time (user and system) that a process has used so far, in microseconds. */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1_000_000;
}

/** Processor time of one call in this process, in microseconds: the median of several rounds, after a warm-up. */
export function cpuPerCall(call: () => void, calls = 2000, rounds = 7): number {
  for (let i = 0; i < calls / 4; i++) call();
  const each = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    for (let i = 0; i < calls; i++) call();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / calls;
  });
  return median(each);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
