import { openSqliteStore } from "../../src/store/sqliteStore.js";
import type { Commit, Store } from "../../src/store/store.js";

export type Moment = "before" | "after";

/** A store whose next commit fails, either before anything was written or after all of it became durable but before anyone heard of it. */
export interface FailingStore extends Store {
  failNext: Moment | undefined;
}

export function failingStore(path: string): FailingStore {
  const store = openSqliteStore(path);
  const failing: FailingStore = {
    failNext: undefined,
    head: () => store.head(),
    entries: (from, to) => store.entries(from, to),
    governancePositions: () => store.governancePositions(),
    tile: (level, number) => store.tile(level, number),
    answers: (from, to, most) => store.answers(from, to, most),
    findAnswer: (token) => store.findAnswer(token),
    report: (token) => store.report(token),
    askings: (hint, after) => store.askings(hint, after),
    account: (name) => store.account(name),
    accounts: () => store.accounts(),
    document: (digest) => store.document(digest),
    segments: () => store.segments(),
    pendingErasures: () => store.pendingErasures(),
    forgetErasures: () => store.forgetErasures(),
    copyTo: (target) => store.copyTo(target),
    close: () => store.close(),
    commit(commit: Commit) {
      const moment = failing.failNext;
      failing.failNext = undefined;
      if (moment === "before") throw new Error("the power went before the commit");
      store.commit(commit);
      if (moment === "after") throw new Error("the power went after the commit");
    },
  };
  return failing;
}
