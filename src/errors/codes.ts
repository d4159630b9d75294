/**
 * The registry of error codes: one line a code, grouped by the floor that throws it. `status` is what HTTP shows (0: never reaches HTTP);
 * `next` tells the reader what to do. Codes are stable: never rename one, never give one a second meaning.
 */
interface CodeEntry {
  readonly status: number;
  readonly next: string;
}

const registry = {
  // bytes
  "base64-invalid": { status: 400, next: "Send canonical base64: right alphabet, right padding, no spare bits." },
  "hex-invalid": { status: 400, next: "Send lower-case hexadecimal of even length." },
  "utf8-invalid": { status: 400, next: "Send well-formed UTF-8." },
  "json-invalid": { status: 400, next: "Send strict JSON: no duplicate members, integers only, at most 16 levels deep." },

  // crypto
  "public-key-invalid": { status: 400, next: "Use a 32-byte Ed25519 public key that is a canonical point of large order." },
  "private-key-invalid": { status: 0, next: "Use a 32-byte Ed25519 seed; make a new key with `frostglass keys generate`." },
  "key-file-unwritten": {
    status: 503,
    next: "Free space or mend the disk; the key file is whole. If the log shows the new key already, start the node anew, else rotate again.",
  },
  "seal-broken": {
    status: 500,
    next: "The sealed bytes were altered or belong elsewhere: stop the node, and restore the home from a backup.",
  },

  // note
  "key-name-invalid": { status: 400, next: "Use a name such as `holder.example/log`: no space, no plus sign, at most 255 characters." },
  "verifier-key-malformed": { status: 400, next: "Copy the whole verifier key again: name+hex8+base64 on one line." },
  "verifier-key-type-unsupported": { status: 400, next: "Use an Ed25519 key: type 0x01 for logs and reviewers, 0x04 for witnesses." },
  "verifier-key-id-mismatch": { status: 400, next: "Copy name and key again from their owner; one of them was altered." },
  "verifier-key-ambiguous": { status: 0, next: "Keep one of the two keys; ask their owners for keys under different names." },
  "note-too-long": { status: 413, next: "Send a note of at most 1 MiB." },
  "note-character-refused": {
    status: 400,
    next: "Send the exact bytes that were signed: UTF-8, lines ended by a newline alone, no control characters.",
  },
  "note-malformed": { status: 400, next: "Send the whole note: text, a blank line, signature lines, each ended by a newline." },
  "note-too-many-signatures": { status: 400, next: "Leave out signatures that the reader does not know; at most 64 may stay." },
  "note-signature-malformed": { status: 400, next: "Send each signature line as it was made: an em dash, the key name, canonical base64." },
  "note-signature-duplicate": { status: 400, next: "Keep one signature line a key, the newest." },
  "note-signature-invalid": {
    status: 403,
    next: "Fetch the note again; if it is the same, it was altered or forged: keep it as evidence.",
  },
  "note-unsigned": { status: 403, next: "Check that the verifier keys are the right ones, then fetch the note again." },

  // tlog
  "tree-index-out-of-range": { status: 404, next: "Ask for an entry or a size within the tree that the checkpoint states." },
  "tree-hash-malformed": { status: 0, next: "Give hashes of 32 bytes." },
  "tree-root-mismatch": {
    status: 500,
    next: "The stored tiles are not those of the checkpoint: stop the node, and restore from a backup.",
  },
  "inclusion-proof-invalid": {
    status: 422,
    next: "Fetch the proof again for this entry, index and size; if it fails again, keep it as evidence.",
  },
  "consistency-proof-invalid": { status: 422, next: "Keep both checkpoints as evidence and raise an alarm: the log may show two views." },
  "tile-path-malformed": {
    status: 400,
    next: "Ask for tile/<level>/<index>[.p/<width>] or tile/entries/<index>[.p/<width>] in the form of C2SP tlog-tiles.",
  },
  "tile-malformed": { status: 400, next: "Fetch the tile again: its length is not the one of its width." },
  "tile-missing": {
    status: 404,
    next: "Fetch the newest checkpoint and its tiles again, or give the archive of a pruned log with --archive; a log that does not serve its own tree must be reported.",
  },
  "tile-not-authentic": { status: 422, next: "Keep the tile and the checkpoint as evidence: the log serves a tree that it did not sign." },
  "entry-too-long": { status: 0, next: "Log at most 65535 bytes an entry; log a digest instead." },
  "entry-bundle-malformed": { status: 400, next: "Fetch the bundle again: its entries do not fill it exactly." },
  "checkpoint-malformed": { status: 400, next: "Send the checkpoint as the log signed it: origin, size and root on a line each." },
  "checkpoint-size-invalid": { status: 400, next: "Write the size in decimal without leading zeros, at most 9007199254740991." },
  "checkpoint-root-invalid": { status: 400, next: "Write the root as canonical base64 of 32 bytes." },
  "checkpoint-origin-mismatch": { status: 403, next: "Sign a checkpoint with the key whose name is the checkpoint's first line." },
  "audit-state-invalid": { status: 0, next: "Begin a new mirror in another folder; keep this one if the log is to be compared with it." },
  "audit-archive-missing": {
    status: 0,
    next: "Give the holder's archive of the log with --archive, or the mirror of an audit that read these entries with --mirror.",
  },
  "audit-other-log": { status: 0, next: "Name the mirror of this log; one folder mirrors one log." },
  "logs-differ": { status: 0, next: "Compare two checkpoints of one log: their first lines are equal." },
  "witnessing-stopped": {
    status: 503,
    next: "Ask again later: the node answers again by itself once enough witnesses have cosigned its log. Its operator sees which do not: frostglass status.",
  },
  "log-split-view": {
    status: 0,
    next: "Publish the two checkpoints in alarms/, and find out how the log's key came to sign both: this log cannot go on.",
  },
  "courier-report-invalid": { status: 400, next: "Start the courier of this version; `frostglass serve` does." },
  "witness-request-malformed": {
    status: 400,
    next: "Send `old <size>`, at most 63 lines of base64, a blank line and the checkpoint; see C2SP tlog-witness.",
  },
  "witness-log-unknown": { status: 404, next: "Ask the operator of the witness to add the log." },
  "witness-old-size-invalid": { status: 400, next: "State the size that the witness cosigned last; it is at most the checkpoint's." },
  "witness-clock-behind": { status: 503, next: "Set the witness's clock right; it cosigns again when it passes its last cosignature." },
  "witness-home-missing": { status: 0, next: "Name the folder that `frostglass witness init` made." },
  "witness-invalid": { status: 0, next: "Correct witness.yaml at the line and column named." },
  "witness-log-known": { status: 0, next: "Nothing has to be done: the witness has this key already." },
  "witness-reply-malformed": { status: 0, next: "Ask the operator of the witness; what it sent is not of C2SP tlog-witness." },
  "cosignature-time-invalid": { status: 0, next: "Give the time in whole Unix seconds." },
  "policy-malformed": {
    status: 400,
    next: "Correct the line: log, witness, group or quorum, as C2SP tlog-policy has it; end every line with a newline.",
  },
  "policy-character-refused": {
    status: 400,
    next: "Save the trust file as UTF-8 with newline line ends and no control characters but tabs.",
  },
  "policy-too-large": { status: 400, next: "Name at most 256 logs, witnesses and groups in all." },
  "policy-key-refused": { status: 400, next: "Give a log a key of type 0x01 and a witness a key of type 0x04." },
  "policy-key-duplicate": { status: 400, next: "Name every public key once; a log, a witness and another witness never share one." },
  "policy-name-refused": { status: 400, next: "Give every witness and group a name of its own, other than `none`." },
  "policy-name-unknown": { status: 400, next: "Define the witness or group on a line above the one that names it." },
  "policy-member-repeated": { status: 400, next: "Put every witness and group into one group at most, once." },
  "policy-threshold-invalid": { status: 400, next: "Write all, any, or a number from 1 to the number of members." },
  "policy-quorum-count": { status: 400, next: "Write exactly one quorum line." },
  "policy-quorum-none": { status: 400, next: "Name a quorum of witnesses; `quorum none` leaves the log unwatched." },
  "policy-owner-quorum": { status: 400, next: "Add witnesses that others run, and let the quorum need at least one of them." },
  "proof-malformed": { status: 400, next: "Use the whole evidence file as it was written; see C2SP tlog-proof." },
  "proof-too-long": { status: 413, next: "Use an evidence file of at most 4 MiB." },
  "proof-version-unknown": { status: 400, next: "Use an evidence file whose first line is c2sp.org/tlog-proof@v1." },
  "proof-extra-invalid": { status: 400, next: "Write the extra line as canonical base64, or leave the line out." },
  "proof-index-invalid": { status: 400, next: "Write the index in decimal without leading zeros, at most 9007199254740991." },
  "proof-hash-invalid": { status: 400, next: "Write each hash as canonical base64 of 32 bytes on a line of its own." },
  "proof-too-many-hashes": { status: 400, next: "Send at most 63 hashes; no tree needs more." },

  // key files
  "key-file-missing": { status: 0, next: "Name the right file, or make a key with `frostglass keys generate`." },
  "key-file-exists": { status: 0, next: "Choose another name; a key is never replaced." },
  "key-file-exposed": { status: 0, next: "Run `chmod 600` on it; if others may have read it, make a new key." },
  "key-file-invalid": { status: 0, next: "Restore the key file from its backup, or name the right one." },
  "passphrase-wrong": { status: 0, next: "Give the passphrase that the file was sealed under (--passphrase-file)." },

  "key-role-wrong": { status: 0, next: "Name the key file of the right role; make one with `frostglass keys generate --role`." },
  "passphrase-needed": { status: 0, next: "Give --passphrase-file, or run the command on a terminal." },
  "passphrase-weak": { status: 0, next: "Take at least 12 characters, or let `openssl rand -base64 24` choose." },
  "passphrase-differs": { status: 0, next: "Run the command again and type the same passphrase twice." },

  "file-missing": { status: 0, next: "Check the path." },
  "file-exists": { status: 0, next: "Choose another name for the output." },
  "library-unknown": { status: 0, next: "Run `frostglass library list` to see what there is." },
  "library-file-differs": { status: 0, next: "Keep your file, or move it away to take the one of the library; then copy again." },
  "examples-fail": { status: 0, next: "Run `frostglass computation check` to see which; mend the manifest or the example." },
  "consent-file-invalid": { status: 0, next: "Give the file that `frostglass consent issue --out FILE` wrote." },
  "consent-empty": { status: 0, next: "Give --purpose, and either --computation or --dataset, at least once each." },
  "process-failed": { status: 0, next: "Read the line above it, mend the cause, and start again." },

  // admission
  "policy-invalid": { status: 0, next: "Correct the line; `frostglass policy show` prints the policy in force as a pattern." },
  "policy-not-newer": { status: 409, next: "Raise `version:` above that of the policy in force, which `frostglass policy show` prints." },
  "policy-other-holder": {
    status: 409,
    next: "Write `holder:` with the name that `frostglass status` shows into the policy; each node has its own, which its operators sign.",
  },
  "policy-signatures-missing": {
    status: 409,
    next: "Have the exact text signed by the operators whom the policy in force names: `frostglass policy sign FILE --key operator.key`.",
  },
  "requester-unknown": { status: 400, next: "Ask the holder to add your name and key, and check that --name and --key belong together." },
  "requester-key-ended": { status: 400, next: "Sign with the key that took its place; the holder's log names it." },
  "issuer-unknown": {
    status: 400,
    next: "Use a key that the holder's policy names for this consent issuer, and check that name and key belong together.",
  },
  "message-wrong-audience": { status: 400, next: "Address the message to the holder that this node is, by its exact name." },
  "message-not-yet-valid": { status: 400, next: "Set the clock of the machine that signs, then sign the message again." },
  "message-expired": { status: 400, next: "Sign the message again and send it at once; check both clocks." },
  "subject-access-off": { status: 403, next: "Ask the holder: its policy has no `subject_access`." },
  "query-wrong-audience": { status: 400, next: "Address the query to the holder that this node is, by its exact name." },
  "query-not-yet-valid": { status: 400, next: "Set the clock of the machine that signs, then sign the query again." },
  "query-expired": { status: 400, next: "Sign the query again and send it at once; check both clocks." },
  "jti-reused": { status: 409, next: "Give every query its own random jti; send the same text again only to repeat a query." },
  "entry-invalid": { status: 0, next: "The log holds an entry that this version does not know: use a newer version, or report the log." },

  // vault
  "backup-damaged": { status: 0, next: "Take another copy of this backup, or an older backup; nothing was restored." },
  "backup-disturbed": { status: 0, next: "Make the backup again once nothing else changes the home; none was written." },
  "backup-name-too-long": { status: 0, next: "Give that file of the home a shorter name, then make the backup again." },
  "home-exists": { status: 0, next: "Name a new or empty folder." },
  "log-exists": { status: 0, next: "Use the home as it is; a log is made once." },
  "log-key-overlap": {
    status: 409,
    next: "Begin a change of the log's key with `keys rotate log`, and end it with `keys rotate log --finish`.",
  },
  "log-missing": { status: 0, next: "Restore vault.db from a backup. Do not run init again: a second log under one name is a fork." },
  "log-damaged": { status: 0, next: "Stop, keep the files as they are, and restore vault.db from a backup." },
  "refill-not-ahead": {
    status: 0,
    next: "Nothing to do: this home has all that the copy has. Look for a newer copy if the witnesses know a larger log.",
  },
  "refill-other-log": {
    status: 0,
    next: "Keep both: the home and the copy were both signed by this log's key and differ. Find out who signed the other, and do not start the node.",
  },
  "refill-not-witnessed": {
    status: 0,
    next: "Take a copy whose `checkpoint` file has the cosignatures: an auditor's mirror, or the node's own public/.",
  },
  "refill-loses-charges": {
    status: 0,
    next: "Restore a newer backup if there is one. Otherwise go on with --accept-lost-charges: requesters may then learn more than their budgets, and the log says so.",
  },
  "refill-text-missing": { status: 0, next: "Take a copy that has notes/ and policies/ as the node published them." },
  "refill-records-missing": {
    status: 0,
    next: "Put the files of that epoch back into epochs/, from the newest backup of them, and refill again.",
  },
  "log-retired": {
    status: 0,
    next: "Use the home of the successor. What was retired never signs again; keep it for the answers that others hold.",
  },
  "successor-same-name": {
    status: 0,
    next: "Give the successor a name of its own, such as tax.example/2: witnesses and auditors know a log by its name and key.",
  },
  "refill-unfinished": { status: 0, next: "Run `frostglass log refill` again with the same copy or a newer one, then start the node." },
  "refill-mark-damaged": {
    status: 0,
    next: "Restore the file `refill` of the home from a backup; never remove it: the log has to say that it was refilled.",
  },
  "archive-other-log": {
    status: 0,
    next: "Name the archive of this log. If it is one, keep both: the log has shown two views; frostglass audit compare says which.",
  },
  "archive-damaged": {
    status: 0,
    next: "Take another copy of the archive, or make it anew with `frostglass log archive` where the log still serves these entries.",
  },
  "archive-behind": {
    status: 0,
    next: "Bring the archive up to date with `frostglass log archive`; where the log is pruned already, go on from a copy of an older archive.",
  },
  "archive-ahead": {
    status: 0,
    next: "An older database may have been put back into this home: run `frostglass doctor`, and leave the archive as it is.",
  },
  "archive-text-altered": {
    status: 0,
    next: "Remove that file below public/ and start the node: it writes the text again from its database.",
  },
  "retention-endless": {
    status: 409,
    next: "Set a policy with `retention: { log_days: N }`, and prune thirty days after it came into force: auditors have to see it first.",
  },
  "retention-not-over": { status: 409, next: "Prune up to `prunableBelow` of `frostglass status --json`, or wait." },
  "prune-not-ahead": { status: 409, next: "Nothing to do: wait until more of the log is older than the policy wants it served." },
  "accounts-damaged": {
    status: 0,
    next: "Restore vault.db from a backup of the newest log: what was charged was altered or taken back, and budgets would be given twice.",
  },
  "accounts-unsealed": {
    status: 0,
    next: "Restore vault.db from a newer backup, one that this version made. Where there is none, end this log with `frostglass log retire` and begin its successor, as docs/OPERATING.md says; answers given before stay good.",
  },
  "log-put-back": {
    status: 0,
    next: "Restore the newest vault.db, one that reaches the published checkpoint, or take what it lacks from a published copy: frostglass log refill. Never go on from an older one: it would fork the log.",
  },
  "schema-missing": { status: 400, next: "Write datasets/NAME.yaml in the home; `frostglass library copy` brings ready ones." },
  "home-path-too-long": { status: 0, next: "Put the home where its path is shorter, such as /srv/frostglass/tax." },
  "node-not-ready": { status: 503, next: "Try again later; the holder must import records and set a policy first." },
  "vault-stopped": { status: 503, next: "Send the same query again: it is answered once, whatever happened." },
  "vault-gone": { status: 0, next: "See the vault's last log lines, start it again, then repeat the command." },
  "verb-unknown": { status: 400, next: "Gateway and vault must be of one version: install them together." },
  "admin-invalid": { status: 400, next: "Command line and vault must be of one version; then check the arguments." },
  "computation-known": {
    status: 409,
    next: "Nothing to do if it is in force; a text that was ended comes back only as a new version, signed anew.",
  },
  "version-not-newer": { status: 409, next: "Give the new text a version above those in force, and have it signed again." },
  "computation-conflict": { status: 409, next: "Give the changed text a new version; find out who signed two texts under one version." },
  "computation-missing": { status: 404, next: "See `frostglass computation list` for what is in force." },
  "leakage-too-high": {
    status: 409,
    next: "See `frostglass computation explain FILE --home DIR`; mend the line and give the text a new version, or change the policy's leakage.",
  },
  "requester-known": { status: 409, next: "Nothing to do: the requester is known with these keys." },
  "requester-key-known": {
    status: 409,
    next: "Let the requester make a new key: one that was used before, or is another requester's, is never given again.",
  },
  "requester-missing": { status: 404, next: "Add the requester first: `frostglass requester add`." },
  "requester-is-cut-off": { status: 409, next: "Add the requester again first, then grant: `frostglass requester add`." },
  "epoch-conflict": { status: 409, next: "Import again: it prepares the next epoch anew." },
  "epoch-backwards": { status: 409, next: "Give an --as-of date that is not before the current epoch's." },
  "test-too-few": { status: 409, next: "Test on a dataset with more firms; the policy's testing.least_cell says how many a count needs." },
  "test-running": { status: 409, next: "Wait until the test of a computation that runs here has ended, then try again." },
  "test-too-many-choices": { status: 400, next: "Fix some of the parameters with --param NAME=CHOICE." },
  "test-column-invalid": {
    status: 400,
    next: "Name a boolean, enum, integer or code column and its values, as in --bad loans.status=charged_off.",
  },
  "subject-not-on-file": { status: 404, next: "Check the identifier. A subject without a page here has nothing that could be erased." },
  "import-running": { status: 409, next: "Wait until the import has ended, or stop it, then erase again." },
  "outcome-differs": {
    status: 0,
    next: "Keep the evidence and the home as they are; find out whether records, computation or program differ from those that answered, and tell the requester.",
  },
  "replay-refusal": {
    status: 409,
    next: "Nothing can be computed again: see the entries that a refusal rests on with `frostglass verify`.",
  },
  "replay-opening-missing": { status: 0, next: "Give the opening file that the requester keeps beside the evidence: --opening FILE." },
  "replay-evidence-fails": {
    status: 0,
    next: "See the steps that fail with `frostglass verify`; ask for the evidence file as it was first written.",
  },
  "page-erased": { status: 409, next: "Nothing can be computed again for a subject that was erased; the log says when pages were." },
  "epoch-unreadable": {
    status: 409,
    next: "Name an epoch in which every dataset of the computation had records: see `frostglass epoch list`.",
  },
  "epoch-not-kept": {
    status: 409,
    next: "Name an epoch that is kept: see `frostglass epoch list`; the policy's retention.epoch_days says how long replaced records are.",
  },
  "home-missing": { status: 0, next: "Make one with `frostglass init DIR --name your.name`." },
  "node-invalid": { status: 0, next: "Correct node.yaml; a new home from `frostglass init` shows the form." },
  "schema-name": { status: 400, next: "Give the file the schema's name, or the schema the file's." },
  "epoch-mismatch": { status: 500, next: "Old or foreign data was put back: restore the home from a backup of the newest epoch." },

  // datasets
  "schema-invalid": { status: 400, next: "Correct the dataset schema at the given line and column." },
  "cell-format-invalid": {
    status: 0,
    next: "Correct the column's format in the mapping file so that it fits the column's type in the schema.",
  },
  "page-value-invalid": { status: 500, next: "Report this: a value that its column cannot hold reached the page encoder." },
  "page-full": {
    status: 0,
    next: "Split the subject's records over two datasets, for example by year: a page holds at most 1048576 records.",
  },
  "page-malformed": {
    status: 500,
    next: "Restore the home from a backup, or import the dataset again with --mode replace.",
  },
  "page-schema-mismatch": {
    status: 500,
    next: "Put the schema text back that the dataset was imported with, or import the whole dataset again with --mode replace.",
  },
  "mapping-invalid": { status: 0, next: "Correct the mapping file at the given line and column." },
  "mapping-needed": { status: 0, next: "Write a mapping file and name it with --mapping." },
  "import-file-unreadable": { status: 0, next: "Name a file that exists, that this user may read, and that is a regular file." },
  "import-file-empty": { status: 0, next: "Name the right file; an import that replaces a dataset needs records." },
  "import-no-rows": { status: 0, next: "Name a file that has rows; where it has no header, write `header: false` in the mapping file." },
  "import-gzip-broken": { status: 0, next: "Copy the file again and check it with `gzip -t`." },
  "import-encoding-invalid": { status: 0, next: "Write the file's encoding in the mapping file (utf-8 or gb18030), or mend the line." },
  "import-row-too-long": { status: 0, next: "Check the file's line ends: a row takes at most 1048576 bytes and ends with LF or CR LF." },
  "import-quote-invalid": {
    status: 0,
    next: "Mend the quotes of the row; where quotes are ordinary characters of the file, write `quote: none` in the mapping file.",
  },
  "import-delimiter-wrong": { status: 0, next: "Write the file's delimiter in the mapping file." },
  "import-column-missing": {
    status: 0,
    next: "Write the column as the file's header has it. If it looks right, check delimiter and encoding, and whether lines stand above the header (title_lines).",
  },
  "import-column-repeated": { status: 0, next: "Rename one of the columns, or import without header by positions." },
  "import-too-many-rejects": {
    status: 0,
    next: "Mend the rows that the file of rejects names, or the mapping file; or allow so many rejected rows with --max-rejects.",
  },
  "import-nothing-accepted": {
    status: 0,
    next: "See the file of rejects for the reasons; most likely a column of the mapping file is wrong.",
  },
  "import-spill-failed": {
    status: 0,
    next: "Make room on the disk of the holder's home and check that its folder is writable, then import again.",
  },

  // store
  "home-in-use": { status: 0, next: "Stop the other process, or let the running node do this through its admin socket." },
  "store-damaged": { status: 500, next: "Stop the node and restore the home from a backup; do not delete the database." },
  "store-conflict": { status: 500, next: "Restart the node: it loads the durable state and goes on." },
  "store-too-new": { status: 0, next: "Run the version of Frostglass that wrote this home, or a newer one." },
  "store-migration-changed": { status: 0, next: "Reinstall Frostglass: a shipped migration file was altered." },
  "segment-in-use": {
    status: 500,
    next: "Let go of the files under epochs/ (a backup, a database browser), then start the vault: it finishes the erasure first.",
  },
  "segment-missing": {
    status: 500,
    next: "Restore the file under epochs/ from a backup, or import the dataset again with --mode replace.",
  },

  // gateway
  "vault-unavailable": {
    status: 503,
    next: "Ask again after the seconds in Retry-After; the same signed query gets the same answer and costs nothing more.",
  },
  "vault-timeout": {
    status: 504,
    next: "Send the same signed query again: if the answer was recorded, it is returned from the record, free of charge.",
  },
  "budget-not-told": {
    status: 403,
    next: "Ask as you would ask the question itself: grant, purpose, parameters and consent have to be the same.",
  },
  "probing-cutoffs": {
    status: 0,
    next: "Ask the requester why it asks one computation about one subject under many cutoffs; lower its budget, or cut it off.",
  },
  "probing-computations": {
    status: 0,
    next: "Ask the requester why it asks so many computations over one dataset about one subject; narrow its grants, or cut it off.",
  },
  "probing-subjects": {
    status: 0,
    next: "Ask the requester where its subjects come from: many in a row are not on file. Lower limits.new_subjects_per_day, or cut it off.",
  },
  "rate-limited": { status: 429, next: "Ask again after the seconds in Retry-After, and ask more slowly." },
  "queue-full": { status: 503, next: "Ask again after the seconds in Retry-After, and ask more slowly." },
  "media-type-unsupported": { status: 415, next: "Send the query as one compact JWS with Content-Type: application/jose." },
  "body-too-large": { status: 413, next: "Send a body of at most 65536 bytes." },
  "body-malformed": { status: 400, next: "Send one compact JWS and nothing else: base64url characters and dots, no space, no line end." },
  "body-unreadable": { status: 400, next: "Send the whole request body before closing the connection." },
  "request-malformed": { status: 400, next: "Send a well-formed HTTP request: one Host header, and a path without a backslash." },
  "not-found": { status: 404, next: "See /openapi.json for the paths of this node." },
  "method-not-allowed": { status: 405, next: "Use one of the methods in the Allow header." },
  "internal-fault": { status: 500, next: "Tell the operator of the node, with the value of X-Request-Id." },
  "gateway-options-invalid": { status: 0, next: "Give the gateway its options as one JSON object; see src/gateway/options.ts." },

  // model
  "digest-invalid": { status: 400, next: "Send `sha256:` and 64 lower-case hexadecimal digits." },
  "division-by-zero": { status: 500, next: "Ask whether the denominator is zero before dividing: a computation calls that case missing." },
  "decimal-invalid": { status: 400, next: "Write a plain decimal such as `-12.50`, or a percentage such as `25%`." },
  "day-invalid": { status: 400, next: "Write a calendar day as YYYY-MM-DD, between the years 1 and 9999." },
  "party-name-invalid": { status: 400, next: "Use a name such as `bank.example` or `bank.example/retail`, in lower case." },
  "identifier-invalid": { status: 400, next: "Use a lower-case letter and then at most 63 of a-z, 0-9, _ and -." },
  "version-invalid": { status: 400, next: "Write a version as three numbers, such as `1.0.0`." },
  "purpose-invalid": { status: 400, next: "Write the purpose like an identifier, such as `loan-origination`." },
  "subject-scheme-unknown": { status: 400, next: "Use one of the subject schemes uscc, lei and opaque." },
  "subject-malformed": {
    status: 400,
    next: "Write scheme and identifier, such as uscc:91310000…; check length and letters: ASCII, upper case, no spaces.",
  },
  "subject-check-digit": { status: 400, next: "Check the identifier for a mistyped character." },
  "subject-pattern-invalid": { status: 0, next: "Write a short regular expression without repeated groups or back references." },

  // computations
  "manifest-invalid": {
    status: 400,
    next: "Mend the manifest at the lines shown (docs/LANGUAGE.md has every word), then run `frostglass computation check` again.",
  },
  "scorecard-missing": { status: 0, next: "Give a manifest with a scorecard section." },
  "scorecard-too-long": { status: 0, next: "Give a table or model of at most 1 MiB that holds one scorecard and nothing else." },
  "scorecard-format-unknown": { status: 0, next: "Give --format csv or --format pmml." },
  "scorecard-schemas-missing": { status: 0, next: "Give --home, or --schema for each dataset that the manifest reads." },
  "scorecard-refused": {
    status: 0,
    next: "Mend the lines shown, in the table, the model or the manifest: what cannot be carried over exactly is never approximated.",
  },
  "parameters-invalid": { status: 400, next: "Give each parameter of the computation one of its listed choices." },
  "approval-missing": {
    status: 400,
    next: "Have the manifest signed by as many reviewers as the policy asks for (`frostglass computation approve`), whose keys the policy in force names (`frostglass policy set`).",
  },
  "leakage-mismatch": {
    status: 400,
    next: "Take an old `# leakage:` line out of a text that was changed; `frostglass computation approve` writes the new one, and reviewers sign it.",
  },
  "example-record-invalid": { status: 400, next: "Write the example's cells as the dataset schema says." },

  // wire
  "bits-invalid": { status: 400, next: "Write bits with exactly three decimals, such as `1.585`." },
  "json-member-duplicate": { status: 400, next: "Write each member of an object once." },
  "json-number-refused": { status: 400, next: "Write whole numbers only, plainly: no fraction, no exponent, no -0, within 2^53-1." },
  "json-surrogate-refused": { status: 400, next: "Write whole Unicode characters: no half of a surrogate pair." },
  "json-too-deep": { status: 400, next: "Put at most 16 objects and arrays inside each other." },
  "jws-too-long": { status: 413, next: "Send a shorter message: fewer parameters, a shorter consent." },
  "jws-malformed": { status: 400, next: "Send a compact JWS: header, JSON object and 64-byte signature, in base64url between two dots." },
  "jws-header-too-long": { status: 400, next: "Send a header of alg, typ and kid alone." },
  "jws-header-key-refused": { status: 400, next: "Leave the key out of the header: the holder knows it by its kid." },
  "jws-crit-refused": { status: 400, next: "Leave `crit` out: there are no extensions." },
  "jws-b64-refused": { status: 400, next: "Leave `b64` out: the payload is always base64url." },
  "jws-header-member-refused": { status: 400, next: "Send a header of alg, typ and kid alone." },
  "jws-alg-refused": { status: 400, next: "Sign with Ed25519 and write alg EdDSA." },
  "jws-typ-refused": { status: 400, next: "Write the typ of the message that belongs here." },
  "jws-kid-refused": { status: 400, next: "Write the RFC 7638 thumbprint of your public key as kid." },
  "jws-signature-invalid": { status: 400, next: "Sign the exact message with the key that its kid names." },
  "jwk-invalid": { status: 400, next: "Give an Ed25519 public key as a JWK: kty, crv, x, and its thumbprint as kid." },
  "jwk-private": { status: 400, next: "Give the public key alone, and replace this key if others have seen its private part." },
  "claims-missing": { status: 400, next: "Send every claim that the protocol lists for this message." },
  "claims-invalid": { status: 400, next: "Write the claim as the protocol describes it." },
  "claims-unknown": { status: 400, next: "Send only the claims that the protocol lists for this message." },
  "query-lifetime-refused": { status: 400, next: "Let the query end after it begins, and at most 300 seconds after." },
  "suite-unknown": { status: 400, next: "Use a newer version of Frostglass to read this answer." },
  "opening-invalid": { status: 400, next: "Use the opening that came with the answer: 32 bytes." },
  "reply-invalid": { status: 0, next: "Check that the address is that of a Frostglass node." },
  "door-line-malformed": { status: 500, next: "Run gateway and vault of the same version." },
  "door-line-too-long": { status: 500, next: "Run gateway and vault of the same version." },
  "evidence-extra-invalid": { status: 400, next: "Use the whole evidence file as it was written." },

  // evidence
  "node-url-invalid": {
    status: 0,
    next: "Give the node's address as https://host/; plain http is for this machine alone. Where a folder may stand instead, check its path.",
  },
  "node-unreachable": { status: 0, next: "Check the address and the network, then send the same query again: it is answered once." },
  "node-refused": { status: 0, next: "Try again later; if the node goes on refusing, ask its operator." },
  "published-file-missing": { status: 0, next: "Check that the address is that of a Frostglass node which has published its log." },
  "log-behind": { status: 0, next: "Send the same query again later: the answer stays, and costs nothing more." },
  "answer-not-logged": {
    status: 0,
    next: "Do not rely on the answer; keep the whole reply, and report the node: it must log before it answers.",
  },
  "answer-key-unknown": {
    status: 0,
    next: "Do not rely on the answer: the log does not show its key before it; ask the holder, keep the reply.",
  },
  "answer-key-retired": { status: 0, next: "Do not rely on the answer: its key was retired before it was made." },
  "anchor-reply-malformed": {
    status: 0,
    next: "Ask the authority again; if it goes on, use another: its reply is not in DER as RFC 3161 says.",
  },
  "anchor-refused": {
    status: 0,
    next: "Look the status up in RFC 3161 §2.4.2 and ask the authority's operator, or use another authority.",
  },
  "anchor-mismatch": {
    status: 0,
    next: "Do not rely on this anchor: give the reply with the request and the checkpoint that it belongs to.",
  },
  "anchor-unreachable": { status: 0, next: "Check the authority's address; it has to take a POST of application/timestamp-query." },
  "anchor-kind-unknown": { status: 0, next: "Use a newer version of Frostglass, or the tools of that kind of anchor." },
  "anchor-list-invalid": { status: 0, next: "Fetch the list again; if it is the same, ask the node's operator." },
  "anchor-contradicts-log": {
    status: 0,
    next: "Keep the anchored checkpoint, its reply and the log's checkpoint: the log's key signed a history that the log does not show.",
  },
  "answer-key-compromised": {
    status: 0,
    next: "Rely on the answer only with evidence that witnesses cosigned before that instant: verify the oldest file that you kept, or ask the holder.",
  },
  "answer-signature-invalid": { status: 0, next: "Do not rely on the answer: it was altered or forged; keep it, and ask the holder." },
  "subject-commitment-mismatch": {
    status: 0,
    next: "The answer is not about this subject, or the opening belongs to another answer: use the pair that came together.",
  },
  "answer-postdated": {
    status: 0,
    next: "Ask the holder why: its clock was wrong, or the answer was made before what it rests on was in force.",
  },
  "evidence-other-view": {
    status: 0,
    next: "Keep the file and the mirror: their checkpoints prove that the log signed two views. Publish both, and ask the holder.",
  },
  "evidence-other-holder": {
    status: 0,
    next: "Ask for evidence from the holder's own log: this file proves that another log holds the answer.",
  },
  "opening-file-invalid": { status: 0, next: "Use the whole opening file as it was written beside the evidence file." },

  // requester
  "catalogue-invalid": { status: 0, next: "Check that the address is that of a Frostglass node of this version." },
  "computation-not-listed": { status: 0, next: "See the node's catalogue, GET /v1/computations, for what may be asked for." },
  "holder-not-trusted": { status: 0, next: "Add the holder's log to the trust file, or ask the node that the trust file names." },
  "answer-for-other-query": {
    status: 0,
    next: "Do not rely on the answer: it belongs to another query; keep the whole reply, and report the node.",
  },
  "report-invalid": { status: 0, next: "Do not rely on the report; keep it, and ask the holder." },
  "answer-wrong-holder": { status: 0, next: "Do not rely on the answer: another holder signed it than the one that was asked." },
  "answer-wrong-requester": { status: 0, next: "Do not rely on the answer: it is addressed to another requester." },
  "answer-wrong-computation": {
    status: 0,
    next: "Do not rely on the answer: another computation was run than the one that was asked for.",
  },
  "answer-wrong-parameters": { status: 0, next: "Do not rely on the answer: it was computed with other parameters." },
  "answer-wrong-purpose": { status: 0, next: "Do not rely on the answer: it states another purpose than the query." },
  "answer-wrong-consent": { status: 0, next: "Do not rely on the answer: it names a consent that was not sent." },
  "answer-wrong-environment": {
    status: 0,
    next: "Check the address: a demonstration or test node answers with invented or old records.",
  },

  "computation-digest-mismatch": {
    status: 0,
    next: "Do not rely on the text: it is not the one that the digest names. Fetch it again; if it is the same, keep both and ask the holder.",
  },

  "answer-export-invalid": { status: 0, next: "Ask the holder for the export again; the line that is named was altered or torn." },

  // auditor
  "answer-export-other-log": { status: 0, next: "Give the export of the holder whose log is audited." },
  "evidence-entry-absent": { status: 0, next: "Ask for complete evidence: the file lacks an entry that every such answer rests on." },
  "evidence-entry-late": { status: 0, next: "Ask the holder: the answer came before the act that it rests on." },
  "evidence-entry-needless": { status: 0, next: "Ask for the evidence file as it was first written: nothing may ride along in it." },
  "answer-computation-mismatch": { status: 0, next: "Ask the holder: the log shows the approval of another computation." },
  "answer-computation-expired": { status: 0, next: "Ask the holder: the computation had expired before the answer." },
  "answer-computation-superseded": {
    status: 0,
    next: "Ask the holder: a newer version had taken the computation's place before the answer.",
  },
  "answer-refusal-unfounded": { status: 0, next: "Ask the holder for complete evidence: the entries shown do not bear the refusal out." },
  "answer-computation-revoked": { status: 0, next: "Ask the holder: the computation was revoked before the answer." },
  "answer-grant-mismatch": { status: 0, next: "Ask the holder: the log shows no grant for this requester, computation and purpose." },
  "answer-grant-out-of-time": { status: 0, next: "Ask the holder: the grant was not in force at the time that the answer states." },
  "answer-grant-ended": { status: 0, next: "Ask the holder: the requester was cut off before the answer." },
  "answer-policy-mismatch": { status: 0, next: "Ask the holder: the log shows another policy in force." },
  "answer-epoch-mismatch": { status: 0, next: "Ask the holder: the log shows another epoch in force." },
} as const satisfies Record<string, CodeEntry>;

export type ErrorCode = keyof typeof registry;
export const errorCodes: Readonly<Record<ErrorCode, CodeEntry>> = registry;
