import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Policy } from "../../../admission/policy.js";
import { analyse } from "../../../computations/analysis/analyse.js";
import type { Leakage } from "../../../computations/analysis/leakage.js";
import { compileManifest } from "../../../computations/computation.js";
import { parseManifest } from "../../../computations/manifest/manifest.js";
import type { DatasetSchema } from "../../../datasets/schema.js";
import { asFrostglassError } from "../../../errors/error.js";
import type { Digest } from "../../../model/digest.js";
import { parseNote } from "../../../note/signedNote.js";
import { homeAt } from "../../../vault/home.js";
import { readText } from "../../files.js";

/** What a computation and those in force beside it tell of one dataset together. */
export interface BesideDataset {
  readonly dataset: string;
  /** Those in force that read the same columns. */
  readonly others: readonly {
    readonly id: string;
    readonly version: string;
    readonly columns: readonly string[];
    readonly millibits: bigint;
  }[];
  /** All of them with all their parameters, this one included, in thousandths of a bit. */
  readonly together: bigint;
  /** What the policy lets one requester learn in a period, in thousandths of a bit. */
  readonly budget: number | undefined;
  /** How many answers of this one spend the budget. */
  readonly answers: number | undefined;
}

interface InForce {
  readonly digest: Digest;
  readonly leakage: Leakage;
}

/**
 * By dataset of the computation. Reads what the node published (`public/computations.json` and the notes), so it needs neither passphrase nor a
 * running node; a computation that the schemas no longer fit is passed over.
 */
export function besideOf(
  home: string,
  schemas: ReadonlyMap<string, DatasetSchema>,
  self: Leakage,
  policy: Policy | undefined,
): readonly BesideDataset[] {
  // By id and version, of which there is one in force at most: a text that nobody has signed yet has another digest than the one that was signed.
  const others = inForce(home, schemas).filter(({ leakage: { id, version } }) => id !== self.id || version !== self.version);
  return self.datasets.map(({ dataset, touched }) => {
    const sharing = others.flatMap(({ leakage }) => {
      const columns = leakage.datasets.find((each) => each.dataset === dataset)?.touched.filter((column) => touched.includes(column)) ?? [];
      return columns.length === 0 ? [] : [{ id: leakage.id, version: leakage.version, columns, millibits: leakage.askings.millibits }];
    });
    const budget = policy?.disclosure.budget;
    const { millibits } = self;
    return {
      dataset,
      others: sharing,
      together: sharing.reduce((sum, each) => sum + each.millibits, self.askings.millibits),
      budget,
      answers: budget === undefined || millibits === 0 ? undefined : Math.floor(budget / millibits),
    };
  });
}

function inForce(home: string, schemas: ReadonlyMap<string, DatasetSchema>): readonly InForce[] {
  const { publicDir } = homeAt(home);
  const list = join(publicDir, "computations.json");
  const notes = join(publicDir, "notes");
  if (!existsSync(list) || !existsSync(notes)) return [];
  const listed = JSON.parse(readText(list)) as { readonly computations?: readonly { readonly digest?: string; readonly state?: string }[] };
  const running = (listed.computations ?? []).filter(({ state }) => state === "in-force");
  const digests = new Set(running.map(({ digest }) => digest));
  const files = readdirSync(notes).filter((name) => name.endsWith(".note"));
  return files.flatMap((name) => analysed(readText(join(notes, name)), schemas)).filter(({ digest }) => digests.has(digest));
}

function analysed(note: string, schemas: ReadonlyMap<string, DatasetSchema>): readonly InForce[] {
  try {
    const computation = compileManifest(parseManifest(parseNote(note).text), schemas);
    return [{ digest: computation.digest, leakage: analyse(computation, schemas) }];
  } catch (thrown) {
    if (asFrostglassError(thrown) === undefined) throw thrown;
    return []; // written for other schemas: the vault does not run it either
  }
}
