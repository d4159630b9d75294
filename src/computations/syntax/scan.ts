import { Lexer } from "yaml";
import { encodeUtf8 } from "../../bytes/utf8.js";

/** The longest manifest, in UTF-8 bytes. */
const longestManifest = 256 * 1024;
/** The deepest nesting of lists and maps. */
const deepest = 32;

type Report = (offset: number, message: string, expected: string) => void;

/**
 * What is refused before any YAML is read: over-long text, tabs and control characters, characters that reorder or hide text (a reviewer
 * must read what the node reads), a missing last line break (a signed note's text ends in one), and the parts of YAML that a manifest has
 * no use for: anchors, aliases, tags, explicit keys, directives.
 * The depth is bounded here because the YAML composer recurses: past some thousand levels it takes the whole process down. Gives the
 * lexemes of a sound text, undefined after a report.
 */
export function scanText(text: string, report: Report): readonly string[] | undefined {
  let reports = 0;
  const counted: Report = (offset, message, expected) => {
    if (reports++ < 20) report(offset, message, expected);
  };
  // Each scan only after the one before found nothing: the later ones rely on it.
  for (const scan of [scanLength, scanCharacters, scanIndents]) if (reports === 0) scan(text, counted);
  if (reports > 0) return undefined;
  const lexemes = [...new Lexer().lex(text)];
  scanLexemes(lexemes, counted);
  return reports === 0 ? lexemes : undefined;
}

function scanLength(text: string, report: Report): void {
  const tooLong = text.length > longestManifest || encodeUtf8(text).length > longestManifest;
  if (tooLong) report(0, "The manifest is too long.", `at most ${longestManifest} bytes`);
  if (!text.endsWith("\n")) report(Math.max(text.length - 1, 0), "The last line is not ended.", "a line break at the end");
}

// C0 (but for the newline), DEL, C1, soft hyphen, zero-width and direction marks, line and paragraph separators, BOM, lone surrogates.
const refusedCharacters =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function scanCharacters(text: string, report: Report): void {
  for (const match of text.matchAll(refusedCharacters)) {
    const code = match[0].charCodeAt(0);
    const name = code === 9 ? "A tab" : `The invisible or control character U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    report(match.index, `${name} is not allowed.`, code === 9 ? "spaces" : "visible text");
  }
}

// One more block level takes at least one more column, so the depth of block nesting is at most the length of such a run.
function scanIndents(text: string, report: Report): void {
  for (const match of text.matchAll(/(?:^|[-:] )(?:[ -]|: ){64}/gm))
    report(match.index, "The lines are indented too deeply.", "at most 63 columns");
}

const refusedLexemes: Readonly<Record<string, readonly [string, string]>> = {
  "&": ["An anchor is not allowed.", "the value written out"],
  "*": ["An alias is not allowed.", "the value written out"],
  "!": ["A tag is not allowed.", "a plain value"],
  "?": ["An explicit key is not allowed.", "a plain key"],
  "%": ["A directive is not allowed.", "a manifest that begins with its keys"],
};

// The lexer marks where scalars and documents begin with these, which have no width in the text.
const widthless = new Set(["\u0002", "\u0018", "\u001f"]);

function scanLexemes(lexemes: readonly string[], report: Report): void {
  let offset = 0;
  let depth = 0;
  let scalar = false;
  for (const lexeme of lexemes) {
    if (widthless.has(lexeme)) {
      scalar = lexeme === "\u001f";
      continue;
    }
    const refused = scalar ? undefined : refusedLexemes[lexeme[0] ?? ""];
    if (refused !== undefined) report(offset, ...refused);
    if (!scalar && (lexeme === "[" || lexeme === "{") && ++depth > deepest) {
      report(offset, "The nesting is too deep.", `at most ${deepest} levels`);
      return;
    }
    if (!scalar && (lexeme === "]" || lexeme === "}")) depth--;
    offset += lexeme.length;
    scalar = false;
  }
}
