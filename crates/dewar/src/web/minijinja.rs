//! The session and its flash messages in minijinja templates, under the names that Flask uses.
//!
//! [`context`] returns the names `session` and `get_flashed_messages`, to be merged into a template's context:
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
//! A template that reads the session adds `Vary: Cookie` to the response, as a handler does; a template that does not read it costs
//! nothing. Output is escaped as usual; `Markup` is already HTML and is not escaped.
//!
//! The results of [`Session::flashes`] and [`sessions_of`](crate::SessionManager::sessions_of) can be put into a context directly.
//!
//! Templates cannot change the session, except that they take its flash messages. The methods `get`, `items`, `keys` and `values` of
//! Python's dict are available on the session and on the dicts in it.

mod shown;
mod value;

use std::sync::Arc;

use minijinja::value::{Enumerator, Kwargs, Object, Tuple};
use minijinja::{Error, State, Value};

use self::value::{Dict, call_dict_method, to_template, to_template_text};
use crate::session::{Flash, Session};

/// Returns the names `session` and `get_flashed_messages`, as a map.
///
/// `session` is live: it also shows values that a handler sets after this call. `get_flashed_messages(with_categories=False,
/// category_filter=[])` takes the messages out of the session when it is first called in a request; later calls return the same ones.
#[must_use]
pub fn context(session: &Session) -> Value {
    let flashes = session.clone();
    let get_flashed_messages = move |with_categories, category_filter, named: Kwargs| {
        flashed_messages(&flashes, with_categories, category_filter, &named)
    };
    Value::from_pairs([
        ("session", Value::from_object(LiveSession(session.clone()))),
        ("get_flashed_messages", Value::from_function(get_flashed_messages)),
    ])
}

/// The session itself, so that each read sees its current state.
#[derive(Debug)]
struct LiveSession(Session);

impl Dict for LiveSession {
    fn item(&self, key: &Value) -> Option<Value> {
        self.0.read(|data| data.get(key.as_str()?).map(to_template))
    }

    fn items(&self) -> Vec<(Value, Value)> {
        self.0
            .read(|data| data.iter().map(|(key, item)| (to_template_text(key), to_template(item))).collect())
    }
}

impl Object for LiveSession {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.item(key)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.0.read(|data| data.get(key).map(to_template))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.read(|data| data.keys().map(to_template_text).collect()))
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.0.len())
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        arguments: &[Value],
    ) -> Result<Value, Error> {
        call_dict_method(&**self, method, arguments)
    }
}

/// Flask's `get_flashed_messages`: the messages, or `(category, message)` tuples; with a filter, those of its categories only.
fn flashed_messages(
    session: &Session,
    with_categories: Option<Value>,
    category_filter: Option<Value>,
    named: &Kwargs,
) -> Result<Value, Error> {
    let with_categories =
        with_categories.or(named.get("with_categories")?).is_some_and(|flag| flag.is_true());
    let filter =
        category_filter.or(named.get("category_filter")?).map(|filter| categories(&filter)).transpose()?;
    named.assert_all_used()?;
    let wanted = filter.unwrap_or_default();
    let is_wanted = |flash: &Flash| wanted.is_empty() || wanted.contains(&to_template(&flash.category));
    let shown = |flash: Flash| {
        let message = to_template(&flash.message);
        if with_categories { Tuple::from([to_template(&flash.category), message]).into() } else { message }
    };
    Ok(session.flashes().into_iter().filter(is_wanted).map(shown).collect::<Vec<Value>>().into())
}

/// A list of categories, or a single one.
fn categories(filter: &Value) -> Result<Vec<Value>, Error> {
    if filter.as_str().is_some() { Ok(vec![filter.clone()]) } else { Ok(filter.try_iter()?.collect()) }
}
