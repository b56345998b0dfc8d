//! What an engine is asked to open.

/// Where the store is, and its settings.
pub(super) struct Wanted {
    /// Whether it may be created if it does not exist.
    #[allow(dead_code, reason = "memory always exists")]
    pub(super) create: bool,
    place: Place,
    settings: Vec<(&'static str, Given)>,
}

/// Where a store is, and whose records are in it.
pub(super) enum Place {
    /// Dewar's own, at this URL.
    Own(String),
    /// Flask-Session's, where the settings say.
    #[cfg(feature = "flask")]
    OfFlask,
}

/// The value of a setting. Its type is the one that the engine's row says.
pub(super) enum Given {
    Text(String),
    Number(u32),
}

impl Wanted {
    /// A store with Dewar's own records, at a URL.
    pub(super) fn own(url: &str, settings: Vec<(&'static str, Given)>) -> Self {
        Self { create: true, place: Place::Own(url.to_owned()), settings }
    }

    /// A store with the records of Flask-Session.
    #[cfg(feature = "flask")]
    pub(super) fn shared(settings: Vec<(&'static str, Given)>) -> Self {
        Self { create: true, place: Place::OfFlask, settings }
    }

    /// The same, which may be created if it does not exist, or not.
    pub(super) fn with_create(self, create: bool) -> Self {
        Self { create, ..self }
    }

    /// `None` if the records are those of Flask-Session.
    #[cfg(all(test, feature = "flask"))]
    pub(super) fn own_url(&self) -> Option<&str> {
        match &self.place {
            Place::Own(url) => Some(url),
            Place::OfFlask => None,
        }
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
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
