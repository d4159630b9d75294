import { encodeUtf8 } from "../bytes/utf8.js";

/** What a key of type 0x04 puts in its signature line (C2SP tlog-cosignature, Format). */
export interface TimestampedSignature {
  /** Unix seconds. */
  readonly time: number;
  /** 64 bytes of Ed25519. */
  readonly signature: Uint8Array;
}

/*
 * time[8, big-endian] || signature[64]
 */
const timeLength = 8;
const signatureLength = 64;

/** Encodes the structure `timestamped_signature`. `time` is a safe integer, not negative. */
export function encodeTimestamped(value: TimestampedSignature): Uint8Array {
  const bytes = new Uint8Array(timeLength + signatureLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value.time));
  bytes.set(value.signature, timeLength);
  return bytes;
}

/** Decodes the structure, or gives undefined for another length or a time past 2^53 − 1 (the specification ends at 2^63 − 1). */
export function decodeTimestamped(bytes: Uint8Array): TimestampedSignature | undefined {
  if (bytes.length !== timeLength + signatureLength) return undefined;
  const time = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
  return Number.isSafeInteger(time) ? { time, signature: bytes.slice(timeLength) } : undefined;
}

/**
 * The message of an Ed25519 cosignature: two lines of its own, then the whole note text (C2SP tlog-cosignature, Ed25519 signed message).
 */
export function cosignedMessage(time: number, text: string): Uint8Array {
  return encodeUtf8(`cosignature/v1\ntime ${time}\n${text}`);
}
