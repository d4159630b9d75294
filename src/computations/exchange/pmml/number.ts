/**
 * The plain decimal of a number as XML Schema writes doubles (`19`, `19.0`, `+1.9E1`, `.5`), exactly: `1E-3` is `0.001`. Undefined for anything
 * else (`INF`, `NaN`), and for more than 30 digits on a side of the point.
 */
export function plainDecimal(text: string): string | undefined {
  const match = /^\s*([+-]?)([0-9]{0,40})(?:\.([0-9]{0,40}))?(?:[eE]([+-]?[0-9]{1,3}))?\s*$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  if (whole + fraction === "") return undefined;
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  const left = point <= 0 ? "" : digits.slice(0, point).padEnd(point, "0");
  const right = point >= digits.length ? "" : digits.slice(Math.max(point, 0)).padStart(digits.length - point, "0");
  const [before, after] = [left.replace(/^0+(?=.)/, "") || "0", right.replace(/0+$/, "")];
  if (before.length > 30 || after.length > 30) return undefined;
  const size = after === "" ? before : `${before}.${after}`;
  return sign === "-" && /[1-9]/.test(size) ? `-${size}` : size;
}
