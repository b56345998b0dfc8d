"""An address that is asked for, shown by a template, and deleted."""

from flask import Flask, redirect, render_template_string, request, session, url_for

app = Flask("twin")

FORM = (
    '<form method="post">'
    '<label>Enter your email address: <input type="email" name="email_address" required></label> '
    "<button>Submit</button>"
    "</form>"
)

PAGE = """\
{% if session['email'] %}
<h1>Welcome {{ session['email'] }}!</h1>
{% else %}
<h1>Welcome! Please enter your email <a href="/set_email">here.</a></h1>
{% endif %}
"""


@app.get("/set_email")
def form():
    return FORM


@app.post("/set_email")
def set_email():
    session["email"] = request.form["email_address"]
    return redirect(url_for("get_email"))


@app.route("/get_email")
def get_email():
    return render_template_string(PAGE)


@app.route("/delete_email")
def delete_email():
    session.pop("email", None)
    return "<h1>Session deleted!</h1>"
