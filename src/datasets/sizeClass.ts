/** The smallest class, in bytes. */
export const smallestClass = 256;

/**
 * The padded length for `length` bytes: eight classes a doubling, from 256 up (256, 288, 320, … 512, 576, …). So the length of a sealed page
 * gives away the size of its records to about an eighth only, for at most an eighth more bytes above 256.
 */
export function sizeClass(length: number): number {
  if (length <= smallestClass) return smallestClass;
  const doubling = 2 ** Math.floor(Math.log2(length - 1));
  const step = doubling / 8;
  return Math.ceil(length / step) * step;
}
