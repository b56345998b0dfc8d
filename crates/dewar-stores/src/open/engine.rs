//! The rows of the table of engines.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use dewar_core::{Answer, Store};

use super::engines::ENGINES;
use super::wanted::Wanted;
use crate::OpenError;
use crate::guard::{Guard, GuardOptions};

/// An engine that can store sessions, whether or not its feature is enabled.
pub struct Engine {
    pub(super) name: &'static str,
    pub(super) urls: &'static [UrlForm],
    pub(super) is_persistent: bool,
    /// The values of `SESSION_TYPE` whose records it can share with Flask-Session.
    pub(super) session_types: &'static [&'static str],
    pub(super) settings: &'static [Setting],
    pub(super) feature: Option<&'static str>,
    /// `None` if its feature is not enabled.
    pub(super) open: Option<Open>,
    /// `None` if the engine has no tables, or its feature is not enabled.
    pub(super) schema: Option<Schema>,
}

/// A form of an engine's URL.
#[allow(dead_code, reason = "tests compare the tables in the docs with it")]
pub(super) struct UrlForm {
    pub(super) schemes: &'static [&'static str],
    /// The URL, with words in capitals for what a deployment fills in.
    pub(super) url_template: &'static str,
    /// For the table in the docs: an example, where sessions are stored, and the feature that it needs.
    pub(super) guide: [&'static str; 3],
}

/// A setting of an engine.
#[allow(dead_code, reason = "tests compare the tables in the docs with it")]
pub(super) struct Setting {
    pub(super) name: &'static str,
    pub(super) takes: Takes,
    /// Whether it also has an effect with `SESSION_STORE`.
    pub(super) with_url: bool,
    /// For the table in the docs: the possible values, and the default.
    pub(super) guide: [&'static str; 2],
}

/// The possible values of a setting.
pub(super) enum Takes {
    Text,
    Number(RangeInclusive<u32>),
    Url(FlaskUrl),
    /// Flask-Session has this setting, this engine does not support it yet.
    Unsupported,
}

/// The URL of a store that is shared with Flask-Session.
pub(super) struct FlaskUrl {
    pub(super) is_right: fn(&str) -> bool,
    pub(super) examples: &'static str,
    /// What is used if the setting is not set: another setting, or else the default.
    pub(super) stand_in: Option<&'static str>,
    pub(super) default: Option<&'static str>,
    /// A setting with a key: if it is set, the URL is the one under this key in the other setting.
    pub(super) bind: Option<[&'static str; 2]>,
}

/// Opens a store of an engine.
pub(super) type Open = for<'a> fn(&'a Wanted, GuardOptions) -> Answer<'a, Arc<dyn Store>, OpenError>;

/// Returns the SQL that creates the table.
pub(super) type Schema = fn(&Wanted) -> Result<String, OpenError>;

impl Engine {
    /// Returns all engines.
    #[must_use]
    pub fn all() -> &'static [Self] {
        ENGINES
    }

    /// Returns the engine that a URL names.
    ///
    /// # Errors
    /// If the URL starts like the URL of no engine. The error does not repeat the URL, which may contain a password.
    pub fn from_url(url: &str) -> Result<&'static Self, OpenError> {
        let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme).to_ascii_lowercase();
        let has_scheme = |form: &UrlForm| form.schemes.contains(&&*scheme);
        let found = Self::all().iter().find(|engine| engine.urls.iter().any(has_scheme));
        found.ok_or_else(unknown_url)
    }

    /// The name of the engine, as it is written in a sentence.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The form of its URL, with words in capitals for what a deployment fills in.
    #[must_use]
    pub fn url_template(&self) -> &'static str {
        self.urls.first().map_or("", |form| form.url_template)
    }

    /// Whether its sessions survive the end of this process.
    #[must_use]
    pub fn is_persistent(&self) -> bool {
        self.is_persistent
    }

    pub(super) async fn open(
        &self,
        wanted: &Wanted,
        guard: GuardOptions,
    ) -> Result<Arc<dyn Store>, OpenError> {
        match self.open {
            Some(open) => open(wanted, guard).await,
            None => Err(self.is_off()),
        }
    }

    pub(super) fn schema(&self, wanted: &Wanted) -> Result<String, OpenError> {
        match (self.schema, self.open) {
            (Some(schema), _) => schema(wanted),
            (None, None) => Err(self.is_off()),
            (None, Some(_)) => Err(OpenError::new(format!(
                "sessions in {} need no table: there is nothing to create",
                self.name
            ))),
        }
    }

    fn is_off(&self) -> OpenError {
        let feature = self.feature.unwrap_or_default();
        OpenError::new(format!("sessions in {}: enable the feature `{feature}` of dewar-stores", self.name))
    }
}

/// Wraps an engine that can fail in a guard.
#[allow(dead_code, reason = "memory cannot fail")]
pub(super) fn guarded(store: impl Store + 'static, guard: GuardOptions) -> Arc<dyn Store> {
    Arc::new(Guard::new(Arc::new(store), guard))
}

fn unknown_url() -> OpenError {
    let forms = ENGINES.iter().flat_map(|engine| engine.urls);
    let beginnings: Vec<&str> = forms.map(|form| beginning(form.url_template)).collect();
    let known = match beginnings.split_last() {
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    };
    OpenError::wrong_url(format!("the URL of a session store must start with {known}"))
}

/// A template up to its first word in capitals.
fn beginning(template: &str) -> &str {
    template
        .find(|letter: char| letter.is_ascii_uppercase())
        .and_then(|end| template.get(..end))
        .unwrap_or(template)
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("name", &self.name)
            .field("is_on", &self.open.is_some())
            .finish_non_exhaustive()
    }
}
