import { lei } from "./lei.js";
import { opaque } from "./opaque.js";
import type { SubjectScheme } from "./scheme.js";
import { uscc } from "./uscc.js";

/** Every subject scheme. A new one is one file and one line here. */
export const subjectSchemes: readonly SubjectScheme[] = [uscc, lei, opaque];
