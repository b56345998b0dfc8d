//! The session and its flash messages in minijinja templates, as Flask's templates know them.
//!
//! [`context`] gives the names `session` and `get_flashed_messages`, to be merged into what a template is rendered with:
//!
//! ```
//! use dewar::Session;
//! use minijinja::{Environment, context};
//!
//! fn page(templates: &Environment, session: &Session) -> Result<String, minijinja::Error> {
//!     templates.get_template("index.html")?.render(context! {
//!         title => "Welcome",
//!         ..dewar::web::minijinja::context(session)
//!     })
//! }
//! ```
//!
//! ```html
//! {% if session['email'] %} <h1>Welcome {{ session['email'] }}!</h1> {% endif %}
//! {% for category, message in get_flashed_messages(with_categories=True) %} <p class="{{ category }}">{{ message }}</p> {% endfor %}
//! ```
//!
//! A template that looks at the session in any way makes the response say `Vary: Cookie`, as a handler does; one that does not
//! look costs nothing. What a template prints is escaped as ever; `Markup` is HTML already and is not.
//!
//! Templates only look: to change the session is the handler's. Of Python's methods of a dict there are `get`, `items`, `keys` and
//! `values`, on the session and on the dicts in it.

mod dict;
mod flashes;
mod live;
mod value;

use minijinja::Value;
use minijinja::value::Kwargs;

use self::live::LiveSession;
use crate::session::Session;

/// The names `session` and `get_flashed_messages`, as a map.
///
/// `session` is live: what a handler sets after this call is there, too. `get_flashed_messages(with_categories=False,
/// category_filter=[])` takes the messages out of the session when it is first called in a request, and answers the same ever
/// after.
#[must_use]
pub fn context(session: &Session) -> Value {
    let flashes = session.clone();
    let get_flashed_messages = move |with_categories, category_filter, named: Kwargs| {
        flashes::get(&flashes, with_categories, category_filter, &named)
    };
    Value::from_pairs([
        ("session", Value::from_object(LiveSession(session.clone()))),
        ("get_flashed_messages", Value::from_function(get_flashed_messages)),
    ])
}
