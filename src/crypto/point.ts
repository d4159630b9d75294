import { ed25519 } from "@noble/curves/ed25519.js";
import { FrostglassError } from "../errors/error.js";

/**
 * Refuses what verifiers disagree on: wrong length, non-canonical y, a point off the curve, a point of small order (any message would
 * verify under it), a point with a torsion part. Both engines call this once, when a key is registered. Throws `public-key-invalid`.
 */
export function checkPublicKeyPoint(bytes: Uint8Array): void {
  if (bytes.length !== 32) throw new FrostglassError("public-key-invalid", "An Ed25519 public key has 32 bytes.", { length: bytes.length });
  let point: ReturnType<typeof ed25519.Point.fromBytes>;
  try {
    point = ed25519.Point.fromBytes(bytes, false);
  } catch (cause) {
    throw new FrostglassError("public-key-invalid", "The public key is not a canonical point of the curve.", {}, { cause });
  }
  if (!point.isTorsionFree() || point.is0())
    throw new FrostglassError("public-key-invalid", "The public key is a point of small or mixed order.");
}
