import { parseNote } from "../note/signedNote.js";
import { parseCheckpoint } from "../tlog/checkpoint.js";
import type { GovernanceEntry } from "../wire/entry.js";
import { quietly } from "./publishedText.js";
import { formatInstant } from "./witnesses.js";

type Of<Kind extends GovernanceEntry["entry"]> = Extract<GovernanceEntry, { entry: Kind }>;
type Words = { readonly [Kind in GovernanceEntry["entry"]]: (entry: Of<Kind>) => string };

/** Digests are shown by their first digits: the index says where the whole one stands. */
const short = (digest: string) => `${digest.slice(0, "sha256:".length + 12)}…`;

const words: Words = {
  "log-created/1": ({ holder, environment, succeeds }) =>
    `${holder} began this log (${environment})${succeeds === undefined ? "" : `, in the place of ${headOf(succeeds)}`}`,
  "key-added/1": ({ role }) => `a key for ${role === "log" ? "checkpoints" : "answers"} was added`,
  "key-retired/1": ({ role }) => `a key for ${role === "log" ? "checkpoints" : "answers"} was retired`,
  "policy-set/1": ({ policy, note }) => `policy ${short(policy)} came into force${note === undefined ? "" : ", signed by operators"}`,
  "key-compromised/1": ({ role, size, since }) =>
    `a key for ${role === "log" ? "checkpoints" : "answers"} is given up from entry ${size} and ${formatInstant(since)} on: others may have it`,
  "computation-approved/1": ({ id, version, computation }) => `${id} ${version} was approved (${short(computation)})`,
  "computation-tested/1": ({ id, version, computation, epoch, firms }) =>
    `${id} ${version} was tested over some ${firms} firms of epoch ${epoch} (${short(computation)})`,
  "computation-superseded/1": ({ computation, by, from }) =>
    `computation ${short(computation)} gives way to ${short(by)} from ${formatInstant(from)}`,
  "computation-expires/1": ({ computation, until }) => `computation ${short(computation)} ends at ${formatInstant(until)}`,
  "computation-revoked/1": ({ computation, reason }) =>
    `computation ${short(computation)} was revoked${reason === undefined ? "" : ` (${reason})`}`,
  "requester-added/1": ({ requester, keys }) =>
    `${requester} became a requester, with ${keys.length === 1 ? "one key" : `${keys.length} keys`}`,
  "requester-key-added/1": ({ requester }) => `${requester} got a new key`,
  "requester-key-retired/1": ({ requester, until }) => `an older key of ${requester} ends at ${formatInstant(until)}`,
  "requester-granted/1": ({ requester, computation, purposes, until }) =>
    `${requester} may run ${computation} for ${purposes.join(", ")}, until ${formatInstant(until)}`,
  "requester-cut-off/1": ({ requester }) => `${requester} was cut off`,
  "epoch-published/1": ({ number, asOf, datasets }) => `epoch ${number} was published: ${Object.keys(datasets).join(", ")}, as of ${asOf}`,
  "consent-revoked/1": ({ consent, issuer }) =>
    `consent ${short(consent)} was revoked${issuer === undefined ? "" : ` by its issuer ${issuer}`}`,
  "answer-replayed/1": ({ answer, result }) => `answer ${short(answer)} was computed again: ${result}`,
  "log-refilled/1": ({ from, to }) =>
    `the log was refilled from a copy: entries ${from} to ${to - 1} came back, the charges and replies of the answers among them did not`,
  "log-pruned/1": ({ minimumIndex }) => `entries before ${minimumIndex} need not be served any more: an archive has them`,
  "subject-accessed/1": () => "a subject was told who had asked about it",
  "erasure-done/1": ({ pages }) => `${pages} ${pages === 1 ? "page was" : "pages were"} erased`,
};

function headOf(checkpoint: string): string {
  const head = quietly(() => parseCheckpoint(parseNote(checkpoint).text));
  return head === undefined ? "a log whose checkpoint does not read" : `the log ${head.origin} after its ${head.size} entries`;
}

/** An act of administration in one line of plain words, without its index and time. */
export function describeAct(entry: GovernanceEntry): string {
  return (words[entry.entry] as (entry: GovernanceEntry) => string)(entry);
}
