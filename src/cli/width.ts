/* Text laid out by the columns of a terminal that it takes. */

/** Wide characters take two columns of a terminal. */
export function widthOf(text: string): number {
  return [...text].reduce(
    (sum, character) => sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/.test(character) ? 2 : 1),
    0,
  );
}

/** With spaces after it, up to that many columns. */
export function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

const piece = /(?:(?:`[^`]*`|[^\s\u2e80-\uffef`])+|[`\u2e80-\uffef])[、。，；：！？）》」』”]*\s*/g;

/** Lines of at most so many columns: breaks at spaces, and in Chinese after any character, but never before a closing mark or within backticks. */
export function wrapped(text: string, width = 96): readonly string[] {
  const lines = [""];
  for (const word of text.match(piece) ?? []) {
    const last = lines.at(-1) ?? "";
    if (widthOf(last) > 0 && widthOf(last + word.trimEnd()) > width) lines.push(word);
    else lines[lines.length - 1] = last + word;
  }
  return lines.map((line) => line.trimEnd());
}
