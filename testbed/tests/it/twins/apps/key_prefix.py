"""Sessions in Redis under keys of the program's own, with a cookie of another name."""

import os

from flask import Flask, session
from flask_session.redis import RedisSessionInterface
from redis import Redis

app = Flask("twin")
app.config["SESSION_COOKIE_NAME"] = "hello_session"
client = Redis.from_url(os.environ["STORE"])
app.session_interface = RedisSessionInterface(app, client=client, key_prefix="shop_")


@app.route("/")
def index():
    session["theme"] = "dark"
    return "index"
