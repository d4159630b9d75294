"""
Reads a log as any web server serves it, written from C2SP tlog-tiles, tlog-checkpoint and signed-note alone: argv[1] is the URL of the log, argv[2] its
verifier key. Checks the checkpoint's signature with openssl, reads every entry bundle and every hash tile, and holds all of them against the signed root;
then proves each entry of the last bundle from hash tiles. Prints the number of entries.
"""
import base64, hashlib, subprocess, sys, tempfile, urllib.request

url, vkey = sys.argv[1].rstrip("/"), sys.argv[2]


def get(path):
    with urllib.request.urlopen(f"{url}/{path}", timeout=10) as reply:
        return reply.read()


def verifies(key, message, signature):
    der = bytes.fromhex("302a300506032b6570032100") + key
    with tempfile.NamedTemporaryFile() as k, tempfile.NamedTemporaryFile() as m, tempfile.NamedTemporaryFile() as s:
        for file, content in ((k, der), (m, message), (s, signature)):
            file.write(content)
            file.flush()
        arguments = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", k.name, "-rawin", "-in", m.name, "-sigfile", s.name]
        return subprocess.run(arguments, capture_output=True).returncode == 0


def leaf(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(hashes):
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return node(root(hashes[:k]), root(hashes[k:]))


def number(n):
    parts = [f"{n % 1000:03}"]
    while n >= 1000:
        n //= 1000
        parts.insert(0, f"x{n % 1000:03}")
    return "/".join(parts)


def tile_path(level, index, width):
    return f"tile/{level}/{number(index)}" + ("" if width == 256 else f".p/{width}")


def widths(count):
    return [256] * (count // 256) + ([count % 256] if count % 256 else [])


note = get("checkpoint").decode()
text, signatures = note.split("\n\n")
text += "\n"
origin, size, root_hash = text.rstrip("\n").split("\n")
size = int(size)
name, hexid, material = vkey.split("+", 2)
key = base64.b64decode(material)
assert key[0] == 1 and hashlib.sha256(name.encode() + b"\n" + key).digest()[:4].hex() == hexid
ours = [line.split(" ") for line in signatures.splitlines() if line.startswith(f"\u2014 {name} ")]
signature = next(base64.b64decode(part) for _, _, part in ours if base64.b64decode(part)[:4].hex() == hexid)[4:]
assert origin == name and verifies(key[1:], text.encode(), signature), "the checkpoint's signature"

entries = []
for index, width in enumerate(widths(size)):
    bundle = get(tile_path("entries", index, width))
    at = 0
    while at < len(bundle):
        length = int.from_bytes(bundle[at : at + 2], "big")
        entries.append(bundle[at + 2 : at + 2 + length])
        at += 2 + length
    assert at == len(bundle)
assert len(entries) == size
leaves = [leaf(entry) for entry in entries]
assert base64.b64encode(root(leaves)).decode() == root_hash, "the root"

level, hashes = 0, leaves
while hashes:
    for index, width in enumerate(widths(len(hashes))):
        tile = get(tile_path(level, index, width))
        assert tile == b"".join(hashes[index * 256 : index * 256 + width]), f"tile {level} {index}"
    hashes = [root(hashes[i : i + 256]) for i in range(0, len(hashes) // 256 * 256, 256)]
    level += 1
print(size)
