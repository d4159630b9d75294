import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type DatasetSchema, parseSchema } from "../datasets/schema.js";
import { readYaml } from "../datasets/yamlDocument.js";
import { FrostglassError } from "../errors/error.js";

/*
 * A holder's home, one folder:
 *
 *   node.yaml            who this node is, where it listens
 *   datasets/*.yaml      schemas                  mappings/*.yaml   how files become records
 *   computations/*.yaml  manifests to vet         policy.yaml       the policy last written here (the one in force is in the log)
 *   keys/holder.keys     sealed private keys      vault.db          log, answers, accounts
 *   epochs/              sealed segments          public/           what anyone may read
 *   witnesses            who cosigns the log, a trust file; where there is none, nobody does
 *   alarms/              proof of a split view; while it is there, the vault does not start
 *   refill               that the log was refilled, until the log says so itself
 *   retired              that the log ended; while it is there, the vault does not start
 *   run/                 sockets and locks
 */
export interface Home {
  readonly dir: string;
  readonly nodeFile: string;
  readonly datasetsDir: string;
  readonly mappingsDir: string;
  readonly computationsDir: string;
  readonly policyFile: string;
  readonly keyFile: string;
  readonly database: string;
  readonly epochsDir: string;
  readonly publicDir: string;
  readonly doorSocket: string;
  readonly adminSocket: string;
  readonly vaultLock: string;
  readonly importLock: string;
  readonly witnessesFile: string;
  readonly alarmsDir: string;
  readonly refillFile: string;
  readonly retiredFile: string;
}

export function homeAt(dir: string): Home {
  checkSocketPath(join(dir, "run", "vault.sock"));
  return {
    dir,
    nodeFile: join(dir, "node.yaml"),
    datasetsDir: join(dir, "datasets"),
    mappingsDir: join(dir, "mappings"),
    computationsDir: join(dir, "computations"),
    policyFile: join(dir, "policy.yaml"),
    keyFile: join(dir, "keys", "holder.keys"),
    database: join(dir, "vault.db"),
    epochsDir: join(dir, "epochs"),
    publicDir: join(dir, "public"),
    doorSocket: join(dir, "run", "vault.sock"),
    adminSocket: join(dir, "run", "admin.sock"),
    vaultLock: join(dir, "run", "vault.lock"),
    importLock: join(dir, "run", "import.lock"),
    witnessesFile: join(dir, "witnesses"),
    alarmsDir: join(dir, "alarms"),
    refillFile: join(dir, "refill"),
    retiredFile: join(dir, "retired"),
  };
}

/** The system gives a socket's path about 107 bytes (104 on macOS); a longer one fails in ways that nobody understands. */
function checkSocketPath(path: string): void {
  const length = Buffer.byteLength(path);
  if (length > 103)
    throw new FrostglassError("home-path-too-long", "The path of the home is too long for its sockets.", { length, limit: 103 });
}

/** The file of the segment that an epoch wrote to a dataset. */
export function segmentPath(home: Home, dataset: string, epoch: number): string {
  return join(home.epochsDir, `${dataset}-${String(epoch).padStart(6, "0")}.db`);
}

const seconds = z.int().min(1).max(86_400);

/** How often checkpoints go to the witnesses, and how old the last quorum may be before the node warns and before it stops answering. */
const witnessingShape = z
  .strictObject({ every_seconds: seconds, warn_after_seconds: seconds, stop_after_seconds: seconds })
  .refine(
    ({ every_seconds, warn_after_seconds, stop_after_seconds }) =>
      every_seconds < warn_after_seconds && warn_after_seconds < stop_after_seconds,
    {
      message: "every_seconds below warn_after_seconds below stop_after_seconds",
    },
  );

const nodeShape = z.strictObject({
  frostglass: z.literal("node/1"),
  holder: z.string().min(1).max(255),
  environment: z.enum(["demo", "test", "production"]),
  /** Whom to tell about a weakness, as a URI such as mailto:security@holder.example: shown in security.txt. */
  contact: z.string().max(500).optional(),
  listen: z.strictObject({
    host: z.string().min(1),
    port: z.int().min(0).max(65_535),
    admin_port: z.int().min(0).max(65_535),
    tls: z.strictObject({ certificate: z.string(), key: z.string() }).optional(),
  }),
  witnessing: witnessingShape.optional(),
});

/** What `node.yaml` says: the holder's name (also the log's origin), the environment in each answer, and where the gateway listens. */
export type NodeConfiguration = z.infer<typeof nodeShape>;

/** Reads `node.yaml`. Throws `home-missing` where there is none, `node-invalid` where it is wrong. */
export function readNode(home: Home): NodeConfiguration {
  if (!existsSync(home.nodeFile))
    throw new FrostglassError("home-missing", "There is no node.yaml in this folder, so it is no holder's home.");
  return readYaml(readFileSync(home.nodeFile, "utf8"), nodeShape, "node-invalid").value;
}

/** All dataset schemas of the home, by name. Throws `schema-invalid`, naming the file's line, or `schema-name` when file and name differ. */
export function readSchemas(home: Home): Map<string, DatasetSchema> {
  const schemas = new Map<string, DatasetSchema>();
  if (!existsSync(home.datasetsDir)) return schemas;
  for (const file of readdirSync(home.datasetsDir).sort()) {
    if (!file.endsWith(".yaml")) continue;
    const schema = parseSchema(readFileSync(join(home.datasetsDir, file), "utf8"));
    if (`${schema.name}.yaml` !== file) {
      throw new FrostglassError("schema-name", `The schema in datasets/${file} has another name than its file.`, { file });
    }
    schemas.set(schema.name, schema);
  }
  return schemas;
}
