/** Notes and keys that others published, as they published them. */

/** C2SP signed-note, Example. */
export const spec = {
  key: "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
  text: "This is an example message.\n",
  line: "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=",
} as const;

/** golang.org/x/mod/sumdb/note, note_test.go: one text, two signers, and the seed of the first. */
export const sumdb = {
  /** PRIVATE+KEY+PeterNeumann+c74f20a3+…: base64 of the type byte and the seed. */
  peterPrivateKey: "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
  peterKey: "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
  enochKey: "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop",
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  peterLine: "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=",
  enochLine: "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=",
} as const;

/** A checkpoint of a public log as a public witness served it in October 2026, without its ML-DSA-44 line. */
export const live = {
  logKey: "markovianprotocol.com/log+0302c6c8+ATkpOWo95UuEiW2EhNZAol4f0CS8hMluJfPcTSzrr03v",
  witnessKey: "witness.navigli.sunlight.geomys.org+a3e00fe2+BNy/co4C1Hn1p+INwJrfUlgz7W55dSZReusH/GhUhJ/G",
  size: 9266,
  root: "QnwPzJywq5AyOk9k1zLqfryh6Ktw1CnaaKplELApoxw=",
  time: 0x6ac17f92,
  note: [
    "markovianprotocol.com/log",
    "9266",
    "QnwPzJywq5AyOk9k1zLqfryh6Ktw1CnaaKplELApoxw=",
    "",
    "— markovianprotocol.com/log AwLGyIvuxLXZM101mKdNCPTsl9GgtiG/wzbd8cGru0pGnWVMXI06twIsEIZho7n8id+w2EO0BZCalxuEm6BauQGNmgo=",
    "— witness.navigli.sunlight.geomys.org o+AP4gAAAABqwX+So8evhUsltetL+QnwUxEYMNrD25pJYOTFHwDCopbgQMl2AEh583AxfFNMDZzE73rdjK62tUN8oUBfd9p6usq+BA==",
    "",
  ].join("\n"),
} as const;
