/*
 * An array of bytes with a buffer of its own costs more to set up and to collect than most of what is done with it here. So short ones are cut, one after
 * the other, from a common block. A byte of a block is handed out once, and a block is let go with the last array that was cut from it.
 */
const blockLength = 65_536;
const longestCut = blockLength / 4;
/** Engines keep arrays up to this length without any buffer. */
const shortestCut = 64;

let block = new Uint8Array(blockLength);
let used = 0;

/** So many zero bytes. Others share their `buffer`: whoever makes a view of it gives `byteOffset` and the length. */
export function newBytes(length: number): Uint8Array {
  if (length <= shortestCut || length > longestCut) return new Uint8Array(length);
  makeRoom(length);
  return cut(length);
}

/**
 * Bytes whose number only writing them tells: `write` gets `most` bytes of room, and what it says it wrote is given back. It must not write past
 * that, and not ask for bytes itself.
 */
export function writtenBytes(most: number, write: (room: Uint8Array) => number): Uint8Array {
  if (most > longestCut) {
    const room = new Uint8Array(most);
    return room.slice(0, write(room));
  }
  makeRoom(most);
  return cut(write(block.subarray(used, used + most)));
}

function makeRoom(length: number): void {
  if (used + length <= blockLength) return;
  block = new Uint8Array(blockLength);
  used = 0;
}

function cut(length: number): Uint8Array {
  const bytes = block.subarray(used, used + length);
  used += length;
  return bytes;
}
