/*
 * How often one requester may ask: a bucket that holds as many tokens as it may send messages a minute, and fills at that rate. Pure, and in whole
 * numbers: a token is sixty parts, so that a second adds exactly the rate.
 */

export interface Bucket {
  /** Sixtieths of a token. */
  readonly parts: number;
  /** When they were counted, Unix seconds. */
  readonly at: number;
}

const partsOfToken = 60;

/** Takes one token at `now`, or none where the bucket is empty: then `wait` says after how many seconds there is one. A clock set back adds nothing. */
export function takeToken(bucket: Bucket | undefined, perMinute: number, now: number): { readonly bucket: Bucket; readonly wait: number } {
  const full = perMinute * partsOfToken;
  const filled = bucket === undefined ? full : Math.min(full, bucket.parts + Math.max(0, now - bucket.at) * perMinute);
  if (filled < partsOfToken) return { bucket: { parts: filled, at: now }, wait: Math.ceil((partsOfToken - filled) / perMinute) };
  return { bucket: { parts: filled - partsOfToken, at: now }, wait: 0 };
}
