import { z } from "zod";
import { FrostglassError } from "../../errors/error.js";
import type { CellFormat, Column, NumberColumnType } from "./columnType.js";
import { wordParser } from "./words.js";

const member = z.string().min(1).max(64);

/** One of a closed list of members: the member's index in the schema's list. */
export const enumType = {
  name: "enum",
  kind: "number",
  settings: {
    members: z
      .array(member)
      .min(1)
      .max(256)
      .refine((list) => new Set(list).size === list.length, "members without repetition"),
  },
  format: { values: z.record(z.string().min(1).max(256), member).optional() },
  bounds: (column) => ({ min: 0, max: (column.members?.length ?? 0) - 1 }),
  byteParser: (column, format) => wordParser(column, meanings(column, format)),
} as const satisfies NumberColumnType;

/** Without a `values` map a cell is a member itself; with one, only the mapped cells are accepted. */
function meanings(column: Column, format: CellFormat | undefined): (readonly [string, number])[] {
  const members = column.members ?? [];
  if (format?.values === undefined) return members.map((word, index) => [word, index] as const);
  return Object.entries(format.values).map(([word, to]) => [word, indexOf(column, members, to)] as const);
}

function indexOf(column: Column, members: readonly string[], to: string): number {
  const index = members.indexOf(to);
  if (index >= 0) return index;
  throw new FrostglassError("cell-format-invalid", `Column ${column.name} has no member ${to}; its members are ${members.join(", ")}.`, {
    column: column.name,
  });
}
