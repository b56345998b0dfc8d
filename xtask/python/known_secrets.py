"""Makes the table of known secrets: the sorted 6-byte prefixes of the SHA-256 of each.

usage: known_secrets.py WORDLIST SAMPLES TABLE

WORDLIST holds a Python string literal a line (flask-unsign-wordlist); SAMPLES a secret a line, as it is written in
the documentation or the program that published it.
"""

import ast
import hashlib
import pathlib
import sys

PREFIX = 6
AROUND = b" \t\r\n\v\f'\""


def main(wordlist: str, samples: str, table: str) -> None:
    lines = pathlib.Path(wordlist).read_text("utf-8", "surrogateescape").split("\n")
    lines += [f"'{line}'" for line in pathlib.Path(samples).read_text("utf-8").split("\n") if line[:2] != "# "]
    secrets = {spelling for line in lines for spelling in spellings(line)} - {b""}
    prefixes = sorted({hashlib.sha256(secret).digest()[:PREFIX] for secret in secrets})
    pathlib.Path(table).write_bytes(b"".join(prefixes))
    print(f"{len(lines)} lines, {len(secrets)} secrets, {len(prefixes)} prefixes of {PREFIX} bytes")


def spellings(line: str) -> set[bytes]:
    """The line's text as it stands, and the bytes that Python makes of it: of `"\\xe6"` and of `b"\\xe6"`."""
    texts = {line[1:-1], line[1:]}
    try:
        texts.add(ast.literal_eval(line))
    except (SyntaxError, ValueError):
        pass  # a line cut out of a program, not a literal
    return {trim(encoded) for text in texts for encoded in encodings(text)}


def trim(secret: bytes) -> bytes:
    """As the check trims: blanks and quotes, and the `b` of a `b"..."`."""
    secret = secret.strip(AROUND)
    return secret[1:].strip(AROUND) if secret[:2] in (b"b'", b'b"') else secret


def encodings(text: str) -> set[bytes]:
    encoded = {text.encode("utf-8", "surrogatepass")}
    try:
        encoded.add(text.encode("latin-1"))
    except UnicodeEncodeError:
        pass  # not the text form of bytes
    return encoded


if __name__ == "__main__":
    main(*sys.argv[1:])
