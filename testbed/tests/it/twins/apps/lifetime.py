"""A session that outlives the browser by two hours, until it is cleared."""

from datetime import timedelta

from flask import Flask, session

app = Flask("twin")
app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(hours=2)


@app.route("/")
def begin():
    session["username"] = "zoe"
    session["theme"] = "dark"
    session.permanent = True
    return "Hello World!"


@app.route("/getSession/")
def show():
    return session.get("username") or "no session"


@app.route("/deleteSession/")
def end():
    session.clear()
    return "deleted"
