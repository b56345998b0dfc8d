"""A folder of sessions, as Flask-Session and cachelib use it: FOLDER FUNCTION ARGUMENT, an answer in JSON."""

import collections
import datetime
import decimal
import json
import sys
import uuid
import warnings
import zoneinfo

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


RICH = {
    7: "a key that is no text",
    "born": datetime.date(2000, 1, 1),
    "at": datetime.time(12, 30, fold=1),
    "life": datetime.timedelta(days=1, microseconds=5),
    "here": datetime.datetime(2024, 1, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")),
    "named": datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=1), "CET")),
    "complex": 1 + 2j,
    "queue": collections.deque([1, datetime.date(2001, 1, 1)], maxlen=5),
    "lists": collections.defaultdict(list, {"a": [1]}),
    "counts": collections.Counter("abca"),
    "ordered": collections.OrderedDict(b=1, a=2),
    "set": {frozenset([1, 2]), decimal.Decimal("1.50")},
    "bytes": bytearray(b"xy"),
    "long": 1 << 20000,
    "uuid": uuid.UUID(int=7, is_safe=uuid.SafeUUID.safe),
    "user": 7,
}


def rich():
    FileSystemCache(folder).set("session:rich", RICH, timeout=0)


def rich_again():
    """What differs, and the bytes that Python would write for it."""
    cache = FileSystemCache(folder)
    session = cache.get("session:rich")
    user = session.pop("user")
    kinds = [key for key in RICH if key in session and type(session[key]) is not type(RICH[key])]
    limits = session["queue"].maxlen, session["lists"]["new"], session["uuid"].is_safe.value
    del session["lists"]["new"]
    same = session == {key: value for key, value in RICH.items() if key != "user"}
    return [user, kinds, same, limits]


def plain():
    text = "".join(["é"] * 300)
    FileSystemCache(folder).set("session:é", {"list": list(range(1200)), "text": text}, timeout=0)


print(json.dumps(globals()[function]()))
