import { formatHex } from "../bytes/hex.js";
import type { ErrorCode } from "../errors/codes.js";
import { asFrostglassError, FrostglassError } from "../errors/error.js";
import { cosignatureType, ed25519Type, formatVerifierKey, type KeyType, parseVerifierKey, type VerifierKey } from "../note/verifierKey.js";
import { parseDecimal } from "./decimal.js";

/** A log that is trusted to sign its own checkpoints. The key's name is the log's origin. */
export interface PolicyLog {
  readonly key: VerifierKey;
  readonly url: string | undefined;
}

/** A witness. `name` is its name inside the policy; the key has one of its own. */
export interface PolicyWitness {
  readonly name: string;
  readonly key: VerifierKey;
  readonly url: string | undefined;
}

/** A group has witnessed a checkpoint when at least `threshold` of its members have. */
export interface PolicyGroup {
  readonly name: string;
  readonly threshold: number;
  /** Witnesses and groups; each name is a member of one group at most. */
  readonly members: readonly string[];
}

/** Whom to believe about a log (C2SP tlog-policy): the trust file. */
export interface Policy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  readonly groups: readonly PolicyGroup[];
  /** A witness, a group, or `none`. */
  readonly quorum: string;
}

/** The quorum that needs nobody, and a name that nobody may have. */
export const noQuorum = "none";

/** Logs, witnesses and groups together; C2SP tlog-policy asks for at least 32 of each. */
const maxDefinitions = 256;

/*
 * # comment
 * log     holder.example/log+530d903a+AekyeRrm… https://holder.example/log
 * witness W1 witness.example/w1+8d66cf3f+BOvN63…
 * witness W2 other.example/w+a3e00fe2+BNy/co4C1…
 * group   independent any W1 W2
 * quorum  independent
 *
 * Items are parted by spaces and tabs. A name stands above the lines that use it.
 */

/**
 * Parses a trust file (C2SP tlog-policy). Stricter than the specification in one point: the file is UTF-8 throughout. Each error states the
 * line it is about. Throws `policy-character-refused`, `policy-malformed`, `policy-too-large`, `policy-key-refused`,
 * `policy-key-duplicate`, `policy-name-refused`, `policy-name-unknown`, `policy-member-repeated`, `policy-threshold-invalid`,
 * `policy-quorum-count`, and what `parseVerifierKey` throws.
 */
export function parsePolicy(text: string): Policy {
  const lines = text.split("\n");
  if (lines.pop() !== "") throw refused("policy-malformed", "The last line does not end in a newline", lines.length + 1);
  const reading = new PolicyReading();
  for (const [i, line] of lines.entries()) reading.take(line, i + 1);
  return reading.finish(lines.length);
}

/** The text of a policy, without comments, in an order that can be parsed again. */
export function formatPolicy(policy: Policy): string {
  const lines = [
    ...policy.logs.map(({ key, url }) => ["log", formatVerifierKey(key), url]),
    ...policy.witnesses.map(({ name, key, url }) => ["witness", name, formatVerifierKey(key), url]),
    ...policy.groups.map(({ name, threshold, members }) => ["group", name, threshold, ...members]),
    ["quorum", policy.quorum],
  ];
  return lines.map((items) => `${items.filter((item) => item !== undefined).join(" ")}\n`).join("");
}

/** What the lines so far have defined. */
class PolicyReading {
  readonly #logs: PolicyLog[] = [];
  readonly #witnesses: PolicyWitness[] = [];
  readonly #groups: PolicyGroup[] = [];
  readonly #names = new Set<string>();
  readonly #members = new Set<string>();
  readonly #publicKeys = new Set<string>();
  #quorum: string | undefined;

  take(line: string, number: number): void {
    checkCharacters(line, number);
    const [keyword, ...items] = line.split(/[ \t]+/).filter((item) => item !== "");
    if (keyword === undefined || keyword.startsWith("#")) return;
    if (keyword === "log") this.#takeLog(items, number);
    else if (keyword === "witness") this.#takeWitness(items, number);
    else if (keyword === "group") this.#takeGroup(items, number);
    else if (keyword === "quorum") this.#takeQuorum(items, number);
    else throw refused("policy-malformed", "The line begins with none of log, witness, group and quorum", number);
    if (this.#logs.length + this.#names.size > maxDefinitions)
      throw refused("policy-too-large", "The policy names too many parties", number);
  }

  finish(lines: number): Policy {
    if (this.#quorum === undefined) throw refused("policy-quorum-count", "The policy has no quorum line", lines);
    return { logs: this.#logs, witnesses: this.#witnesses, groups: this.#groups, quorum: this.#quorum };
  }

  /** `log <vkey> [<url>]` */
  #takeLog([text, url, ...rest]: readonly string[], line: number): void {
    if (text === undefined || rest.length > 0) throw refused("policy-malformed", "A log line is `log <vkey> [<url>]`", line);
    this.#logs.push({ key: this.#key(text, ed25519Type, line), url });
  }

  /** `witness <name> <vkey> [<url>]` */
  #takeWitness([name, text, url, ...rest]: readonly string[], line: number): void {
    if (name === undefined || text === undefined || rest.length > 0)
      throw refused("policy-malformed", "A witness line is `witness <name> <vkey> [<url>]`", line);
    this.#witnesses.push({ name: this.#newName(name, line), key: this.#key(text, cosignatureType, line), url });
  }

  /** `group <name> all|any|<k> <name>...` */
  #takeGroup([name, threshold, ...members]: readonly string[], line: number): void {
    if (name === undefined || threshold === undefined || members.length === 0)
      throw refused("policy-malformed", "A group line is `group <name> all|any|<k> <name>...`", line);
    for (const member of members) this.#takeMember(member, line);
    this.#groups.push({ name: this.#newName(name, line), threshold: parseThreshold(threshold, members.length, line), members });
  }

  /** `quorum <name>|none` */
  #takeQuorum([name, ...rest]: readonly string[], line: number): void {
    if (name === undefined || rest.length > 0) throw refused("policy-malformed", "A quorum line is `quorum <name>`", line);
    if (this.#quorum !== undefined) throw refused("policy-quorum-count", "The policy has a second quorum line", line);
    if (name !== noQuorum) this.#knownName(name, line);
    this.#quorum = name;
  }

  /** C2SP tlog-policy, Defining a witness group: at most once, so that each witness counts in one way only. */
  #takeMember(name: string, line: number): void {
    this.#knownName(name, line);
    if (this.#members.has(name)) throw refused("policy-member-repeated", "The name is a member already", line, { name });
    this.#members.add(name);
  }

  #newName(name: string, line: number): string {
    if (name === noQuorum || this.#names.has(name)) throw refused("policy-name-refused", "The name is reserved or taken", line, { name });
    this.#names.add(name);
    return name;
  }

  #knownName(name: string, line: number): void {
    if (!this.#names.has(name)) throw refused("policy-name-unknown", "No line above defines the name", line, { name });
  }

  /**
   * C2SP tlog-policy, Public key representation: two keys are the same when the public key inside is. Ours may not be shared by a log and a
   * witness either: a log that witnesses itself is not watched.
   */
  #key(text: string, type: KeyType, line: number): VerifierKey {
    const key = parseKey(text, line);
    if (key.type !== type)
      throw refused("policy-key-refused", "The key's signature type is not one for this role", line, { type: key.type });
    const publicKey = formatHex(key.publicKey.bytes);
    if (this.#publicKeys.has(publicKey))
      throw refused("policy-key-duplicate", "The public key stands on a line above", line, { name: key.name });
    this.#publicKeys.add(publicKey);
    return key;
  }
}

function parseKey(text: string, line: number): VerifierKey {
  try {
    return parseVerifierKey(text);
  } catch (cause) {
    const known = asFrostglassError(cause);
    throw known === undefined
      ? cause
      : new FrostglassError(known.code, `${known.message} (line ${line})`, { ...known.facts, line }, { cause });
  }
}

function parseThreshold(text: string, members: number, line: number): number {
  if (text === "any") return 1;
  if (text === "all") return members;
  const threshold = parseDecimal(text);
  if (threshold === undefined || threshold < 1 || threshold > members)
    throw refused("policy-threshold-invalid", `The threshold is not a number from 1 to ${members}`, line);
  return threshold;
}

/** C2SP tlog-policy, Character set: of the control characters only tab and newline. A lone surrogate could not have come from UTF-8. */
function checkCharacters(line: string, number: number): void {
  for (const character of line) {
    const code = character.codePointAt(0) ?? 0;
    if ((code < 0x20 && code !== 0x09) || code === 0x7f || (0xd800 <= code && code <= 0xdfff))
      throw refused("policy-character-refused", "The line has a character that no policy may have", number);
  }
}

function refused(code: ErrorCode, why: string, line: number, facts: Readonly<Record<string, string | number>> = {}): FrostglassError {
  return new FrostglassError(code, `${why} (line ${line}).`, { ...facts, line });
}
