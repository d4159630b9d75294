/**
 * Encodes a text as GB18030, two bytes a Chinese character, for files as older systems write them. Node decodes GB18030 and does not encode it, so the
 * table comes from decoding every pair of bytes. Throws `RangeError` for a character that needs four bytes: the sample has none.
 */
export function encodeGb18030(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (code < 0x80) bytes.push(code);
    else bytes.push(...pairOf(character));
  }
  return Uint8Array.from(bytes);
}

let pairs: ReadonlyMap<string, readonly [number, number]> | undefined;

function pairOf(character: string): readonly [number, number] {
  pairs ??= readPairs();
  const pair = pairs.get(character);
  if (pair === undefined) throw new RangeError("a character that GB18030 does not write in two bytes");
  return pair;
}

/** First bytes 0x81 to 0xFE, second bytes 0x40 to 0xFE without 0x7F. */
function readPairs(): ReadonlyMap<string, readonly [number, number]> {
  const decoder = new TextDecoder("gb18030");
  const found = new Map<string, readonly [number, number]>();
  for (let first = 0x81; first <= 0xfe; first++) {
    for (let second = 0x40; second <= 0xfe; second++) {
      if (second !== 0x7f) found.set(decoder.decode(Uint8Array.of(first, second)), [first, second]);
    }
  }
  return found;
}
