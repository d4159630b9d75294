import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { equalBytes } from "../bytes/bytes.js";
import { FrostglassError } from "../errors/error.js";
import { formatVerifierKey, type VerifierKey } from "../note/verifierKey.js";
import { type Policy, parsePolicy } from "../tlog/policy.js";

/*
 * The logs that a witness cosigns for, as a trust file (C2SP tlog-policy) that needs no quorum. A log may have several keys.
 *
 *   log holder.example/log+530d903a+AekyeRrm… https://holder.example
 *   quorum none
 */

/** The list as it stands in its file now: a change is in force at the next request. */
export class LogList {
  readonly #path: string;
  readonly #onInvalid: (thrown: unknown) => void;
  #read: { readonly stamp: string; readonly policy: Policy };

  /** Throws what reading and `parsePolicy` throw. Later, a list that cannot be read is reported to `onInvalid`, and the last good one stays. */
  constructor(path: string, onInvalid: (thrown: unknown) => void) {
    this.#path = path;
    this.#onInvalid = onInvalid;
    this.#read = { stamp: stampOf(path), policy: readLogList(path) };
  }

  keysOf(origin: string): readonly VerifierKey[] {
    return this.#current().logs.flatMap(({ key }) => (key.name === origin ? [key] : []));
  }

  get size(): number {
    return this.#current().logs.length;
  }

  #current(): Policy {
    const stamp = stampOf(this.#path);
    if (stamp !== this.#read.stamp) this.#read = { stamp, policy: this.#readAgain() };
    return this.#read.policy;
  }

  #readAgain(): Policy {
    try {
      return readLogList(this.#path);
    } catch (thrown) {
      this.#onInvalid(thrown);
      return this.#read.policy;
    }
  }
}

/** Changes with the file; a file that is gone for a moment, while an editor replaces it, has a stamp of its own. */
function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? "missing" : `${stat.mtimeNs} ${stat.size} ${stat.ino}`;
}

export function readLogList(path: string): Policy {
  return parsePolicy(readFileSync(path, "utf8"));
}

/** Adds a log's key to the list; comments stay. Throws `witness-log-known`, and what `parsePolicy` throws: then the file was not touched. */
export function addLog(path: string, key: VerifierKey, url: string | undefined): void {
  const text = readFileSync(path, "utf8");
  const known = parsePolicy(text).logs.some((log) => log.key.name === key.name && equalBytes(log.key.publicKey.bytes, key.publicKey.bytes));
  if (known) throw new FrostglassError("witness-log-known", "This log is on the list already.", { log: key.name });
  replace(path, `${text}log ${formatVerifierKey(key)}${url === undefined ? "" : ` ${url}`}\n`);
}

/** Takes all keys of a log off the list. What was cosigned stays remembered. Throws `witness-log-unknown`. */
export function removeLog(path: string, origin: string): void {
  const text = readFileSync(path, "utf8");
  const kept = text.split("\n").filter((line) => !/^[ \t]*log[ \t]/.test(line) || nameOn(line) !== origin);
  if (kept.length === text.split("\n").length)
    throw new FrostglassError("witness-log-unknown", "This log is not on the list.", { log: origin });
  replace(path, kept.join("\n"));
}

function nameOn(line: string): string | undefined {
  return line
    .trim()
    .split(/[ \t]+/)[1]
    ?.split("+")[0];
}

function replace(path: string, text: string): void {
  parsePolicy(text);
  writeFileSync(`${path}.partial`, text, { flush: true });
  renameSync(`${path}.partial`, path); // whole or not at all: the witness does not start with a torn list
}
