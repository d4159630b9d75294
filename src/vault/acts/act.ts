import type { z } from "zod";
import type { Batch } from "../batch.js";
import type { VaultState } from "../state.js";

/** What an act works on: the state before it, and the batch that makes it durable. */
export interface Acting {
  readonly state: VaultState;
  readonly batch: Batch;
  /** The instant of the act, Unix seconds. */
  readonly at: number;
}

/** One act of administration: the form of its command, and what it does. */
export interface Act<Shape extends z.ZodObject> {
  readonly shape: Shape;
  /** Checks all that can be checked, then writes its entries to the batch in one go; when it throws, nothing was written. */
  carryOut(acting: Acting, command: z.output<Shape>): void;
}

/** Joins the form of a command with what it does, so that each is checked against the other. */
export function act<Shape extends z.ZodObject>(shape: Shape, carryOut: Act<Shape>["carryOut"]): Act<Shape> {
  return { shape, carryOut };
}
