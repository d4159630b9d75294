/** An element to be written: with children, or with text. */
export interface Markup {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: readonly Markup[] | string;
}

export function markup(name: string, attributes: Readonly<Record<string, string>>, content: Markup["content"] = []): Markup {
  return { name, attributes, content };
}

/** A document in UTF-8, an element a line. */
export function writeXml(root: Markup): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${lines(root, "").join("\n")}\n`;
}

function lines({ name, attributes, content }: Markup, indent: string): readonly string[] {
  const start = `${indent}<${name}${Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeText(value)}"`)
    .join("")}`;
  if (typeof content === "string") return [`${start}>${escapeText(content)}</${name}>`];
  if (content.length === 0) return [`${start}/>`];
  return [`${start}>`, ...content.flatMap((child) => lines(child, `${indent}  `)), `${indent}</${name}>`];
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** XML 1.0 §2.4. No control character gets this far: names and words are checked for them before. */
function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
