import type { Computation } from "../computations/computation.js";
import type { Digest } from "../model/digest.js";
import type { RevocationReason } from "../model/revocation.js";
import type { Entry } from "../wire/entry.js";

/*
 * What becomes of a computation after reviewers approved it and the holder put it in force. Instants are Unix seconds.
 *
 *   in force ──▶ superseded   from an instant on, by a newer version of the same id
 *            ──▶ expired      from an instant on that the holder set; the manifest's own days are looked at apart
 *            ──▶ revoked      at once
 *
 * None of the three is ever taken back: a text that ended comes back as a new version, approved anew.
 */

/** A computation that was put in force, where the log says so, and what ended it or will. */
export interface ApprovedComputation {
  readonly id: string;
  readonly version: string;
  readonly computation: Digest;
  readonly note: Digest;
  readonly position: number;
  readonly expiry?: { readonly until: number; readonly position: number };
  readonly superseded?: { readonly by: Digest; readonly from: number; readonly position: number };
  readonly revoked?: { readonly reason: RevocationReason | undefined; readonly position: number };
}

/** How the log says that a computation stands. */
export type LoggedStanding = "in-force" | "superseded" | "expired" | "revoked";
/** How a query finds it: by the log, by the policy in force, and by the days of its own text. */
export type Standing = LoggedStanding | "not-approved" | "not-yet-valid";

/** How the log says that a computation stands at an instant. Where several ends hold at once, the gravest is named. */
export function loggedStanding({ revoked, superseded, expiry }: ApprovedComputation, now: number): LoggedStanding {
  if (revoked !== undefined) return "revoked";
  if (superseded !== undefined && superseded.from <= now) return "superseded";
  return hasExpired({ expiry }, now) ? "expired" : "in-force";
}

/**
 * How a query at `now` finds a computation. `computation` is the text ready to run (undefined where it does not fit the schemas that are here),
 * `suffices` says whether its signatures do under the policy in force.
 */
export function standingOf(
  approved: ApprovedComputation,
  {
    computation,
    suffices,
    now,
  }: { readonly computation: Pick<Computation, "valid"> | undefined; readonly suffices: boolean; readonly now: number },
): Standing {
  const logged = loggedStanding(approved, now);
  if (logged !== "in-force") return logged;
  if (computation === undefined || !suffices) return "not-approved";
  const { from, until } = computation.valid;
  const day = Math.floor(now / 86_400);
  if (from !== undefined && day < from) return "not-yet-valid";
  return until !== undefined && day > until ? "expired" : "in-force";
}

function hasExpired({ expiry }: { readonly expiry?: ApprovedComputation["expiry"] | undefined }, now: number): boolean {
  return expiry !== undefined && expiry.until <= now;
}

export type EndingEntry = Extract<Entry, { entry: "computation-superseded/1" | "computation-expires/1" | "computation-revoked/1" }>;

/** A computation after an entry that ends it. An end that is in the log already stays; only an expiry that has not come yet may be moved. */
export function ended(approved: ApprovedComputation, entry: EndingEntry, position: number): ApprovedComputation {
  switch (entry.entry) {
    case "computation-superseded/1":
      return { superseded: { by: entry.by, from: entry.from, position }, ...approved };
    case "computation-expires/1":
      return hasExpired(approved, entry.at) ? approved : { ...approved, expiry: { until: entry.until, position } };
    case "computation-revoked/1":
      return { revoked: { reason: entry.reason, position }, ...approved };
  }
}

/** Where the log says how a computation stands: its approval, then what ended it or will. */
export function lifecyclePositions({ position, expiry, superseded, revoked }: ApprovedComputation): readonly number[] {
  return [position, expiry?.position, superseded?.position, revoked?.position].filter((each) => each !== undefined);
}
