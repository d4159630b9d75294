import { manifestShape } from "./manifest/manifest.js";
import type { Definitions, JsonSchema } from "./syntax/shape.js";

/**
 * The JSON Schema (draft 2020-12) of manifests, for editors that complete and underline. It is derived from the shapes that `parseManifest`
 * reads with, and is a little laxer: what needs the dataset schemas, or two keys at once, only `frostglass computation check` says.
 */
export function manifestJsonSchema(): JsonSchema {
  const definitions: Definitions = new Map();
  const root = manifestShape.schema(definitions);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "https://frostglass.example/schemas/computation-1.json",
    title: "Frostglass computation manifest",
    ...root,
    $defs: Object.fromEntries(definitions),
  };
}
