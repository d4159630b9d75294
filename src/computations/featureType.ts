import { minorDigits } from "../datasets/columnTypes/currencies.js";
import type { Column } from "../datasets/columnTypes/index.js";

/** What a feature's values are like; decides which literals may stand against them. */
export type FeatureType =
  | {
      readonly kind: "number";
      /** Set for money: its values are in the major unit of this currency. */
      readonly currency?: string;
      /** True when every value is a whole number. */
      readonly whole: boolean;
      /** The least and greatest value that can be, where that is known. */
      readonly least?: number;
      readonly most?: number;
    }
  /** One of a closed list of words. */
  | { readonly kind: "member"; readonly members: readonly string[] }
  /** An opaque text. */
  | { readonly kind: "code" };

export const plainNumber: FeatureType = { kind: "number", whole: false };
export const wholeNumber: FeatureType = { kind: "number", whole: true };
export const countType: FeatureType = { kind: "number", whole: true, least: 0 };
export const truthType: FeatureType = { kind: "number", whole: true, least: 0, most: 1 };

/** The type of a value that comes from one cell of the column. */
export function typeOfColumn(column: Column): FeatureType {
  if (column.type === "enum") return { kind: "member", members: column.members ?? [] };
  if (column.type === "boolean") return { kind: "member", members: ["true", "false"] };
  if (column.type === "code") return { kind: "code" };
  if (column.type === "money") return { kind: "number", currency: column.currency ?? "", whole: false };
  return { kind: "number", whole: column.type === "integer" };
}

/** How many of a lane's integers make one: 100 for money in CNY, 10^scale for a decimal, else 1. */
export function unitOf(column: Column): number {
  if (column.type === "money") return 10 ** minorDigits(column.currency ?? "");
  return column.type === "decimal" ? 10 ** (column.scale ?? 0) : 1;
}

/** For messages: `money in CNY`, `a number`, `one of A, B`, `a code`. */
export function describeType(type: FeatureType): string {
  if (type.kind === "code") return "a code";
  if (type.kind === "member") return `one of ${type.members.slice(0, 12).join(", ")}`;
  if (type.currency !== undefined) return `money in ${type.currency}`;
  return type.whole ? "a whole number" : "a number";
}
