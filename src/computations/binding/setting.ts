import type { LiteralKind, Operand } from "../manifest/literals.js";
import { quote, suggest } from "../syntax/nearest.js";
import type { Scope } from "./scope.js";

/** A literal after binding: one value, or one for each choice of a parameter. */
export interface Setting<T> {
  /** The parameter's position, or -1 for a constant. */
  readonly parameter: number;
  readonly values: readonly T[];
}

/** Reads a literal, or every choice of the parameter that it names. Undefined after a mistake was reported. */
export function bindOperand<T>(scope: Scope, operand: Operand, kind: LiteralKind<T>): Setting<T> | undefined {
  if (operand.parameter === undefined) {
    const value = kind.read(operand.text);
    if (value !== undefined) return { parameter: -1, values: [value] };
    scope.problems.mistake(operand.place, `${quote(operand.text)} does not fit here.`, expectedOf(kind, operand.text));
    return undefined;
  }
  const parameter = scope.useParameter(operand.parameter);
  if (parameter === undefined) {
    const known = scope.manifest.parameters.map(({ name }) => `$${name.text}`);
    scope.problems.mistake(operand.place, `There is no parameter ${quote(operand.parameter)}.`, suggest(operand.text, known));
    return undefined;
  }
  const choices = parameter.entry.choices.map((choice) => {
    const value = kind.read(choice.text);
    if (value === undefined)
      scope.problems.mistake(
        choice.place,
        `${quote(choice.text)} does not fit where $${parameter.entry.name.text} stands.`,
        expectedOf(kind, choice.text),
      );
    return value;
  });
  const values = choices.filter((value) => value !== undefined);
  return values.length === choices.length ? { parameter: parameter.index, values } : undefined;
}

function expectedOf<T>(kind: LiteralKind<T>, text: string): string | undefined {
  return kind.words === undefined ? kind.expected : suggest(text, kind.words);
}

/** The value under the given choices (a position in each parameter's list). */
export function valueUnder<T>(setting: Setting<T>, choices: readonly number[]): T {
  return setting.values[setting.parameter < 0 ? 0 : (choices[setting.parameter] as number)] as T;
}

/** The value of a constant; undefined for a parameter. */
export function constantOf<T>(setting: Setting<T> | undefined): T | undefined {
  return setting?.parameter === -1 ? setting.values[0] : undefined;
}
