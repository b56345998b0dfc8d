//! What is wanted of an engine.

/// The place of a store, and the settings that it was given.
pub(super) struct Wanted {
    url: Option<String>,
    settings: Vec<(&'static str, Given)>,
}

/// The value of a setting, which is what the engine's row says that it must be.
pub(super) enum Given {
    Text(String),
    Number(u32),
}

impl Wanted {
    /// A store with Dewar's own records, by its URL.
    pub(super) fn own(url: &str, settings: Vec<(&'static str, Given)>) -> Self {
        Self { url: Some(url.to_owned()), settings }
    }

    /// A store with the records of Flask-Session.
    #[cfg(feature = "dewar")]
    pub(super) fn shared(settings: Vec<(&'static str, Given)>) -> Self {
        Self { url: None, settings }
    }

    /// The URL; `None` if the records are those of Flask-Session, and settings say where they are.
    pub(super) fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }
}

#[allow(dead_code, reason = "memory has no settings")]
impl Wanted {
    /// A text that is set, and not empty.
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
