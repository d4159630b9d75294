import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readYaml } from "../datasets/yamlDocument.js";
import { FrostglassError } from "../errors/error.js";

/*
 * A witness's home, one folder:
 *
 *   witness.yaml   its name and where it listens        logs         the logs that it cosigns for, a trust file
 *   witness.key    its sealed private key               witness.db   what it cosigned last; never delete it
 */
export interface WitnessHome {
  readonly dir: string;
  readonly nodeFile: string;
  readonly keyFile: string;
  readonly logsFile: string;
  readonly database: string;
}

export function witnessHomeAt(dir: string): WitnessHome {
  return {
    dir,
    nodeFile: join(dir, "witness.yaml"),
    keyFile: join(dir, "witness.key"),
    logsFile: join(dir, "logs"),
    database: join(dir, "witness.db"),
  };
}

const shape = z.strictObject({
  frostglass: z.literal("witness/1"),
  name: z.string().min(1).max(255),
  listen: z.strictObject({
    host: z.string().min(1),
    port: z.int().min(0).max(65_535),
    admin_port: z.int().min(0).max(65_535),
    tls: z.strictObject({ certificate: z.string(), key: z.string() }).optional(),
  }),
});

/** What `witness.yaml` says. */
export type WitnessConfiguration = z.infer<typeof shape>;

/** Reads `witness.yaml`. Throws `witness-home-missing` where there is none, `witness-invalid` where it is wrong. */
export function readWitness({ nodeFile }: WitnessHome): WitnessConfiguration {
  if (!existsSync(nodeFile)) throw new FrostglassError("witness-home-missing", "There is no witness.yaml in this folder.");
  return readYaml(readFileSync(nodeFile, "utf8"), shape, "witness-invalid").value;
}

/** Makes an empty home, without its key. Throws `file-exists` when the folder holds something. */
export function makeWitnessHome(dir: string, name: string, port: number): WitnessHome {
  const home = witnessHomeAt(dir);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (readdirSync(dir).length > 0) throw new FrostglassError("file-exists", "The folder is not empty; nothing was made.");
  writeFileSync(home.nodeFile, witnessYaml(name, port), { flag: "wx" });
  writeFileSync(home.logsFile, "# Logs to cosign for: frostglass witness add-log\nquorum none\n", { flag: "wx" });
  return home;
}

function witnessYaml(name: string, port: number): string {
  return `frostglass: witness/1
name: ${name}
listen:
  host: 127.0.0.1
  port: ${port}
  admin_port: ${port === 0 ? 0 : port + 1} # health and metrics, for the operator alone
`;
}
