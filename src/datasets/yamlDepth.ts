import { type CST, Parser } from "yaml";

/** The most levels that mappings and lists may be nested. */
export const deepestYaml = 32;

interface Nested {
  readonly token: CST.Token;
  readonly depth: number;
}

/**
 * The offset of the first value that is nested too deep, or undefined when there is none.
 *
 * The YAML library builds its documents by recursion, and running out of stack there can end the process. Its first pass, used here, keeps
 * a stack of its own.
 */
export function tooDeepAt(text: string): number | undefined {
  const waiting: Nested[] = Array.from(new Parser().parse(text), (token) => ({ token, depth: 0 }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const depth = next.depth + 1;
    if (depth > deepestYaml) return next.token.offset;
    for (const token of childrenOf(next.token)) waiting.push({ token, depth });
  }
  return undefined;
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  const children: (CST.Token | null | undefined)[] = [];
  if (token.type === "document") children.push(token.value);
  if ("items" in token) for (const item of token.items) children.push(item.key, item.value);
  return children.filter((child) => child !== null && child !== undefined);
}
