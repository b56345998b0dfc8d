//! What every page has at hand: the templates, and how this site stores its sessions.

use std::sync::Arc;

use axum::response::{Html, IntoResponse, Response};
use dewar::codec::{Codec as _, TaggedJson};
use dewar::cookie::SessionCookie;
use dewar::value::Map;
use dewar::{Session, SessionManager};
use minijinja::{Environment, Value, context};

use super::settings::Storage;
use super::{failure, templates};
use crate::diagnosis::pretty;

/// Cheap to clone: every request has one.
#[derive(Clone)]
pub(super) struct App(Arc<Inner>);

struct Inner {
    storage: Storage,
    cookie: SessionCookie,
    manager: SessionManager,
    templates: Environment<'static>,
}

impl App {
    pub(super) fn new(storage: Storage) -> Result<Self, Box<dyn std::error::Error>> {
        let cookie = storage.cookie().clone().build()?;
        let manager = storage.manager()?;
        Ok(Self(Arc::new(Inner { storage, cookie, manager, templates: templates::environment()? })))
    }

    pub(super) fn storage(&self) -> &Storage {
        &self.0.storage
    }

    pub(super) fn cookie(&self) -> &SessionCookie {
        &self.0.cookie
    }

    pub(super) fn manager(&self) -> &SessionManager {
        &self.0.manager
    }

    /// A page with its frame: who is logged in, the messages that wait, what the session holds now.
    pub(super) fn page(&self, session: &Session, template: &str, content: Value) -> Response {
        let of_json = session.clone();
        let frame = context! {
            // Called after the messages are shown, and so taken out.
            session_as_json => Value::from_function(move || of_json.read(tagged_json)),
            is_permanent => session.is_permanent(),
            ..self.site()
        };
        let frame = context! { ..frame, ..dewar::web::minijinja::context(session) };
        self.render(template, context! { ..content, ..frame })
    }

    /// A page that does not look at the session.
    pub(super) fn bare_page(&self, template: &str, content: Value) -> Response {
        let frame = context! { is_bare => true, ..self.site() };
        self.render(template, context! { ..content, ..frame })
    }

    fn site(&self) -> Value {
        context! {
            scenes => templates::scenes(),
            is_sealed => self.storage().is_sealed(),
            cookie_name => self.cookie().name(),
            ..self.place()
        }
    }

    fn place(&self) -> Value {
        match self.storage() {
            Storage::InCookie(cookie) => context! { secret_is_random => cookie.secret_is_random },
            Storage::InStore(store) => {
                context! { is_stored => true, engine => store.place.engine.name(), store_lasts => store.place.engine.is_persistent() }
            }
        }
    }

    fn render(&self, template: &str, content: Value) -> Response {
        match self.0.templates.get_template(template).and_then(|template| template.render(content)) {
            Ok(html) => Html(html).into_response(),
            Err(error) => failure::of_template(&error),
        }
    }
}

/// What the session holds, in Flask's tagged JSON, for a person to read.
pub(super) fn tagged_json(data: &Map) -> Option<String> {
    if data.is_empty() {
        return None;
    }
    let json = TaggedJson { ensure_ascii: false, ..Default::default() }.encode(data).ok()?;
    Some(pretty(&String::from_utf8_lossy(&json)))
}
