"""Writes ../edges.json: what the real Flask, Flask-Session and itsdangerous do at the edges. Needs xtask/python/requirements.txt."""

import base64
import datetime
import importlib.metadata
import json
import pathlib
import secrets

import flask_session.base
import redis
from flask import Flask, flash, get_flashed_messages, session
from flask.json.tag import TaggedJSONSerializer
from flask_session import Session
from flask_session.sqlalchemy.sqlalchemy import create_session_model
from flask_sqlalchemy import SQLAlchemy
from freezegun import freeze_time
from itsdangerous import BadSignature, TimestampSigner
from markupsafe import Markup
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

NOW = 1709210096
SECRET = "dev-secret"
cases = []


def case(name, given, out):
    cases.append({"id": name, "kind": name.split("/")[0], "in": given, "out": out})


def notation(value):
    match value:
        case None | bool() | int():
            return value
        case Markup():
            return {"$markup": str(value)}
        case str():
            return value
        case float():
            return {"$float": repr(value)}
        case tuple():
            return {"$tuple": [notation(item) for item in value]}
        case list():
            return [notation(item) for item in value]
        case dict():
            return {"$dict": [[notation(key), notation(item)] for key, item in value.items()]}
        case _:
            return {"$py": repr(value)}


class FakeRedis(redis.Redis):
    """Keeps what it is given, and notes how it was asked."""

    def __init__(self):
        self.kept, self.calls = {}, []

    def get(self, name):
        self.calls.append(["GET", name])
        return self.kept.get(name)

    def set(self, name, value, ex):
        self.calls.append(["SET", name, {"hex": value.hex()}, "EX", ex])
        self.kept[name] = value

    def delete(self, name):
        self.calls.append(["DEL", name])
        self.kept.pop(name, None)


def do(app, op):
    match op:
        case ["append", key, item]:
            session[key].append(item)
        case ["set", key, item]:
            session[key] = item
        case ["get", key]:
            return session.get(key)
        case ["permanent", flag]:
            session.permanent = flag
        case ["flash", message, category]:
            flash(message, category)
        case ["flashed", options]:
            return get_flashed_messages(**options)
        case ["regenerate"]:
            app.session_interface.regenerate(session)
        case ["clear"]:
            session.clear()
        case _:
            raise ValueError(op)
    return None


def flow(name, config, requests):
    """Each request: its operations, and its cookie: none, a header, or `keep` for what was set last."""
    app, backend = Flask("edges"), FakeRedis()
    app.config.update(config, SECRET_KEY=SECRET)
    if "SESSION_TYPE" in config:
        app.config["SESSION_REDIS"] = backend
        Session(app)
    results, made = [], 0

    def token_urlsafe(length):
        nonlocal made
        made += 1
        octets = bytes((7 * (made - 1) + 13 * at + 5) & 255 for at in range(length))
        return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()

    secrets.token_urlsafe = flask_session.base.secrets.token_urlsafe = token_urlsafe

    @app.get("/")
    def view():
        results.append([notation(do(app, op)) for op in requests[len(results)][0]])
        return ""

    steps, outs, cookie = [], [], None
    for ops, header in requests:
        header = cookie if header == "keep" else header
        steps.append({"ops": ops, "time": NOW, "cookie_header": header})
        backend.calls = []
        with freeze_time(datetime.datetime.fromtimestamp(NOW, datetime.timezone.utc)):
            client = app.test_client(use_cookies=False)
            response = client.get("/", headers={"Cookie": header} if header else {})
        kept = ("Vary", "Set-Cookie")
        headers = [[key, value] for key, value in response.headers if key in kept]
        cookie = next((value.split(";")[0] for key, value in headers if key == "Set-Cookie"), cookie)
        out = {"status": response.status_code, "headers": headers, "op_results": results[-1]}
        outs.append(out | ({"backend_calls": backend.calls} if "SESSION_TYPE" in config else {}))
    given = {"secret_key": SECRET, "config": config, "steps": steps}
    case(name, given, {"steps": outs})


def flows():
    stored = {"SESSION_TYPE": "redis"}
    fill, grow, look = [["set", "list", [1]]], [["append", "list", 2]], [["get", "list"]]
    for kind, settings in [("client_flow", {}), ("server_flow", stored)]:
        lasting = [["permanent", True], *fill]
        brief = settings | ({"SESSION_PERMANENT": False} if settings else {})
        flow(f"{kind}/append_is_lost", brief, [(fill, None), (grow, "keep"), (look, "keep")])
        flow(f"{kind}/append_comes_with_a_refresh", settings, [(lasting, None), (grow, "keep"), (look, "keep")])
        still = settings | {"SESSION_REFRESH_EACH_REQUEST": False}
        flow(f"{kind}/append_without_a_refresh", still, [(lasting, None), (grow, "keep"), (look, "keep")])
        both = [*grow, ["set", "b", 1]]
        flow(f"{kind}/append_with_another_change", brief, [(fill, None), (both, "keep"), (look, "keep")])
        said = [["flash", "Hi", "info"], ["flash", "Ho", "error"]]
        shown = [["flashed", {"with_categories": True}]]
        flow(f"{kind}/flashes_of_another_request", settings, [(said, None), (shown, "keep")])
        flow(f"{kind}/flashes_of_this_request", settings, [([*said, *shown], None)])
        more = [["flash", "He", "info"], ["flashed", {"with_categories": True, "category_filter": ["info"]}]]
        flow(f"{kind}/flashes_of_both", settings, [(said, None), (more, "keep")])
    brief = stored | {"SESSION_PERMANENT": False}
    flow("server_flow/regenerate_nothing_nonpermanent", brief, [([["regenerate"]], None)])
    flow("server_flow/regenerate_emptied_nonpermanent", brief, [(fill, None), ([["clear"], ["regenerate"]], "keep")])


def two_cookies():
    """The second one opens; Flask takes the first."""
    app = Flask("edges")
    app.config.update(SECRET_KEY=SECRET)
    with freeze_time(datetime.datetime.fromtimestamp(NOW, datetime.timezone.utc)):
        good = app.session_interface.get_signing_serializer(app).dumps({"a": 1})
    flow("client_flow/the_second_of_two_opens", {}, [([["get", "a"]], f"session=junk; session={good}")])
    flow("client_flow/the_first_of_two_opens", {}, [([["get", "a"]], f"session={good}; session=junk")])


def ages():
    signer = TimestampSigner(SECRET)
    with freeze_time(datetime.datetime.fromtimestamp(NOW, datetime.timezone.utc)):
        signed = signer.sign("v").decode()
    for later, max_age in [(0, -1), (0, 0), (5, -1), (5, 4.5), (5, 5), (5, 5.5), (-1, 5)]:
        with freeze_time(datetime.datetime.fromtimestamp(NOW + later, datetime.timezone.utc)):
            try:
                value, signed_at = signer.unsign(signed, max_age=max_age, return_timestamp=True)
                out = {"ok": [value.decode(), signed_at.isoformat()]}
            except BadSignature as error:
                out = {
                    "error": type(error).__name__,
                    "payload_hex": error.payload.hex(),
                    "date_signed": error.date_signed.isoformat(),
                }
        given = {"secret_keys": [SECRET], "signed": signed, "now": NOW + later, "max_age": max_age}
        case(f"timestamp_unsign/age_{later}_of_{max_age}", given, out)


def tags():
    for text in ['{" m":5}', '{" m":null}', '{" m":[1]}', '{" d":null}', '{" d":0}', '{" d":""}', '{" d":5}', '{" d":[]}']:
        try:
            out = {"ok": notation(TaggedJSONSerializer().loads(text))}
        except Exception as error:
            out = {"error": type(error).__name__}
        case(f"tagged_json_loads/{text}", {"text": text}, out)


def ids():
    for length in (1, 2, 15, 16, 128):
        octets = bytes((13 * at + 5) & 255 for at in range(length))
        sid = base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
        case(f"sid/len_{length}", {"random_hex": octets.hex(), "sid_length": length}, {"sid": sid})


def tables():
    for name, table, schema in [
        ("table", "web_sessions", None),
        ("odd_table", "web sessions", None),
        ("schema", "sessions", "auth"),
    ]:
        app = Flask("edges")
        app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
        with app.app_context():
            model = create_session_model(SQLAlchemy(app), table, schema)
            ddl = str(CreateTable(model.__table__).compile(dialect=sqlite.dialect()))
        given = {"table": table} | ({"schema": schema} if schema else {})
        case(f"sqlalchemy_ddl/{name}_sqlite", given, {"ddl": ddl})


flows()
two_cookies()
ages()
tags()
ids()
tables()
names = ("flask", "flask-session", "itsdangerous", "werkzeug", "markupsafe", "msgspec", "flask-sqlalchemy")
meta = {"versions": {name: importlib.metadata.version(name) for name in names}, "total": len(cases)}
text = json.dumps({"meta": meta, "cases": cases}, ensure_ascii=False, indent=1)
pathlib.Path(__file__).parent.with_name("edges.json").write_text(text + "\n")
