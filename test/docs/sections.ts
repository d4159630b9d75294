import { manifestJsonSchema } from "../../src/computations/jsonSchema.js";

/* A manifest as the sections at its left edge, to put the pieces together that docs/COMPUTATIONS.md shows one after the other. */

const order = Object.keys(manifestJsonSchema().properties as object);

type Sections = ReadonlyMap<string, string>;

/** The sections by name. Remarks at the left edge belong to the section before them; those before the first are left out. */
export function sectionsOf(text: string): Sections {
  const sections = new Map<string, string>();
  let name: string | undefined;
  for (const line of text.trimEnd().split("\n")) {
    name = /^([a-z_]+):/.exec(line)?.[1] ?? name;
    if (name !== undefined) sections.set(name, `${sections.get(name) ?? ""}${line}\n`);
  }
  return sections;
}

/** The manifest with the sections of the piece in place of its own. A remark `# without: a, b` in the piece takes those sections out. */
export function withPiece(manifest: string, piece: string): string {
  const without = /^# without: (.*)$/m.exec(piece)?.[1]?.split(", ") ?? [];
  const sections = new Map([...sectionsOf(manifest), ...sectionsOf(piece)]);
  const names = [...sections.keys()].filter((name) => !without.includes(name));
  return names
    .toSorted((a, b) => order.indexOf(a) - order.indexOf(b))
    .map((name) => sections.get(name) ?? "")
    .join("");
}
