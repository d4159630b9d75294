import { type AskedCounts, type Pattern, patternsOf } from "../../disclosure/patterns.js";

/** One charged question, as the watch sees it: no subject, but the keyed name of the account. */
export interface ChargedQuestion {
  readonly requester: string;
  readonly account: string;
  /** The computation's id: a new version is no other computation. */
  readonly computation: string;
  readonly datasets: readonly string[];
  /** True where the requester was never charged for the subject before in this period. */
  readonly isNew: boolean;
  readonly noRecord: boolean;
}

/** A pattern that a requester showed since the start, and how often. */
export interface SeenPattern {
  readonly requester: string;
  readonly pattern: Pattern;
  readonly times: number;
}

interface Watched {
  readonly cutoffs: Map<string, number>;
  readonly computations: Map<string, Set<string>>;
}

/** Counts what requesters ask, in memory and from the start of the process, and tells when it looks like probing. */
export class ProbingWatch {
  #accounts = new Map<string, Watched>();
  #older = new Map<string, Watched>();
  readonly #unknownInRow = new Map<string, number>();
  readonly #seen = new Map<string, SeenPattern>();
  /** Called with each pattern when it is complete. */
  onPattern: (requester: string, pattern: Pattern) => void = () => undefined;

  /** Patterns since the start, by requester and pattern. */
  get seen(): readonly SeenPattern[] {
    return [...this.#seen.values()];
  }

  count(question: ChargedQuestion): void {
    const watched = this.#watchedOf(question.account);
    const before = this.#countsOf(watched, question);
    const { requester, computation, datasets, isNew, noRecord } = question;
    watched.cutoffs.set(computation, before.cutoffs + 1);
    for (const dataset of datasets) added(watched.computations, dataset, computation);
    if (isNew) this.#unknownInRow.set(requester, noRecord ? before.unknownInRow + 1 : 0);
    for (const pattern of patternsOf(this.#countsOf(watched, question), before)) this.#tell(requester, pattern);
  }

  #countsOf({ cutoffs, computations }: Watched, { requester, computation, datasets }: ChargedQuestion): AskedCounts {
    return {
      cutoffs: cutoffs.get(computation) ?? 0,
      computations: Math.max(0, ...datasets.map((dataset) => computations.get(dataset)?.size ?? 0)),
      unknownInRow: this.#unknownInRow.get(requester) ?? 0,
    };
  }

  /** Two generations: when the younger is full it becomes the older, and what nobody asked about meanwhile is forgotten. */
  #watchedOf(account: string): Watched {
    const known = this.#accounts.get(account);
    if (known !== undefined) return known;
    if (this.#accounts.size >= mostAccounts) [this.#older, this.#accounts] = [this.#accounts, new Map()];
    const watched = this.#older.get(account) ?? { cutoffs: new Map<string, number>(), computations: new Map<string, Set<string>>() };
    this.#accounts.set(account, watched);
    return watched;
  }

  #tell(requester: string, pattern: Pattern): void {
    const key = `${requester} ${pattern}`;
    this.#seen.set(key, { requester, pattern, times: (this.#seen.get(key)?.times ?? 0) + 1 });
    this.onPattern(requester, pattern);
  }
}

/** How many accounts a generation holds: both together take some 10 MB. */
const mostAccounts = 10_000;

function added(sets: Map<string, Set<string>>, name: string, member: string): void {
  const known = sets.get(name);
  if (known === undefined) sets.set(name, new Set([member]));
  else known.add(member);
}
