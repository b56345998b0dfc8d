"""One route for each thing that a program does with sessions, in the place that STORE names: a store, or `cookie`."""

import os

from flask import Flask, Response, request, session
from flask_session import Session

app = Flask("twin")


def store_settings():
    store = os.environ["STORE"]
    scheme, place = store.split("://")
    if scheme == "redis":
        from redis import Redis

        return {"SESSION_TYPE": "redis", "SESSION_REDIS": Redis.from_url(store)}
    if scheme == "file":
        return {"SESSION_TYPE": "filesystem", "SESSION_FILE_DIR": place}
    if scheme == "mongodb":
        from pymongo import MongoClient

        database = place.split("/")[1]
        return {
            "SESSION_TYPE": "mongodb",
            "SESSION_MONGODB": MongoClient(store),
            "SESSION_MONGODB_DB": database,
        }
    if scheme in ("pymemcache", "pylibmc", "memcache"):
        return {"SESSION_TYPE": "memcached", "SESSION_MEMCACHED": memcached(scheme, place)}
    from flask_sqlalchemy import SQLAlchemy

    app.config["SQLALCHEMY_DATABASE_URI"] = store
    return {"SESSION_TYPE": "sqlalchemy", "SESSION_SQLALCHEMY": SQLAlchemy(app)}


def memcached(module, server):
    """A client of one of the three, as Flask-Session makes it by itself."""
    if module == "pymemcache":
        from pymemcache.client.base import Client

        # By default it does not wait until a value is stored, and the next request may miss it.
        return Client(server, default_noreply=False)
    return __import__(module).Client([server])


IN_COOKIE = os.environ["STORE"] == "cookie"
if not IN_COOKIE:
    app.config.update(store_settings())
    app.config["SESSION_SERIALIZATION_FORMAT"] = os.environ.get("FORMAT", "msgpack")
    app.config["SESSION_USE_SIGNER"] = "SIGNED" in os.environ
    Session(app)


def text(value=""):
    return Response(str(value), mimetype="text/plain")


def nothing():
    response = Response()
    del response.headers["Content-Type"]
    return response


@app.get("/login")
def login():
    if not IN_COOKIE:
        app.session_interface.regenerate(session)
    session["u"] = request.args["u"]
    return text(session["u"])


@app.get("/logout")
def logout():
    session.clear()
    return nothing()


@app.get("/whoami")
def whoami():
    return text(session.get("u", ""))


@app.get("/get")
def get_key():
    return text(session.get(request.args["k"], ""))


@app.get("/set")
def set_key():
    session[request.args["k"]] = request.args["v"]
    return text(request.args["v"])


@app.get("/contains")
def contains():
    return text(str(request.args["k"] in session).lower())


@app.get("/incr")
def increment():
    key = request.args["k"]
    session[key] = session.get(key, 0) + 1
    return text(session[key])


@app.get("/touchless")
def touchless():
    return nothing()


@app.get("/regenerate")
def regenerate():
    app.session_interface.regenerate(session)
    return nothing()
