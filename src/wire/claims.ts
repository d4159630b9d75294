import { FrostglassError } from "../errors/error.js";
import { type Digest, digestPattern } from "../model/digest.js";
import { identifierPattern } from "../model/names.js";
import { checkSubject, type Subject } from "../model/subject.js";
import { isJsonObject, type JsonObject, type JsonValue } from "./strictJson.js";

/** A unique message identifier: 16 to 64 characters of the base64url alphabet. */
export const jtiPattern = /^[A-Za-z0-9_-]{16,64}$/;
/** 32 bytes in base64url. The last character carries four bits, so only every fourth letter may stand there. */
export const bytes32Pattern = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

export type ParameterValues = Readonly<Record<string, string | number>>;

/**
 * Reads the claims of one object one by one and then refuses any that was not asked for. Throws `claims-missing`, `claims-invalid` or
 * `claims-unknown`; the fact `claim` names one of our own claims, never what the sender wrote.
 */
export class Claims {
  readonly #object: JsonObject;
  readonly #place: string;
  #read = 0;

  constructor(object: JsonObject, place = "") {
    this.#object = object;
    this.#place = place;
  }

  has(claim: string): boolean {
    return this.#object[claim] !== undefined;
  }

  /** The claim's value, or undefined when it is absent. */
  optional(claim: string): JsonValue | undefined {
    const value = this.#object[claim];
    if (value !== undefined) this.#read++;
    return value;
  }

  required(claim: string): JsonValue {
    const value = this.optional(claim);
    if (value === undefined)
      throw new FrostglassError("claims-missing", "A claim is missing from the message.", { claim: this.#place + claim });
    return value;
  }

  text(claim: string, pattern: RegExp): string {
    return this.#matching(claim, this.required(claim), pattern);
  }

  optionalText(claim: string, pattern: RegExp): string | undefined {
    const value = this.optional(claim);
    return value === undefined ? undefined : this.#matching(claim, value, pattern);
  }

  digest(claim: string): Digest {
    return this.text(claim, digestPattern) as Digest;
  }

  /** A whole number, not negative: an instant in Unix seconds (RFC 7519 §2 NumericDate, integers only), an index, a count. */
  count(claim: string): number {
    const value = this.required(claim);
    if (typeof value !== "number" || value < 0) throw this.invalid(claim);
    return value;
  }

  /** An array of at most `most` such numbers. */
  counts(claim: string, most: number): number[] {
    const value = this.required(claim);
    if (!Array.isArray(value) || value.length > most) throw this.invalid(claim);
    if (!value.every((element) => typeof element === "number" && element >= 0)) throw this.invalid(claim);
    return value;
  }

  object(claim: string): Claims {
    const value = this.required(claim);
    if (!isJsonObject(value)) throw this.invalid(claim);
    return new Claims(value, `${this.#place}${claim}.`);
  }

  /** An array of at most `most` objects, each to be read to its end. */
  objects(claim: string, most: number): Claims[] {
    const value = this.required(claim);
    if (!Array.isArray(value) || value.length > most) throw this.invalid(claim);
    return value.map((element) => {
      if (!isJsonObject(element)) throw this.invalid(claim);
      return new Claims(element, `${this.#place}${claim}.`);
    });
  }

  /** An array of texts, at least `least` and at most `most`. */
  texts(claim: string, pattern: RegExp, least: number, most: number): string[] {
    const value = this.required(claim);
    if (!Array.isArray(value) || value.length < least || value.length > most) throw this.invalid(claim);
    return value.map((element) => this.#matching(claim, element, pattern));
  }

  /** A subject {scheme, id}. Throws the codes of `checkSubject` for an identifier that its scheme does not take. */
  subject(claim: string): Subject {
    const members = this.object(claim);
    const subject = checkSubject(members.text("scheme", identifierPattern), members.text("id", /^[\s\S]{1,128}$/));
    members.end();
    return subject;
  }

  /** At most 32 parameters: identifiers to whole numbers or texts of at most 64 visible characters. */
  parameters(claim: string): ParameterValues {
    const value = this.required(claim);
    if (!isJsonObject(value)) throw this.invalid(claim);
    const names = Object.keys(value);
    if (names.length > 32) throw this.invalid(claim);
    for (const name of names) if (!isParameter(name, value[name])) throw this.invalid(claim);
    return value as ParameterValues; // it has no prototype, so a name such as `constructor` finds only what was sent
  }

  /** Call this last: refuses the message when it has a claim that was not read. */
  end(): void {
    if (Object.keys(this.#object).length !== this.#read) {
      throw new FrostglassError("claims-unknown", "The message has a claim that is not known here.");
    }
  }

  invalid(claim: string): FrostglassError {
    return new FrostglassError("claims-invalid", "A claim of the message has the wrong type or form.", { claim: this.#place + claim });
  }

  #matching(claim: string, value: JsonValue, pattern: RegExp): string {
    if (typeof value !== "string" || !pattern.test(value)) throw this.invalid(claim);
    return value;
  }
}

// An auditor's terminal will show them: no control or invisible character.
const parameterText = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{0,64}$/u;

function isParameter(name: string, value: JsonValue | undefined): boolean {
  return identifierPattern.test(name) && (typeof value === "number" || (typeof value === "string" && parameterText.test(value)));
}
