"""Writes ../cachelib.json: the files of each cachelib from 0.4 to 0.17. Each is installed into a folder of its own, with pip."""

import base64
import json
import pathlib
import platform
import subprocess
import sys
import tempfile

NOW = 1709210096
VERSIONS = (
    "0.4.0 0.4.1 0.5.0 0.6.0 0.7.0 0.8.0 0.9.0 0.10.0 0.10.1 0.10.2 0.11.0 0.12.0 0.13.0 0.14.0 0.15.0 0.16.0 0.17.0"
).split()
# The lengths that a pickled end has: none, one byte, four with a sign, more; and one that is no whole number of seconds.
SETS = [
    ["never", {"$dict": [["a", 1]]}, 0],
    ["minute", {"$dict": [["a", {"$tuple": [1, 2]}]]}, 60],
    ["month", {"$dict": [["_permanent", True], ["a", 1]]}, 2678400],
    ["after 2038", {"$dict": [["a", "é"]]}, 500000000],
    ["fraction", {"$dict": []}, 90.5],
]

WRITER = """
import json, os, sys, freezegun, datetime
folder, now, sets = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
from cachelib.file import FileSystemCache

def value(notation):
    if isinstance(notation, dict):
        (kind, inner), = notation.items()
        return dict(map(value, pair) for pair in inner) if kind == "$dict" else tuple(map(value, inner))
    return notation

cache = FileSystemCache(folder)
with freezegun.freeze_time(datetime.datetime.fromtimestamp(now, datetime.timezone.utc)):
    for key, notation, timeout in sets:
        assert cache.set(key, value(notation), timeout), key
"""


def files(folder):
    for path in sorted(pathlib.Path(folder).iterdir()):
        content = base64.b64encode(path.read_bytes()).decode()
        yield {"name": path.name, "mode": oct(path.stat().st_mode & 0o777), "content_b64": content}


def case(version):
    with tempfile.TemporaryDirectory() as library, tempfile.TemporaryDirectory() as folder:
        install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", library]
        subprocess.run([*install, f"cachelib=={version}"], check=True)
        write = [sys.executable, "-c", WRITER, folder, str(NOW), json.dumps(SETS)]
        subprocess.run(write, check=True, env={"PYTHONPATH": library})
        given = {"now": NOW, "sets": SETS, "byteorder": sys.byteorder, "python": platform.python_version()}
        out = {"version": version, "files": list(files(folder))}
    return {"id": f"cachelib_file_format/ends_v{version}", "kind": "cachelib_file_format", "in": given, "out": out}


cases = [case(version) for version in VERSIONS]
meta = {"versions": {"cachelib": VERSIONS}, "total": len(cases)}
text = json.dumps({"meta": meta, "cases": cases}, ensure_ascii=False, indent=1)
pathlib.Path(__file__).parent.with_name("cachelib.json").write_text(text + "\n")
