import { type Digest, digestOf } from "../../model/digest.js";

/**
 * The root of an epoch over its datasets: SHA-256 of one line `<dataset> <root>` for each, in ascending order of name. Whoever has the epoch's log
 * entry can check it.
 */
export function epochRoot(datasets: Readonly<Record<string, Digest>>): Digest {
  const lines = Object.entries(datasets).map(([name, root]) => `${name} ${root}\n`);
  return digestOf(`frostglass epoch/1\n${lines.sort().join("")}`);
}
