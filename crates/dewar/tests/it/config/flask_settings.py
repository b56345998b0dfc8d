"""What Flask makes of settings: reads a JSON list of cases, answers with a JSON list of results.

A case has "vars" (environment variables) or "toml" (the text of a file), a "time", and perhaps "cookie", a Cookie header.
A result is [the Set-Cookie line or null, what the session held when the request came in], or a text: the exception's name.
"""

import datetime
import json
import os
import sys
import tomllib

import flask
import itsdangerous.timed
from flask.sessions import SecureCookieSessionInterface


class FixedTime(SecureCookieSessionInterface):
    def __init__(self, now):
        self.now = now

    def get_expiration_time(self, app, session):
        now = datetime.datetime.fromtimestamp(self.now, datetime.timezone.utc)
        return now + app.permanent_session_lifetime if session.permanent else None


def answer(case):
    itsdangerous.timed.time.time = lambda: case["time"]
    app = flask.Flask("twin")
    app.testing = True
    if "toml" in case:
        app.config.from_mapping(tomllib.loads(case["toml"]))
    else:
        os.environ.update(case["vars"])
        app.config.from_prefixed_env()
        for name in case["vars"]:
            del os.environ[name]
    app.session_interface = FixedTime(case["time"])
    seen = {}

    @app.get("/")
    def index():
        seen.update(flask.session)
        flask.session["a"] = 1
        flask.session.permanent = True
        return ""

    headers = {"Cookie": case["cookie"]} if "cookie" in case else {}
    response = app.test_client(use_cookies=False).get("/", base_url="http://localhost/", headers=headers)
    return [response.headers.get("Set-Cookie"), seen]


def safe_answer(case):
    try:
        return answer(case)
    except Exception as error:
        return type(error).__name__


json.dump([safe_answer(case) for case in json.load(sys.stdin)], sys.stdout)
