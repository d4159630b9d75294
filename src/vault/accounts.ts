import { hmacSha256 } from "#crypto";
import { formatBase64Url } from "../bytes/base64.js";
import { type Account, type Ceiling, emptyAccount, emptyCeiling } from "../disclosure/account.js";
import type { Store } from "../store/store.js";
import type { Batch } from "./batch.js";

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

export function writeAccounts(store: Store, batch: Batch, names: AccountNames, account: Account, ceiling: Ceiling): void {
  batch.setAccount(store, names.account, JSON.stringify(account));
  batch.setAccount(store, names.ceiling, JSON.stringify(ceiling));
}
