//! What every page has at hand: the templates, and how this site keeps its sessions.

use std::sync::Arc;

use axum::response::{Html, IntoResponse, Response};
use dewar::clock::Clock;
use dewar::codec::{Codec as _, TaggedJson};
use dewar::cookie::SessionCookie;
use dewar::value::Map;
use dewar::{Session, SessionManager};
use minijinja::{Environment, Value, context};

use super::settings::Settings;
use super::{failure, templates};
use crate::args::Format;
use crate::diagnosis::{Question, Report, Written, examine, pretty};

/// Cheap to clone: every request has one.
#[derive(Clone)]
pub(super) struct App(Arc<Inner>);

struct Inner {
    settings: Settings,
    cookie: SessionCookie,
    manager: SessionManager,
    templates: Environment<'static>,
}

impl App {
    pub(super) fn new(settings: Settings) -> Result<Self, Box<dyn std::error::Error>> {
        let cookie = settings.sessions.cookie.clone().build()?;
        let manager = SessionManager::client_side(settings.sessions.clone())?;
        Ok(Self(Arc::new(Inner { settings, cookie, manager, templates: templates::environment()? })))
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(super) fn cookie(&self) -> &SessionCookie {
        &self.0.cookie
    }

    pub(super) fn manager(&self) -> SessionManager {
        self.0.manager.clone()
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

    /// A page of somebody whose session is not looked at.
    pub(super) fn bare_page(&self, template: &str, content: Value) -> Response {
        let frame = context! { is_bare => true, ..self.site() };
        self.render(template, context! { ..content, ..frame })
    }

    fn site(&self) -> Value {
        context! {
            scenes => templates::scenes(),
            is_sealed => self.settings().format == Format::Sealed,
            cookie_name => self.cookie().name(),
            secret_is_random => self.settings().secret_is_random,
        }
    }

    fn render(&self, template: &str, content: Value) -> Response {
        match self.0.templates.get_template(template).and_then(|template| template.render(content)) {
            Ok(html) => Html(html).into_response(),
            Err(error) => failure::of_template(&error),
        }
    }

    /// All there is to know of a cookie of this site.
    pub(super) fn examine(&self, value: &str) -> Report {
        let name = Some(self.cookie().name().to_owned());
        let cookie = Written { name, value: value.to_owned(), oddities: Vec::new() };
        let settings = self.settings();
        examine(&Question {
            cookie: &cookie,
            secrets: Some(&settings.secrets),
            lifetime: Some(settings.lifetime().clone()),
            salt: None,
            legacy_epoch: false,
            now: Clock::system().now(),
        })
    }
}

/// What the session holds, in Flask's tagged JSON, for a person to read.
fn tagged_json(data: &Map) -> Option<String> {
    if data.is_empty() {
        return None;
    }
    let json = TaggedJson { ensure_ascii: false, ..Default::default() }.encode(data).ok()?;
    Some(pretty(&String::from_utf8_lossy(&json)))
}
