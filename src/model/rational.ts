import { FrostglassError } from "../errors/error.js";

/** An exact number `num / den` with `den > 0`. Not kept in lowest terms: compare with `compareRational`, never member by member. */
export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

/** `num / den`, with the sign moved to the numerator. Throws `division-by-zero` when `den` is 0. */
export function rational(num: bigint | number, den: bigint | number = 1n): Rational {
  const below = BigInt(den);
  if (below === 0n) throw new FrostglassError("division-by-zero", "A fraction has no value when its denominator is zero.");
  return below < 0n ? { num: -BigInt(num), den: -below } : { num: BigInt(num), den: below };
}

export function add(a: Rational, b: Rational): Rational {
  if (a.den === b.den) return { num: a.num + b.num, den: a.den };
  return { num: a.num * b.den + b.num * a.den, den: a.den * b.den };
}

export function subtract(a: Rational, b: Rational): Rational {
  return add(a, { num: -b.num, den: b.den });
}

export function multiply(a: Rational, b: Rational): Rational {
  return { num: a.num * b.num, den: a.den * b.den };
}

/** `a / b`. Throws `division-by-zero` when `b` is zero: ask first, a computation has to call that case missing. */
export function divide(a: Rational, b: Rational): Rational {
  return rational(a.num * b.den, a.den * b.num);
}

/** Orders two exact numbers by cross multiplication; no rounding takes part. */
export function compareRational(a: Rational, b: Rational): -1 | 0 | 1 {
  // Mostly both are whole, or both amounts of money: a product of big integers costs as much as the rest of the comparison.
  const isAlike = a.den === b.den;
  const left = isAlike ? a.num : a.num * b.den;
  const right = isAlike ? b.num : b.num * a.den;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The largest whole number that is not above `value`. */
export function floor(value: Rational): bigint {
  const whole = value.num / value.den;
  return value.num < 0n && whole * value.den !== value.num ? whole - 1n : whole;
}

/** The nearest whole number; a half goes up, towards positive infinity (2.5 gives 3, -2.5 gives -2). */
export function roundHalfUp(value: Rational): bigint {
  return floor({ num: 2n * value.num + value.den, den: 2n * value.den });
}

/** The decimal with so many digits after the point that is nearest; a half goes up, as in `roundHalfUp`. */
export function roundToDecimal(value: Rational, digits: number): string {
  const scaled = roundHalfUp({ num: value.num * 10n ** BigInt(digits), den: value.den });
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
  return { num: sign === "-" ? -size : size, den };
}

/** The shortest decimal of a number that has a finite one (`-12.5`), else its fraction (`1/3`). */
export function formatDecimal({ num, den }: Rational): string {
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
