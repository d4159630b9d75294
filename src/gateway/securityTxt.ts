const day = 86_400_000;

/** A contact that RFC 9116 §2.5.3 allows: a mail address, a telephone number or a web page, as a URI. */
export const contactPattern = /^(?:mailto:|tel:|https:\/\/)[\x21-\x7e]{1,240}$/;

/**
 * The text of /.well-known/security.txt (RFC 9116): whom to tell about a weakness. `now` is in milliseconds since 1970; the text is good for
 * half a year from then.
 *
 *     Contact: mailto:security@holder.example
 *     Expires: 2027-01-17T00:00:00.000Z
 *     Preferred-Languages: en, zh
 */
export function formatSecurityTxt(contact: string, now: number): string {
  const expires = new Date((Math.floor(now / day) + 180) * day).toISOString();
  return `Contact: ${contact}\nExpires: ${expires}\nPreferred-Languages: en, zh\n`;
}
