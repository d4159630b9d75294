import type { ErrorCode } from "../errors/codes.js";
import { FrostglassError } from "../errors/error.js";

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** An object without a prototype: a member that the sender did not write is undefined, whatever its name. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

export interface StrictJsonOptions {
  /** How many objects and arrays may stand inside each other. Default 16. */
  readonly maxDepth?: number;
}

/**
 * Parses JSON (RFC 8259) that has one meaning for every reader: what it takes, it reads as JSON.parse does, and it takes less. Throws
 * `json-invalid` (grammar, trailing text), `json-member-duplicate` (compared after unescaping), `json-number-refused` (fraction, exponent, -0,
 * beyond 2^53-1), `json-surrogate-refused` (half a character) or `json-too-deep`. The caller bounds the length of the text.
 */
export function parseStrictJson(text: string, { maxDepth = 16 }: StrictJsonOptions = {}): JsonValue {
  return new StrictJsonParser(text, maxDepth).parse();
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

class StrictJsonParser {
  readonly #text: string;
  #at = 0;
  #depthLeft: number;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#depthLeft = maxDepth;
  }

  parse(): JsonValue {
    const value = this.#value(this.#next());
    this.#next();
    if (this.#at !== this.#text.length) throw this.#refusal("json-invalid", "something follows the value");
    return value;
  }

  /** Skips white space; the code of the character that follows, NaN at the end. */
  #next(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code;
      this.#at++;
    }
  }

  #value(first: number): JsonValue {
    if (first === quote) return this.#string();
    if (first === openBrace) return this.#nested(() => this.#object());
    if (first === openBracket) return this.#nested(() => this.#array());
    if (first === minus || (first >= zero && first <= nine)) return this.#number();
    if (this.#take("true")) return true;
    if (this.#take("false")) return false;
    if (this.#take("null")) return null;
    throw this.#refusal("json-invalid", "a value was expected");
  }

  #take(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  #nested(read: () => JsonValue): JsonValue {
    if (this.#depthLeft-- === 0) throw this.#refusal("json-too-deep", "too many objects and arrays stand inside each other");
    this.#at++;
    const value = read();
    this.#depthLeft++;
    return value;
  }

  #object(): JsonObject {
    const members: Record<string, JsonValue> = Object.create(null);
    if (this.#ends(closeBrace)) return members;
    do {
      if (this.#next() !== quote) throw this.#refusal("json-invalid", "a member name was expected");
      const name = this.#string();
      if (name in members) throw this.#refusal("json-member-duplicate", "a member stands twice in one object");
      if (this.#next() !== colon) throw this.#refusal("json-invalid", "a colon was expected");
      this.#at++;
      members[name] = this.#value(this.#next());
    } while (this.#continues(closeBrace));
    return members;
  }

  #array(): JsonValue[] {
    const elements: JsonValue[] = [];
    if (this.#ends(closeBracket)) return elements;
    do elements.push(this.#value(this.#next()));
    while (this.#continues(closeBracket));
    return elements;
  }

  #ends(close: number): boolean {
    if (this.#next() !== close) return false;
    this.#at++;
    return true;
  }

  #continues(close: number): boolean {
    if (this.#ends(close)) return false;
    if (!this.#ends(comma)) throw this.#refusal("json-invalid", "a comma or the closing bracket was expected");
    return true;
  }

  #number(): number {
    const start = this.#at;
    if (this.#text.charCodeAt(start) === minus) this.#at++;
    const first = this.#at;
    while (isDigit(this.#text.charCodeAt(this.#at))) this.#at++;
    const digits = this.#at - first;
    if (digits === 0 || (digits > 1 && this.#text.charCodeAt(first) === zero)) throw this.#refusal("json-invalid", "a number is malformed");
    const value = Number(this.#text.slice(start, this.#at));
    if (Object.is(value, -0) || !Number.isSafeInteger(value) || this.#isInexact()) {
      throw this.#refusal("json-number-refused", "a number is not a whole number between -(2^53-1) and 2^53-1, written plainly");
    }
    return value;
  }

  /** A fraction or an exponent follows: `.`, `e` or `E`. */
  #isInexact(): boolean {
    const code = this.#text.charCodeAt(this.#at);
    return code === 0x2e || code === 0x65 || code === 0x45;
  }

  #string(): string {
    const start = ++this.#at;
    for (let at = start; ; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === quote) {
        this.#at = at + 1;
        return this.#text.slice(start, at);
      }
      if (code === backslash || (code >= 0xd800 && code <= 0xdfff)) return this.#unusualString(start - 1);
      if (!(code >= 0x20)) throw this.#refusal("json-invalid", "a string has no end or holds a control character");
    }
  }

  /** A string with escapes or characters beyond the basic plane: its end is found here, its escapes are JSON.parse's work. */
  #unusualString(start: number): string {
    let at = start + 1;
    for (let code = 0; code !== quote; at++) {
      code = this.#text.charCodeAt(at);
      if (code === backslash) at++;
      if (!(code >= 0x20)) throw this.#refusal("json-invalid", "a string has no end or holds a control character");
    }
    this.#at = at;
    const value = this.#unescape(this.#text.slice(start, at));
    if (/\p{Surrogate}/u.test(value)) throw this.#refusal("json-surrogate-refused", "a string holds half of a surrogate pair");
    return value;
  }

  #unescape(literal: string): string {
    try {
      return JSON.parse(literal);
    } catch (cause) {
      throw this.#refusal("json-invalid", "a string holds an unknown escape", cause);
    }
  }

  #refusal(code: ErrorCode, why: string, cause?: unknown): FrostglassError {
    return new FrostglassError(code, `The JSON text was refused: ${why}.`, { offset: this.#at }, { cause });
  }
}

function isDigit(code: number): boolean {
  return code >= zero && code <= nine;
}
