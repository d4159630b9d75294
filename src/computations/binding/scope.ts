import type { Column } from "../../datasets/columnTypes/index.js";
import type { DatasetSchema } from "../../datasets/schema.js";
import type { InputColumn } from "../aggregates/aggregate.js";
import { unitOf } from "../featureType.js";
import type { Manifest, ParameterEntry } from "../manifest/manifest.js";
import { quote, suggest } from "../syntax/nearest.js";
import type { Problems } from "../syntax/problems.js";
import type { Name } from "../syntax/shape.js";
import type { BoundFeature, BoundSelection, Step } from "./bound.js";

/** An input of the manifest and the schema of its dataset. */
export interface BoundInput {
  readonly index: number;
  readonly alias: string;
  readonly schema: DatasetSchema;
  /** The positions of the columns that are read. */
  readonly columns: Set<number>;
  used: boolean;
}

/** What is known while a manifest is held against its schemas: the names so far, and what has been made of them. */
export class Scope {
  readonly manifest: Manifest;
  readonly problems: Problems;
  readonly inputs: readonly (BoundInput | undefined)[];
  /** The features bound so far, by name. One that did not bind is there with undefined, so that it is not reported twice. */
  readonly features = new Map<string, BoundFeature | undefined>();
  readonly steps: Step[] = [];
  readonly selections: BoundSelection[] = [];
  /** The features, the score and the linear predictor that were named since the last feature was bound: in the end, by what makes the outcome. */
  usedFeatures = new Set<string>();
  readonly #usedBy = new Map<string, ReadonlySet<string>>();
  readonly usedParameters = new Set<string>();
  readonly reasonCodes = new Map<string, Name>();
  /** Positions in `steps` and `selections` by what they do: equal work is done once. */
  readonly stepKeys = new Map<string, number>();
  readonly selectionKeys = new Map<string, number>();

  constructor(manifest: Manifest, schemas: ReadonlyMap<string, DatasetSchema>, problems: Problems) {
    this.manifest = manifest;
    this.problems = problems;
    this.inputs = manifest.inputs.map(({ alias, dataset }, index) => {
      const schema = schemas.get(dataset.text);
      if (schema !== undefined) return { index, alias: alias.text, schema, columns: new Set(), used: false };
      problems.mistake(dataset.place, `There is no dataset ${quote(dataset.text)} here.`, suggest(dataset.text, [...schemas.keys()]));
      return undefined;
    });
  }

  /** The input of that alias. Undefined after a mistake was reported (here, or for its dataset before). */
  input(alias: Name): BoundInput | undefined {
    const aliases = this.manifest.inputs.map((input) => input.alias.text);
    const index = aliases.indexOf(alias.text);
    if (index < 0) this.problems.mistake(alias.place, `There is no input ${quote(alias.text)}.`, suggest(alias.text, aliases));
    const input = this.inputs[index];
    if (input !== undefined) input.used = true;
    return input;
  }

  /** A column of an input. Undefined after a mistake was reported. */
  column(input: BoundInput, name: Name): InputColumn | undefined {
    const index = input.schema.columns.findIndex((column) => column.name === name.text);
    const column: Column | undefined = input.schema.columns[index];
    if (column === undefined) {
      const names = input.schema.columns.map((each) => each.name);
      this.problems.mistake(name.place, `The dataset ${input.schema.name} has no column ${quote(name.text)}.`, suggest(name.text, names));
      return undefined;
    }
    input.columns.add(index);
    return { index, column, unit: unitOf(column) };
  }

  /** A feature that stands before this place. Undefined after a mistake was reported. */
  feature(name: Name): BoundFeature | undefined {
    this.usedFeatures.add(name.text);
    if (this.features.has(name.text)) return this.features.get(name.text);
    const later = this.manifest.features.some((feature) => feature.name.text === name.text);
    const message = later ? `The feature ${quote(name.text)} stands after this place.` : `There is no feature ${quote(name.text)}.`;
    this.problems.mistake(name.place, message, later ? "a feature that stands before" : suggest(name.text, [...this.features.keys()]));
    return undefined;
  }

  /** Binds a feature under its name, and keeps which others it names. */
  addFeature(name: string, bind: () => BoundFeature | undefined): void {
    this.features.set(name, bind());
    this.#usedBy.set(name, this.usedFeatures);
    this.usedFeatures = new Set();
  }

  /** The features that no outcome hangs on, not even through another feature. To be asked when everything is bound. */
  unusedFeatures(): readonly Name[] {
    const used = new Set(this.usedFeatures);
    for (const { name } of this.manifest.features.toReversed()) // a feature names only those before it
      if (used.has(name.text)) for (const each of this.#usedBy.get(name.text) ?? []) used.add(each);
    return this.manifest.features.map(({ name }) => name).filter(({ text }) => !used.has(text));
  }

  useParameter(name: string): { readonly index: number; readonly entry: ParameterEntry } | undefined {
    this.usedParameters.add(name);
    const index = this.manifest.parameters.findIndex((parameter) => parameter.name.text === name);
    const entry = this.manifest.parameters[index];
    return entry === undefined ? undefined : { index, entry };
  }
}
