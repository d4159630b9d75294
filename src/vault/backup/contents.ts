/*
 * What a backup has of a home, by path. Not in it: `run/`, which belongs to processes, and of `public/` whatever the next start writes anew. A file that keeps
 * the vault from starting has to be in it, or restoring would undo that.
 */

/** Files that go in where they are there. */
export const wholeFiles = ["node.yaml", "policy.yaml", "witnesses", "refill", "retired"];

/** Folders that go in whole. */
export const wholeFolders = ["datasets", "mappings", "computations", "alarms", "public/anchors"];

/** Of these goes in what is in use: the key file, the database, and the segments that the database names. */
const partFolders = ["keys", "epochs"];
const database = "vault.db";

/** Whether a path is one that a backup may hold. */
export function isContent(path: string): boolean {
  return (
    path === database || wholeFiles.includes(path) || [...wholeFolders, ...partFolders].some((folder) => path.startsWith(`${folder}/`))
  );
}
