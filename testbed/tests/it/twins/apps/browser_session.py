"""Sessions in Redis that end with the browser."""

import os

from flask import Flask, session
from flask_session.redis import RedisSessionInterface
from redis import Redis

app = Flask("twin")
client = Redis.from_url(os.environ["STORE"])
app.session_interface = RedisSessionInterface(
    app, client, key_prefix="__", use_signer=False, permanent=False
)


@app.route("/")
def index():
    session["items"] = 123
    return "Index"
