"""Sessions as a file of settings says, which the other program reads as well."""

import os
import tomllib

from flask import Flask, session
from flask_session import Session
from redis import Redis

app = Flask("twin")
app.config.from_file(os.environ["SETTINGS"], load=tomllib.load, text=False)
app.config["SESSION_REDIS"] = Redis.from_url(
    app.config["SESSION_REDIS"],
    password=app.config["SESSION_REDIS_PASSWORD"],
    db=app.config["SESSION_REDIS_DB"],
)
Session(app)


@app.route("/")
def index():
    session["theme"] = "dark"
    return "index"
