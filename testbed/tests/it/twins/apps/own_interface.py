"""Sessions of the program's own making: a dict keeps them as JSON, the cookie has their id, a UUID that is signed."""

import json
import uuid

from flask import Flask, session
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadSignature, Signer


class OwnSession(dict, SessionMixin):
    def __init__(self, data=(), sid=None):
        super().__init__(data)
        self.sid = sid or str(uuid.uuid4())


class OwnInterface(SessionInterface):
    def __init__(self):
        self.container = {}

    def signer(self, app):
        return Signer(app.secret_key, salt="flask-session", key_derivation="hmac")

    def open_session(self, app, request):
        token = request.cookies.get(self.get_cookie_name(app), "")
        try:
            sid = self.signer(app).unsign(token).decode()
        except BadSignature:
            return OwnSession()
        return OwnSession(json.loads(self.container.get(sid, "{}")), sid)

    def save_session(self, app, session, response):
        self.container[session.sid] = json.dumps(dict(session))
        response.set_cookie(
            self.get_cookie_name(app),
            self.signer(app).sign(session.sid).decode(),
            expires=self.get_expiration_time(app, session),
            httponly=self.get_cookie_httponly(app),
            domain=self.get_cookie_domain(app),
            path=self.get_cookie_path(app),
            secure=self.get_cookie_secure(app),
        )


app = Flask("twin")
app.session_interface = OwnInterface()


@app.route("/login.html", methods=["GET", "POST"])
def login():
    session["user1"] = "zoe"
    session["user2"] = "zoe"
    del session["user2"]
    return "logged in"


@app.route("/users")
def users():
    return " ".join(session)
