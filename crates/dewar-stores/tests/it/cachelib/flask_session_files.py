"""A folder of sessions, as Flask-Session and cachelib use it: FOLDER FUNCTION ARGUMENT, an answer in JSON."""

import datetime
import json
import sys
import uuid
import warnings

from cachelib import FileSystemCache
from flask import Flask, session
from flask_session import Session
from markupsafe import Markup

warnings.simplefilter("ignore")
folder, function, argument = sys.argv[1:]


def client():
    app = Flask("shared")
    app.config.update(SESSION_TYPE="cachelib", SESSION_CACHELIB=FileSystemCache(folder, threshold=500))
    Session(app)

    @app.get("/write")
    def write():
        session["name"] = "Zoë"
        session["tuple"] = (1, "x")
        session["uuid"] = uuid.UUID(int=7)
        session["login"] = datetime.datetime(2024, 2, 29, 12, 34, 56, tzinfo=datetime.timezone.utc)
        session["markup"] = Markup("<b>")
        session["big"] = 2**70
        session["set"] = {1}
        return session.sid

    @app.get("/read")
    def read():
        return {key: repr(value) for key, value in session.items()}

    return app.test_client()


def write():
    return client().get("/write").text


def read():
    browser = client()
    browser.set_cookie("session", argument)
    return browser.get("/read").json


def look():
    cache = FileSystemCache(folder, threshold=0)
    return {
        "counted": cache.get("__wz_cache_count"),
        "listed": len(list(cache._list_dir())),
        "value": cache.get("1"),
    }


def crowd():
    cache = FileSystemCache(folder, threshold=2)
    for number in range(9):
        cache.set(f"theirs {number}", {}, timeout=60)
    return len(list(cache._list_dir()))


def plain():
    text = "".join(["é"] * 300)
    FileSystemCache(folder).set("session:é", {"list": list(range(1200)), "text": text}, timeout=0)


print(json.dumps(globals()[function]()))
