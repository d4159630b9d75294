import { existsSync } from "node:fs";
import { type Policy, parsePolicy } from "../../admission/policy.js";
import { homeAt } from "../../vault/home.js";
import { readText } from "../files.js";
import type { SchemaOptions } from "./read.js";

/** The policy that was last written to the home, if a home was named and has one. Throws what `parsePolicy` throws. */
export function policyOf({ home }: SchemaOptions): Policy | undefined {
  const file = home === undefined ? undefined : homeAt(home).policyFile;
  return file !== undefined && existsSync(file) ? parsePolicy(readText(file)) : undefined;
}
