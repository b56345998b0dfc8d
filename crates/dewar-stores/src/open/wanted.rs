//! What an engine is asked to open.

/// Where the store is, and its settings.
pub(super) struct Wanted {
    url: Option<String>,
    settings: Vec<(&'static str, Given)>,
}

/// The value of a setting. Its type is the one that the engine's row says.
pub(super) enum Given {
    Text(String),
    Number(u32),
}

impl Wanted {
    /// A store with Dewar's own records, at a URL.
    pub(super) fn own(url: &str, settings: Vec<(&'static str, Given)>) -> Self {
        Self { url: Some(url.to_owned()), settings }
    }

    /// A store with the records of Flask-Session.
    #[cfg(feature = "dewar")]
    pub(super) fn shared(settings: Vec<(&'static str, Given)>) -> Self {
        Self { url: None, settings }
    }

    /// The URL; `None` if the records are Flask-Session's, and settings say where they are.
    pub(super) fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }
}

#[allow(dead_code, reason = "memory has no settings")]
impl Wanted {
    /// The text of a setting, if it is set and not empty.
    pub(super) fn text(&self, setting: &str) -> Option<&str> {
        match self.given(setting)? {
            Given::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    pub(super) fn number(&self, setting: &str) -> Option<u32> {
        match self.given(setting)? {
            Given::Number(number) => Some(*number),
            Given::Text(_) => None,
        }
    }

    fn given(&self, setting: &str) -> Option<&Given> {
        self.settings.iter().find(|(name, _)| *name == setting).map(|(_, given)| given)
    }
}
