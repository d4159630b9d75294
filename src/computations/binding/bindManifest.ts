import type { DatasetSchema } from "../../datasets/schema.js";
import { countKind } from "../manifest/literals.js";
import type { Manifest, TooFew } from "../manifest/manifest.js";
import { ManifestError, type ManifestProblem, Problems } from "../syntax/problems.js";
import type { BoundManifest, BoundTooFew } from "./bound.js";
import { bindFeature } from "./features.js";
import { bindWhere } from "./filters.js";
import { checkHeader, checkUses } from "./header.js";
import { bindLinear, bindOutput } from "./outputs.js";
import { Scope } from "./scope.js";
import { bindScorecard } from "./scorecard.js";
import { bindOperand } from "./setting.js";

/**
 * Holds a manifest against the schemas of the datasets it names (by dataset name). The result lists every mistake and warning in the order
 * of the text; with a mistake in it the manifest does not pass.
 */
export function checkManifest(manifest: Manifest, schemas: ReadonlyMap<string, DatasetSchema>): readonly ManifestProblem[] {
  const problems = new Problems();
  bind(manifest, schemas, problems);
  return problems.sorted();
}

/** Resolves every name and literal of a manifest. Throws `ManifestError` (`manifest-invalid`) when it does not pass; warnings pass. */
export function bindManifest(manifest: Manifest, schemas: ReadonlyMap<string, DatasetSchema>): BoundManifest {
  const problems = new Problems();
  const bound = bind(manifest, schemas, problems);
  if (bound === undefined || problems.mistakes > 0) throw new ManifestError(problems.sorted());
  return bound;
}

function bind(manifest: Manifest, schemas: ReadonlyMap<string, DatasetSchema>, problems: Problems): BoundManifest | undefined {
  const scope = new Scope(manifest, schemas, problems);
  checkHeader(scope);
  for (const { name, feature } of manifest.features) scope.addFeature(name.text, () => bindFeature(scope, feature));
  const scorecard = manifest.scorecard && bindScorecard(scope, manifest.scorecard);
  const linear = manifest.linear && bindLinear(scope, manifest.linear);
  const output = bindOutput(scope, manifest.output);
  const tooFew = manifest.tooFew.map((each) => bindTooFew(scope, each)).filter((each) => each !== undefined);
  // What a mistake kept from being bound must not be called unused.
  if (problems.mistakes === 0) checkUses(scope);
  if (output === undefined) return undefined;
  const features = new Map([...scope.features].flatMap(([name, feature]) => (feature === undefined ? [] : [[name, feature] as const])));
  const [datasets, unused] = [datasetsOf(scope), scope.unusedFeatures()];
  return { selections: scope.selections, steps: scope.steps, features, unused, scorecard, linear, output, tooFew, datasets };
}

function bindTooFew(scope: Scope, { fewerThan, of, where }: TooFew): BoundTooFew | undefined {
  const input = scope.input(of);
  const bound = bindOperand(scope, fewerThan, countKind);
  const selection = input && bindWhere(scope, input, where);
  return bound === undefined || selection === undefined ? undefined : { fewerThan: bound, selection };
}

function datasetsOf(scope: Scope): BoundManifest["datasets"] {
  const inputs = scope.inputs.filter((input) => input !== undefined);
  return inputs.map(({ alias, schema, columns }) => ({ alias, name: schema.name, columns: [...columns].sort((a, b) => a - b) }));
}
