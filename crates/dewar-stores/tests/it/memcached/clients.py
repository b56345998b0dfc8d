"""Clients for Memcached, and Flask-Session over them: FUNCTION CLIENT SERVERS ARGUMENT, an answer in JSON."""

import datetime
import json
import sys
import warnings

warnings.simplefilter("ignore")
function, name, servers, argument = sys.argv[1:]
servers = servers.split(",")


def client():
    if name == "pymemcache":
        from pymemcache.client.hash import HashClient

        return HashClient(servers)
    if name == "pymemcache-compressed":
        from pymemcache import serde
        from pymemcache.client.base import Client

        return Client(servers[0], serde=serde.CompressedSerde(min_compress_len=1))
    if name == "pylibmc":
        import pylibmc

        return pylibmc.Client(servers)
    import memcache

    return memcache.Client(servers)


def app():
    from flask import Flask, session
    from flask_session import Session

    app = Flask("shared")
    app.config.update(
        SESSION_TYPE="memcached",
        SESSION_MEMCACHED=client(),
        SESSION_SERIALIZATION_FORMAT="json" if argument.startswith("json") else "msgpack",
    )
    Session(app)

    @app.get("/write")
    def write():
        session["name"] = "Zoë"
        session["many"] = list(range(300))
        session["login"] = datetime.datetime(2024, 2, 29, 12, 34, 56, tzinfo=datetime.timezone.utc)
        return session.sid

    @app.get("/read")
    def read():
        return {key: repr(value) for key, value in session.items()}

    return app.test_client()


def as_text(value):
    return value.decode() if isinstance(value, bytes) else value


match function:
    case "set":
        cache = client()
        for number in range(int(argument)):
            assert cache.set(f"session:theirs-{number}", str(number).encode(), 60)
        answer = True
    case "get":
        cache = client()
        answer = [as_text(cache.get(f"session:ours-{number}")) for number in range(int(argument))]
    case "write":
        answer = app().get("/write").text
    case "read":
        browser = app()
        browser.set_cookie("session", argument.removeprefix("json "))
        answer = browser.get("/read").json
print(json.dumps(answer))
