import { decodeUtf8 } from "../bytes/utf8.js";
import { readOwnFile } from "../crypto/keyFile.js";
import { FrostglassError } from "../errors/error.js";

/** The option that every verb with a key file has. */
export const passphraseOption = [
  "--passphrase-file <path>",
  "file (mode 0600) whose first line is the passphrase; asked for otherwise",
] as const;

/**
 * The passphrase: from a file that only its owner may read, or asked for on the terminal without echo. Throws `passphrase-needed` where there is
 * neither.
 */
export async function readPassphrase(file: string | undefined, question: string): Promise<string> {
  if (file !== undefined) return firstLine(decodeUtf8(readOwnFile(file)));
  if (process.stdin.isTTY !== true) throw new FrostglassError("passphrase-needed", "There is no terminal to ask for the passphrase on.");
  return askHidden(question);
}

/** Asks for a new passphrase twice. Throws `passphrase-needed`, `passphrase-weak` or `passphrase-differs`. */
export async function readNewPassphrase(file: string | undefined): Promise<string> {
  const passphrase = await readPassphrase(file, "New passphrase for the private keys: ");
  if (passphrase.length < 12) throw new FrostglassError("passphrase-weak", "A passphrase has at least 12 characters.");
  if (file === undefined && (await askHidden("The same once more: ")) !== passphrase) {
    throw new FrostglassError("passphrase-differs", "The two passphrases differ; nothing was made.");
  }
  return passphrase;
}

function firstLine(text: string): string {
  const line = text.split(/\r?\n/, 1)[0] ?? "";
  if (line === "") throw new FrostglassError("passphrase-needed", "The passphrase file is empty.");
  return line;
}

/** Reads a line in raw mode, so that nothing is shown. Ctrl-C ends the process as it would anywhere. */
function askHidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.resume();
  let typed = "";
  return new Promise((resolve) => {
    const finish = () => {
      stdin.off("data", read);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write("\n");
    };
    const read = (chunk: Buffer) => {
      for (const key of chunk.toString("utf8")) {
        if (key === "\r" || key === "\n") {
          finish();
          return resolve(typed);
        }
        if (key === "\u0003") {
          finish();
          process.kill(process.pid, "SIGINT");
        } else if (key === "\u007f") typed = typed.slice(0, -1);
        else typed += key;
      }
    };
    stdin.on("data", read);
  });
}
