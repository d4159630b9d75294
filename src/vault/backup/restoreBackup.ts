import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { FrostglassError } from "../../errors/error.js";
import { homeAt } from "../home.js";
import { ArchiveReader, type Copied, syncFolder } from "./archive.js";
import { isContent } from "./contents.js";
import { damaged, type Member } from "./header.js";
import { checkFiles, digestPath, formatDigestFile, type Manifest, manifestPath, parseManifest } from "./manifest.js";

/**
 * Makes a home of a backup, in a folder that is new or empty. Every digest is verified before the home gets its name; when it throws, there is none. What it
 * does not restore is `public/`: the next start writes it anew. Throws `file-missing`, `home-exists`, `home-path-too-long`, `backup-damaged`.
 */
export function restoreBackup(path: string, dir: string): Manifest {
  if (!existsSync(path)) throw new FrostglassError("file-missing", "There is no backup of this name.");
  const target = homeAt(resolve(dir)).dir;
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new FrostglassError("home-exists", "The folder is not empty; nothing in it was touched.");
  mkdirSync(dirname(target), { recursive: true });
  const aside = mkdtempSync(join(dirname(target), `.${basename(target)}.restoring-`)); // mode 0700
  try {
    const manifest = unpack(path, aside);
    for (const folder of ["run", "epochs"]) mkdirSync(join(aside, folder), { recursive: true, mode: 0o700 });
    for (const folder of ["public", "datasets", "mappings", "computations"]) mkdirSync(join(aside, folder), { recursive: true });
    renameSync(aside, target);
    syncFolder(dirname(target));
    return manifest;
  } catch (thrown) {
    rmSync(aside, { recursive: true, force: true });
    throw thrown;
  }
}

function unpack(path: string, folder: string): Manifest {
  const archive = new ArchiveReader(path);
  try {
    const copied: Copied[] = [];
    for (let member = archive.next(); member !== undefined; member = archive.next()) {
      if (member.path === manifestPath) return checked(archive, member, copied);
      copied.push(archive.copyTo(member, placeOf(member, folder)));
    }
    throw damaged("it has no manifest");
  } finally {
    archive.close();
  }
}

/** After the manifest comes its digest, and then nothing. */
function checked(archive: ArchiveReader, member: Member, copied: readonly Copied[]): Manifest {
  const text = archive.content(member);
  const digest = archive.next();
  if (digest?.path !== digestPath || archive.content(digest) !== formatDigestFile(text)) throw damaged("its manifest was altered");
  if (archive.next() !== undefined) throw damaged("something follows its manifest");
  const manifest = parseManifest(text);
  checkFiles(manifest, copied);
  return manifest;
}

const secret = /^(?:keys|epochs|alarms)\//;

/** Where a member goes. Only what a home is made of is taken, and nothing twice. */
function placeOf({ path }: Member, folder: string): string {
  if (!isContent(path)) throw damaged("it holds a file that no home has");
  const place = join(folder, path);
  if (existsSync(place)) throw damaged("it holds a file twice");
  mkdirSync(dirname(place), { recursive: true, ...(secret.test(path) ? { mode: 0o700 } : {}) });
  return place;
}
