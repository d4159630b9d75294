"""
A log that knows nothing of Frostglass: written from C2SP tlog-witness, tlog-checkpoint, tlog-cosignature and signed-note alone, with openssl for the
signatures. It submits three checkpoints to the witness at argv[1], whose verifier key is argv[2], and checks every reply. Its own key is the PEM file
argv[3]; with `key` in place of a URL it prints the verifier key of that file. Prints `agreed` when all went as the specifications say.
"""
import base64, hashlib, struct, subprocess, sys, tempfile, urllib.error, urllib.request

ORIGIN = "stranger.example/2026"
PEM = sys.argv[3]


def openssl(*arguments, given=b""):
    return subprocess.run(["openssl", *arguments], input=given, capture_output=True, check=True).stdout


def public_key(pem):
    return openssl("pkey", "-in", pem, "-pubout", "-outform", "DER")[-32:]


def key_id(name, kind, key):
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:4]


def sign(text):
    with tempfile.NamedTemporaryFile() as file:
        file.write(text)
        file.flush()
        return openssl("pkeyutl", "-sign", "-inkey", PEM, "-rawin", "-in", file.name)


def verifies(key, message, signature):
    der = bytes.fromhex("302a300506032b6570032100") + key
    with tempfile.NamedTemporaryFile() as k, tempfile.NamedTemporaryFile() as m, tempfile.NamedTemporaryFile() as s:
        for file, content in ((k, der), (m, message), (s, signature)):
            file.write(content)
            file.flush()
        arguments = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", k.name, "-rawin", "-in", m.name, "-sigfile", s.name]
        return subprocess.run(arguments, capture_output=True).returncode == 0


def leaf(i):
    return hashlib.sha256(b"\x00" + b"entry %d of a stranger" % i).digest()


def root(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def consistency(m, leaves, whole=True):
    n = len(leaves)
    if m == n:
        return [] if whole else [root(leaves)]
    k = 1
    while k * 2 < n:
        k *= 2
    if m <= k:
        return consistency(m, leaves[:k], whole) + [root(leaves[k:])]
    return consistency(m - k, leaves[k:], False) + [root(leaves[:k])]


def b64(data):
    return base64.b64encode(data).decode()


def checkpoint(size):
    text = f"{ORIGIN}\n{size}\n{b64(root([leaf(i) for i in range(size)]))}\n"
    material = key_id(ORIGIN, 1, public_key(PEM)) + sign(text.encode())
    return text, f"{text}\n\u2014 {ORIGIN} {b64(material)}\n"


def submit(url, old, size, proof=None):
    lines = consistency(old, [leaf(i) for i in range(size)]) if proof is None and old else (proof or [])
    body = f"old {old}\n" + "".join(f"{b64(line)}\n" for line in lines) + "\n" + checkpoint(size)[1]
    request = urllib.request.Request(f"{url}/add-checkpoint", body.encode(), method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status, reply.headers["content-type"], reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["content-type"], error.read().decode()


def check_cosignature(reply, size, vkey):
    name, hexid, material = vkey.split("+", 2)
    key = base64.b64decode(material)
    assert key[0] == 4 and key_id(name, 4, key[1:]).hex() == hexid
    line, end = reply.split("\n")
    dash, signer, encoded = line.split(" ")
    signature = base64.b64decode(encoded)
    assert (dash, signer, end) == ("\u2014", name, "") and signature[:4].hex() == hexid
    (time,) = struct.unpack(">Q", signature[4:12])
    message = f"cosignature/v1\ntime {time}\n{checkpoint(size)[0]}".encode()
    assert verifies(key[1:], message, signature[12:])


def main(url, vkey):
    status, _, text = submit(url, 0, 5)
    assert status == 200, (status, text)
    check_cosignature(text, 5, vkey)
    assert submit(url, 0, 9) == (409, "text/x.tlog.size", "5\n")
    status, _, text = submit(url, 5, 9)
    assert status == 200, (status, text)
    check_cosignature(text, 9, vkey)
    assert submit(url, 9, 13, [leaf(0)])[0] == 422
    status, _, text = submit(url, 9, 9)
    assert status == 200, (status, text)
    check_cosignature(text, 9, vkey)
    where = hashlib.sha256(ORIGIN.encode()).hexdigest()
    with urllib.request.urlopen(f"{url}/{where}/checkpoint", timeout=10) as reply:
        note = reply.read().decode()
    assert note.startswith(checkpoint(9)[1]) and note.endswith(text), note
    print("agreed")


if sys.argv[1] == "key":
    public = public_key(PEM)
    print(f"{ORIGIN}+{key_id(ORIGIN, 1, public).hex()}+{b64(bytes([1]) + public)}")
else:
    main(sys.argv[1], sys.argv[2])
