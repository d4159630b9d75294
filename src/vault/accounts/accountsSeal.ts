import { hmacSha256 } from "#crypto";
import { formatBase64Url } from "../../bytes/base64.js";
import { compareBytes } from "../../bytes/bytes.js";
import { encodeUtf8 } from "../../bytes/utf8.js";
import { deriveKey } from "../../crypto/seal.js";
import { FrostglassError } from "../../errors/error.js";
import type { AccountRow } from "../../store/store.js";

/*
 * What the disk must not change unseen while the vault is stopped: the set of all accounts. Every row counts as HMAC-SHA256 of its name and state,
 * eight words of 32 bits; the words of all rows are added up, each for itself, modulo 2^32. That is the keyed vector form of the multiset hashes
 * of Clarke, Devadas, van Dijk, Gassend and Suh (ASIACRYPT 2003). A charge takes the old row away and adds the new one, so it costs the same
 * however many accounts there are. Neither the sum nor a row's words are ever written: the head holds an HMAC of the sum. Whoever
 * sees the disk, and every older copy of it, sees no value that would help to choose rows with the same sum. The words are added and
 * not combined by exclusive or, in which a row that is there twice would vanish.
 */

const words = 8;

/** A change of one account: its state in the store before, undefined where there was none, and after. */
export interface AccountChange {
  readonly before: string | undefined;
  readonly after: string;
}

/** The sum over a set of accounts. Never changed in place: a commit that fails leaves the old one. */
export class AccountsSum {
  readonly #keys: SumKeys;
  readonly #sum: Uint32Array;

  /** Absent while the rows of a store are read. */
  readonly #digests: LastDigests | undefined;

  private constructor(keys: SumKeys, sum: Uint32Array, digests?: LastDigests) {
    this.#keys = keys;
    this.#sum = sum;
    this.#digests = digests;
  }

  /** The sum over no account. `accountKey` is the keyring's. */
  static empty(accountKey: Uint8Array): AccountsSum {
    const key = (label: string) => deriveKey(accountKey, encodeUtf8(label));
    return new AccountsSum({ row: key("frostglass account row/1"), seal: key("frostglass accounts seal/1") }, new Uint32Array(words));
  }

  /** The sum over all rows of a store. Throws `accounts-damaged` unless the names come once each, in order: then each is found by its name. */
  static over(accountKey: Uint8Array, rows: Iterable<AccountRow>): AccountsSum {
    const all = AccountsSum.empty(accountKey);
    let last: Uint8Array | undefined;
    for (const { name, state } of rows) {
      if (last !== undefined && compareBytes(last, name) >= 0) throw accountsDamaged();
      last = name;
      all.#add(formatBase64Url(name), state, 1);
    }
    return all;
  }

  /** The sum after some changes, by keyed name (base64url). */
  changed(changes: ReadonlyMap<string, AccountChange>): AccountsSum {
    const next = new AccountsSum(this.#keys, this.#sum.slice(), this.#digests ?? new LastDigests());
    for (const [name, { before, after }] of changes) {
      if (before !== undefined) next.#add(name, before, -1);
      next.#add(name, after, 1);
    }
    return next;
  }

  /** The seal for the head of a log of `size` entries, 32 bytes: an older seal beside a newer log does not pass. */
  seal(size: number): Uint8Array {
    return hmacSha256(this.#keys.seal, `${size} ${this.#sum.join(" ")}`);
  }

  #add(name: string, state: string, sign: 1 | -1): void {
    const digest = this.#digests?.take(name, state) ?? hmacSha256(this.#keys.row, `${name}\n${state}`);
    if (sign === 1) this.#digests?.keep(name, state, digest);
    const sum = this.#sum;
    for (let i = 0; i < words; i++) sum[i] = (sum[i] ?? 0) + sign * wordAt(digest, i * 4);
  }
}

/** The digests of rows that were written lately: an account that is charged again is taken away without counting its HMAC anew. */
class LastDigests {
  #younger = new Map<string, { readonly state: string; readonly digest: Uint8Array }>();
  #older = this.#younger;

  /** Undefined unless it is of this very state: a commit that failed leaves digests of states that never were. */
  take(name: string, state: string): Uint8Array | undefined {
    const known = this.#younger.get(name) ?? this.#older.get(name);
    return known?.state === state ? known.digest : undefined;
  }

  keep(name: string, state: string, digest: Uint8Array): void {
    if (this.#younger.size >= mostDigests) [this.#older, this.#younger] = [this.#younger, new Map()];
    this.#younger.set(name, { state, digest });
  }
}

/** How many a generation holds; both together take some 5 MB. */
const mostDigests = 8192;

function wordAt(bytes: Uint8Array, offset: number): number {
  const byte = (i: number) => bytes[offset + i] ?? 0;
  return (byte(0) << 24) | (byte(1) << 16) | (byte(2) << 8) | byte(3);
}

interface SumKeys {
  readonly row: Uint8Array;
  readonly seal: Uint8Array;
}

/**
 * A database from before there was this seal, or one whose seal somebody emptied: nobody can tell the two apart, nor whether a charge is missing. So the
 * seal is never made up at a start, whatever migration came before it: that would be the way to give budgets twice. No released version leaves it empty.
 */
export function accountsUnsealed(): FrostglassError {
  return new FrostglassError(
    "accounts-unsealed",
    "The disclosure accounts in the database have no seal: an older version wrote them, or it was removed.",
  );
}

export function accountsDamaged(): FrostglassError {
  return new FrostglassError("accounts-damaged", "The disclosure accounts in the database are not the ones that were committed.");
}
