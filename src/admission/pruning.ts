import type { Digest } from "../model/digest.js";
import type { Governance } from "./governance.js";
import type { Policy } from "./policy.js";

/*
 * A log whose policy states for how long its entries are served may stop serving older ones (C2SP tlog-tiles, Pruning). Vault and auditor ask the same
 * questions of it, of the log alone: answers' entries are hashes without a time, so only the acts of administration say how old an entry must be.
 */

const secondsPerDay = 86_400;

/** A policy that is to allow pruning has to be seen first by auditors who come once a month. */
const noticeDays = 30;

/** Every entry before `position` came at `at` (Unix seconds) or earlier, by the holder's clock. */
export interface LogTime {
  readonly position: number;
  readonly at: number;
}

/** Keeps the instant of an act: the last of each day (UTC). An act whose clock had gone back says nothing about those before it. */
export function keepTime(times: LogTime[], position: number, at: number): void {
  const last = times.at(-1);
  if (last !== undefined && at < last.at) return;
  const isSameDay = last !== undefined && Math.floor(last.at / secondsPerDay) === Math.floor(at / secondsPerDay);
  times.splice(isSameDay ? -1 : times.length, 1, { position, at });
}

/** The policies that bind a pruning at `at`: the one in force thirty days before, and all that came since. */
export function bindingPolicies({ policies }: Governance, at: number): readonly Digest[] {
  const first = policies.findLastIndex((policy) => policy.at <= at - noticeDays * secondsPerDay);
  return policies.slice(Math.max(0, first)).map(({ digest }) => digest);
}

/**
 * Up to which index (excluded) a log may be pruned at `at`: what is before came longer ago than each of the binding policies wants it served. Undefined where
 * one of them states no such time: then the log is served for ever.
 */
export function prunableBelow({ times }: Governance, binding: readonly Pick<Policy, "logDays">[], at: number): number | undefined {
  const days = binding.map(({ logDays }) => logDays ?? Number.POSITIVE_INFINITY);
  const longest = Math.max(...days);
  if (!Number.isFinite(longest)) return undefined; // no policy at all gives −∞
  return times.findLast((time) => time.at <= at - longest * secondsPerDay)?.position ?? 0;
}
