"""Serves one Flask program on a free port of the loopback, with a clock that stands still, or runs with REAL_TIME in the environment.

    python serve.py PROGRAM.py SECRET

Prints its port, and ends when its standard input does: a test that dies leaves no server behind.
"""

import importlib.util
import os
import sys
import threading
from contextlib import nullcontext

from freezegun import freeze_time
from werkzeug.serving import make_server


def load(path):
    spec = importlib.util.spec_from_file_location("twin", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["twin"] = module
    spec.loader.exec_module(module)
    return module.app


def end_with_standard_input():
    sys.stdin.read()
    os._exit(0)


def main(path, secret):
    app = load(path)
    app.secret_key = secret
    threading.Thread(target=end_with_standard_input, daemon=True).start()
    # 1709210096 seconds since the epoch.
    with nullcontext() if "REAL_TIME" in os.environ else freeze_time("2024-02-29 12:34:56"):
        server = make_server("127.0.0.1", 0, app)
        print(server.port, flush=True)
        server.serve_forever()


main(*sys.argv[1:])
