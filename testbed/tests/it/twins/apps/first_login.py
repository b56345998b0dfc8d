"""A name is remembered at the login, and welcomed on the first page."""

from flask import Flask, redirect, session

app = Flask("twin")


@app.route("/", methods=["GET", "POST"])
def home():
    name = session.get("username")
    return f"welcome {name}" if name else "please log in"


@app.route("/login", methods=["GET", "POST"])
def login():
    session["uid"] = "123456"
    session["username"] = "zoe"
    return redirect("/")
