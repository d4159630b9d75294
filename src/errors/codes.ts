/**
 * The registry of error codes: one line a code, grouped by the floor that throws it. `status` is what HTTP shows (0: never reaches HTTP);
 * `next` tells the reader what to do. Codes are stable: never rename one, never give one a second meaning.
 */
interface CodeEntry {
  readonly status: number;
  readonly next: string;
}

const registry = {
  // bytes
  "base64-invalid": { status: 400, next: "Send canonical base64: right alphabet, right padding, no spare bits." },
  "hex-invalid": { status: 400, next: "Send lower-case hexadecimal of even length." },
  "utf8-invalid": { status: 400, next: "Send well-formed UTF-8." },
  "json-invalid": { status: 400, next: "Send strict JSON: no duplicate members, integers only, at most 16 levels deep." },

  // crypto
  "public-key-invalid": { status: 400, next: "Use a 32-byte Ed25519 public key that is a canonical point of large order." },
  "private-key-invalid": { status: 0, next: "Use a 32-byte Ed25519 seed; make a new key with `frostglass keys generate`." },
  "seal-broken": {
    status: 500,
    next: "The sealed bytes were altered or belong elsewhere: run `frostglass doctor`, then restore from a backup.",
  },
} as const satisfies Record<string, CodeEntry>;

export type ErrorCode = keyof typeof registry;
export const errorCodes: Readonly<Record<ErrorCode, CodeEntry>> = registry;
