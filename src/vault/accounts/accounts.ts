import { hmacSha256 } from "#crypto";
import { formatBase64Url } from "../../bytes/base64.js";
import type { Computation } from "../../computations/computation.js";
import {
  type Account,
  type Ceiling,
  type Charge,
  type Charged,
  charge,
  emptyAccount,
  emptyCeiling,
  isUntouched,
} from "../../disclosure/account.js";
import { formatSubject, type Subject } from "../../model/subject.js";
import type { Store } from "../../store/store.js";
import type { Batch } from "../batch.js";
import type { VaultState } from "../state.js";
import type { NewSubjects } from "./requesterLimits.js";

/** The keyed names of the two accounts that one query touches: without the account key, a row tells neither requester nor subject. */
export interface AccountNames {
  readonly account: string;
  readonly ceiling: string;
}

export function accountNames(accountKey: Uint8Array, requester: string, subject: string, period: number): AccountNames {
  const nameOf = (text: string) => formatBase64Url(hmacSha256(accountKey, text).subarray(0, 16));
  return { account: nameOf(`account/1\n${requester}\n${subject}\n${period}`), ceiling: nameOf(`ceiling/1\n${subject}\n${period}`) };
}

/** The state of both accounts, with what earlier queries of the same batch charged. */
export function readAccounts(store: Store, batch: Batch, names: AccountNames): { account: Account; ceiling: Ceiling } {
  const account = batch.account(store, names.account);
  const ceiling = batch.account(store, names.ceiling);
  return {
    account: account === undefined ? emptyAccount : (JSON.parse(account) as Account),
    ceiling: ceiling === undefined ? emptyCeiling : (JSON.parse(ceiling) as Ceiling),
  };
}

/** What a charge leaves behind, to be written with the answer. */
export interface ChargedAccounts {
  readonly names: AccountNames;
  readonly account: Account;
  readonly ceiling: Ceiling;
  /** True where nothing was charged for the subject before in this period. */
  readonly isNew: boolean;
  /** Today's count of new subjects without this one; absent where the subject is not new, or new subjects have no limit. */
  readonly newSubjects: NewSubjects | undefined;
}

/** Who asks about whom, and when: Unix seconds. */
interface Asking {
  readonly query: { readonly iss: string; readonly subject: Subject };
  readonly now: number;
}

/** What a query would cost, and the accounts after it. Nothing is written: that is for `writeAccounts`, once the answer exists. */
export function chargeFor(
  vault: VaultState,
  batch: Batch,
  { query, now }: Asking,
  computation: Computation | undefined,
  asked: Pick<Charge, "millibits" | "question">,
): { readonly names: AccountNames; readonly charged: Charged; readonly accounts: ChargedAccounts | undefined } {
  const { disclosure, limits } = vault.policy;
  const names = accountNames(vault.keyring.account, query.iss, formatSubject(query.subject), vault.periods.at(now));
  const { account, ceiling } = readAccounts(vault.store, batch, names);
  const datasets = computation?.datasets.map((dataset) => dataset.name) ?? [];
  const perDay = limits.newSubjectsPerDay;
  const counted = perDay === undefined ? undefined : vault.limits.newSubjects(vault.store, batch, query.iss, now);
  const newSubjects = perDay === undefined || counted === undefined ? undefined : { today: counted.count, perDay };
  // Members by name: spreading objects here cost an answer more than the arithmetic.
  const { millibits, question } = asked;
  const cost: Charge = { millibits, question, datasets: [...new Set(datasets)], epoch: vault.epoch.number, at: now, newSubjects };
  const charged = charge(account, ceiling, cost, disclosure);
  const isNew = isUntouched(account);
  if (!charged.ok) return { names, charged, accounts: undefined };
  const accounts = { names, account: charged.account, ceiling: charged.ceiling, isNew, newSubjects: isNew ? counted : undefined };
  return { names, charged, accounts };
}

export function writeAccounts(store: Store, batch: Batch, { names, account, ceiling, newSubjects }: ChargedAccounts): void {
  batch.setAccount(store, names.account, JSON.stringify(account));
  batch.setAccount(store, names.ceiling, JSON.stringify(ceiling));
  if (newSubjects !== undefined) batch.setAccount(store, newSubjects.name, String(newSubjects.count + 1));
}
