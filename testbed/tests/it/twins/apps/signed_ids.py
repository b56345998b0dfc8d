"""Sessions in Redis, named by an id that the cookie carries signed."""

import os

from flask import Flask, session
from flask_session import Session
from redis import Redis

app = Flask("twin")
app.config.update(
    SESSION_TYPE="redis",
    SESSION_REDIS=Redis.from_url(os.environ["STORE"]),
    SESSION_KEY_PREFIX="session:",
    SESSION_USE_SIGNER=True,
    PERMANENT_SESSION_LIFETIME=7200,
)
Session(app)


@app.route("/")
def index():
    session["username"] = "zoe"
    return "stored"
