/** A way to name subjects. To add one: a file beside this one, and a line in `index.ts`; `test/model/subject.test.ts` holds the shared rules. */
export interface SubjectScheme {
  /** What stands before the colon, as in `uscc:…`. */
  readonly name: string;
  /**
   * The canonical identifier, or a coded error: `subject-malformed` (length, alphabet, case, width) or `subject-check-digit`. Strict on
   * purpose: a mistyped identifier must come back as a mistake, never as "no such subject".
   */
  parse(id: string, options?: SubjectOptions): string;
}

export interface SubjectOptions {
  /** For `opaque` only: the holder's own pattern, made by `compilePattern`. */
  readonly pattern?: RegExp;
}
