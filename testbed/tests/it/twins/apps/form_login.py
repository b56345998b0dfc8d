"""Logging in with a form, and out again."""

from flask import Flask, redirect, request, session, url_for
from markupsafe import escape

app = Flask("twin")

FORM = (
    '<form method="post">'
    '<input name="username" autofocus> '
    '<button>Login</button>'
    "</form> "
    '<form method="post" action="/logout"><button>Logout</button></form>'
)


@app.route("/")
def home():
    if "username" in session:
        return f"Logged in as {escape(session['username'])}"
    return "You are not logged in"


@app.get("/login")
def form():
    return FORM


@app.post("/login")
def login():
    session["username"] = request.form["username"]
    return redirect(url_for("home"))


@app.post("/logout")
def logout():
    session.pop("username", None)
    return redirect(url_for("home"))
