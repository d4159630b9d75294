import { FrostglassError } from "../errors/error.js";

/**
 * An exact number `num / den` with `den > 0`. Two plain numbers where both are safe integers, which cost far less; else two big integers.
 * Made by the functions here alone. Not kept in lowest terms: compare with `compareRational`, never member by member.
 */
export type Rational = PlainRational | BigRational;

interface PlainRational {
  readonly num: number;
  readonly den: number;
}

// Names of its own, so that the compiler keeps the two apart and need not ask of every member of the other what it is.
interface BigRational {
  readonly bigNum: bigint;
  readonly bigDen: bigint;
}

/**
 * `num / den`, with the sign moved to the numerator; plain numbers have to be safe integers. Throws `division-by-zero` when `den` is 0, and a
 * RangeError for a number that is no integer.
 */
export function rational(num: bigint | number, den: bigint | number = 1): Rational {
  if (Number.isSafeInteger(num) && Number.isSafeInteger(den) && (den as number) > 0) return plain(num as number, den as number);
  const below = BigInt(den);
  if (below === 0n) throw new FrostglassError("division-by-zero", "A fraction has no value when its denominator is zero.");
  return below < 0n ? fitted(-BigInt(num), -below) : fitted(BigInt(num), below);
}

// `+ 0` makes a negative zero, which big integers do not have, a zero.
function plain(num: number, den: number): Rational {
  return { num: num + 0, den };
}

function fitted(num: bigint, den: bigint): Rational {
  return isSafe(num) && isSafe(den) ? plain(Number(num), Number(den)) : { bigNum: num, bigDen: den };
}

const mostSafe = BigInt(Number.MAX_SAFE_INTEGER);

function isSafe(value: bigint): boolean {
  return value <= mostSafe && value >= -mostSafe;
}

function isPlain(value: Rational): value is PlainRational {
  return "num" in value;
}

function big(value: Rational): BigRational {
  return isPlain(value) ? { bigNum: BigInt(value.num), bigDen: BigInt(value.den) } : value;
}

/** Numerator and denominator, not in lowest terms. */
export function partsOf(value: Rational): readonly [num: bigint, den: bigint] {
  const { bigNum, bigDen } = big(value);
  return [bigNum, bigDen];
}

// Sums and products of safe integers round monotonically, so what comes out as a safe integer was one before it was rounded: it is exact.

export function add(a: Rational, b: Rational): Rational {
  if (isPlain(a) && isPlain(b)) {
    const isAlike = a.den === b.den;
    const left = isAlike ? a.num : a.num * b.den;
    const right = isAlike ? b.num : b.num * a.den;
    const den = isAlike ? a.den : a.den * b.den;
    const num = left + right;
    if (areSafe(left, right) && areSafe(num, den)) return plain(num, den);
  }
  return addBig(big(a), big(b));
}

function addBig(a: BigRational, b: BigRational): Rational {
  if (a.bigDen === b.bigDen) return fitted(a.bigNum + b.bigNum, a.bigDen);
  return fitted(a.bigNum * b.bigDen + b.bigNum * a.bigDen, a.bigDen * b.bigDen);
}

function areSafe(a: number, b: number): boolean {
  return Math.abs(a) <= Number.MAX_SAFE_INTEGER && Math.abs(b) <= Number.MAX_SAFE_INTEGER;
}

export function subtract(a: Rational, b: Rational): Rational {
  return add(a, negate(b));
}

export function negate(value: Rational): Rational {
  return isPlain(value) ? plain(-value.num, value.den) : fitted(-value.bigNum, value.bigDen);
}

/** The number without its sign. */
export function magnitude(value: Rational): Rational {
  return signOf(value) < 0 ? negate(value) : value;
}

export function multiply(a: Rational, b: Rational): Rational {
  if (isPlain(a) && isPlain(b)) {
    const num = a.num * b.num;
    const den = a.den * b.den;
    if (areSafe(num, den)) return plain(num, den);
  }
  const [x, y] = [big(a), big(b)];
  return fitted(x.bigNum * y.bigNum, x.bigDen * y.bigDen);
}

/** `a / b`. Throws `division-by-zero` when `b` is zero: ask first, a computation has to call that case missing. */
export function divide(a: Rational, b: Rational): Rational {
  if (isPlain(a) && isPlain(b)) {
    const num = a.num * b.den;
    const den = a.den * b.num;
    if (areSafe(num, den)) return rational(num, den);
  }
  const [x, y] = [big(a), big(b)];
  return rational(x.bigNum * y.bigDen, x.bigDen * y.bigNum);
}

/** Orders two exact numbers by cross multiplication; no rounding takes part. */
export function compareRational(a: Rational, b: Rational): -1 | 0 | 1 {
  if (isPlain(a) && isPlain(b)) {
    // Mostly both are whole, or both amounts of money.
    if (a.den === b.den) return order(a.num, b.num);
    const left = a.num * b.den;
    const right = b.num * a.den;
    if (areSafe(left, right)) return order(left, right);
  }
  const [x, y] = [big(a), big(b)];
  const [left, right] = [x.bigNum * y.bigDen, y.bigNum * x.bigDen];
  return left < right ? -1 : left > right ? 1 : 0;
}

// Of plain numbers only: code that meets both kinds is compiled for neither.
function order(a: number, b: number): -1 | 0 | 1 {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** -1 below zero, 1 above it. */
export function signOf(value: Rational): -1 | 0 | 1 {
  if (isPlain(value)) return order(value.num, 0);
  return value.bigNum < 0n ? -1 : value.bigNum > 0n ? 1 : 0;
}

export function isWhole(value: Rational): boolean {
  return isPlain(value) ? value.num % value.den === 0 : value.bigNum % value.bigDen === 0n;
}

/** The largest whole number that is not above `value`. */
export function floor(value: Rational): bigint {
  return isPlain(value) ? BigInt(plainFloor(value)) : bigFloor(value);
}

/** As `floor`, as a plain number: exact for a safe integer, else near it. */
export function floorNumber(value: Rational): number {
  return isPlain(value) ? plainFloor(value) : Number(bigFloor(value));
}

function plainFloor({ num, den }: PlainRational): number {
  const rest = num % den;
  return (num - rest) / den - (rest < 0 ? 1 : 0);
}

function bigFloor({ bigNum, bigDen }: BigRational): bigint {
  const whole = bigNum / bigDen;
  return bigNum < 0n && whole * bigDen !== bigNum ? whole - 1n : whole;
}

/** The nearest whole number; a half goes up, towards positive infinity (2.5 gives 3, -2.5 gives -2). */
export function roundHalfUp(value: Rational): bigint {
  return floor(add(value, rational(1, 2)));
}

/** The decimal with so many digits after the point that is nearest; a half goes up, as in `roundHalfUp`. */
export function roundToDecimal(value: Rational, digits: number): string {
  const scaled = roundHalfUp(multiply(value, rational(10n ** BigInt(digits))));
  const text = (scaled < 0n ? -scaled : scaled).toString().padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  return `${scaled < 0n ? "-" : ""}${whole}${digits === 0 ? "" : `.${text.slice(-digits)}`}`;
}

const decimalPattern = /^(-?)(0|[1-9][0-9]{0,29})(?:\.([0-9]{1,30}))?(%?)$/;

/**
 * The exact value of a decimal such as `-12.50`, or of a percentage such as `25%`. ASCII only, no plus sign, no leading zeros, no exponent,
 * at most 30 digits on each side of the point. Throws `decimal-invalid`.
 */
export function parseDecimal(text: string): Rational {
  const match = decimalPattern.exec(text);
  if (match === null)
    throw new FrostglassError("decimal-invalid", "The text is not a plain decimal such as `-12.50`, or a percentage such as `25%`.");
  const [, sign, whole = "", fraction = "", percent] = match;
  const size = BigInt(whole + fraction);
  const den = 10n ** BigInt(fraction.length) * (percent === "%" ? 100n : 1n);
  return fitted(sign === "-" ? -size : size, den);
}

/** The shortest decimal of a number that has a finite one (`-12.5`), else its fraction (`1/3`). */
export function formatDecimal(value: Rational): string {
  const [num, den] = partsOf(value);
  for (let digits = 0; digits <= 64; digits++) {
    const scaled = num * 10n ** BigInt(digits);
    if (scaled % den !== 0n) continue;
    const text = (scaled < 0n ? -scaled / den : scaled / den).toString().padStart(digits + 1, "0");
    return `${num < 0n ? "-" : ""}${text.slice(0, text.length - digits)}${digits === 0 ? "" : `.${text.slice(-digits)}`}`;
  }
  return `${num}/${den}`;
}

/** As `parseDecimal`, but the percent sign must be there. Throws `decimal-invalid`. */
export function parsePercent(text: string): Rational {
  if (!text.endsWith("%")) throw new FrostglassError("decimal-invalid", "A percentage ends in a percent sign, as in `25%`.");
  return parseDecimal(text);
}
