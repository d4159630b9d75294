/**
 * The candidate that `word` was most likely meant to be: at most a third of its letters differ (a swap of neighbours counts as one), or
 * undefined.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.floor(word.length / 3) + 1;
  if (word.length > 64) return undefined;
  for (const candidate of candidates) {
    const distance = distanceOf(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** `did you mean "sum"?`, or the whole list when it is short, or nothing. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const close = nearest(word, candidates);
  if (close !== undefined) return `${quote(close)} (did you mean this?)`;
  return candidates.length === 0 ? undefined : oneOf(candidates);
}

/** `one of "a", "b"`; a long list is cut. */
export function oneOf(words: readonly string[]): string {
  const shown = words.slice(0, 24).map(quote).join(", ");
  if (words.length === 1) return shown;
  return `one of ${shown}${words.length > 24 ? ", …" : ""}`;
}

/** A name in quotes, cut to a length that fits a message. What cannot be seen, or turns around the text after it, stands as its number. */
export function quote(word: string): string {
  const shown = JSON.stringify(word.length > 40 ? `${word.slice(0, 40)}…` : word);
  return shown.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Optimal string alignment distance: insertions, deletions, replacements, swaps of neighbours. */
function distanceOf(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) row.push(cellOf(a, b, i, j, row, last, beforeLast));
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

function cellOf(a: string, b: string, i: number, j: number, row: number[], last: number[], beforeLast: number[]): number {
  const same = a[i - 1] === b[j - 1] ? 0 : 1;
  const plain = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
  const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
  return swapped ? Math.min(plain, (beforeLast[j - 2] ?? 0) + 1) : plain;
}
