import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Computation, compileManifest } from "../../computations/computation.js";
import { parseManifest } from "../../computations/manifest/manifest.js";
import { textToSign } from "../../computations/textToSign.js";
import { formatNote, signNote } from "../../note/signedNote.js";
import { readSchemas } from "../../vault/home.js";
import { publicPart } from "../keys.js";
import { realSurroundings } from "../surroundings.js";
import { administer } from "./administer.js";
import type { Federation, Holder } from "./federation.js";

const secondsPerYear = 365 * 86_400;

/**
 * The reviewers sign each computation of a holder, the holder puts it in force, and the bank is added and granted all of them. Gives the
 * computations that were put in force.
 */
export async function approveAll(federation: Federation, holder: Holder): Promise<readonly Computation[]> {
  const schemas = readSchemas(holder.home);
  const compile = (text: string) => compileManifest(parseManifest(text), schemas);
  const computations = readManifests(holder).map((text) => compile(textToSign(compile(text), schemas)));
  const requester = federation.bank.name;
  const from = realSurroundings.now();
  await administer(holder, async (session) => {
    await session.run({ act: "add-requester", requester, keys: [publicPart(federation.bank)] });
    for (const { id, purposes, manifest } of computations) {
      await session.run({ act: "add-computation", note: signedBy(federation, id, manifest.text) });
      await session.run({ act: "grant", requester, computation: id, purposes: [...purposes], from, until: from + secondsPerYear });
    }
  });
  return computations;
}

function readManifests({ home }: Holder): readonly string[] {
  const names = readdirSync(home.computationsDir).filter((name) => name.endsWith(".yaml"));
  return names.sort().map((name) => readFileSync(join(home.computationsDir, name), "utf8"));
}

/** Each reviewer signs the exact text; the note with both signatures is kept as a file. */
function signedBy({ dir, reviewers }: Federation, id: string, text: string): string {
  const lines = reviewers.map(({ key: { name, privateKey } }) => signNote(text, { name, privateKey }));
  const note = formatNote(text, lines);
  writeFileSync(join(dir, "notes", `${id}.note`), note, { flag: "wx" });
  return note;
}
