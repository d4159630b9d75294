import type { PrivateKey } from "#crypto";
import type { Governance, RoleKey } from "../../admission/governance.js";
import { signingKey } from "../../wire/jwk.js";
import type { SigningKey } from "../../wire/jws.js";
import type { Batch } from "../batch.js";
import { notReady } from "../notReady.js";
import { type Keyring, logKeysOf, publicName } from "./keyring.js";

/** Which private keys sign: of those that are known here, the ones that the log has in force. A key that is offered signs nothing before the log names it. */
export class Signers {
  /** What the log says; the vault's state folds its entries. */
  readonly #governance: Governance;
  readonly #logKeys = new Map<string, PrivateKey>();
  readonly #answerKeys = new Map<string, PrivateKey>();
  #ofAnswers: SigningKey | undefined;

  constructor(keyring: Pick<Keyring, "answers" | "log" | "nextLog">, governance: Governance) {
    this.#governance = governance;
    for (const key of keyring.answers) this.offerAnswerKey(key);
    for (const key of logKeysOf(keyring)) this.offerLogKey(key);
  }

  /** Makes a private key of the log known. It signs from the commit on that puts it in force. */
  offerLogKey(key: PrivateKey): void {
    this.#logKeys.set(publicName(key), key);
  }

  /** Makes a private key for answers known. It signs from the commit on that puts it in force, and never before. */
  offerAnswerKey(key: PrivateKey): void {
    this.#answerKeys.set(publicName(key), key);
  }

  /** The log's keys in force whose private part is here, the older one first. */
  get ofLog(): readonly PrivateKey[] {
    return this.ofLogAfter([]);
  }

  /** The same once some entries are in the log. */
  ofLogAfter(entries: Batch["governance"]): readonly PrivateKey[] {
    const names = this.#governance.keys.filter(({ role, retired }) => role === "log" && retired === undefined).map(({ key }) => key);
    for (const { entry } of entries) {
      if (entry.entry === "key-added/1" && entry.role === "log") names.push(entry.key);
      if (entry.entry === "key-retired/1" && entry.role === "log") names.splice(names.indexOf(entry.key), 1);
    }
    return names.map((name) => this.#logKeys.get(name)).filter((key) => key !== undefined);
  }

  /** The answer key in force by the log, if its private part is here. Throws `node-not-ready`. */
  get answerKey(): RoleKey {
    const found = this.#governance.keys.find(
      ({ role, key, retired }) => role === "answer" && retired === undefined && this.#answerKeys.has(key),
    );
    if (found === undefined) throw notReady("the answer key is not in the log");
    return found;
  }

  /** Signs answers with the key in force. Throws `node-not-ready`. */
  get ofAnswers(): SigningKey {
    this.#ofAnswers ??= signingKey(requirePrivate(this.#answerKeys.get(this.answerKey.key)));
    return this.#ofAnswers;
  }

  /** After the log has these entries: a private key for answers is forgotten once the log retires it. */
  apply(entries: Batch["governance"]): void {
    this.#ofAnswers = undefined;
    for (const { entry } of entries) if (entry.entry === "key-retired/1") this.#answerKeys.delete(entry.key);
  }
}

function requirePrivate(key: PrivateKey | undefined): PrivateKey {
  if (key === undefined) throw notReady("the answer key is not in the key file");
  return key;
}
