//! A request's session, not opened until somebody asks for it.

use std::sync::{Arc, OnceLock};

use http::HeaderMap;
use http::header::{COOKIE, HeaderValue};

use crate::manager::{Error, SessionManager};
use crate::session::Session;

/// Travels in the request's extensions; the layer keeps a clone to see, afterwards, whether the session was opened.
#[derive(Debug, Clone)]
pub(super) struct Slot(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    manager: SessionManager,
    session: OnceLock<Session>,
    /// The request's cookies, for a session that is to be refreshed though nobody asked for it; the request is gone by then.
    cookies: Vec<HeaderValue>,
}

impl Slot {
    pub(super) fn new(manager: SessionManager, headers: &HeaderMap) -> Self {
        let cookies = if manager.opens_untouched() {
            headers.get_all(COOKIE).iter().cloned().collect()
        } else {
            Vec::new()
        };
        Self(Arc::new(Inner { manager, session: OnceLock::new(), cookies }))
    }

    /// The session, opened at the first call; every later one gives the same.
    pub(super) async fn open(&self, headers: &HeaderMap) -> Result<Session, Error> {
        self.open_from(headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes)).await
    }

    async fn open_from<'h>(&self, cookies: impl Iterator<Item = &'h [u8]>) -> Result<Session, Error> {
        if let Some(session) = self.0.session.get() {
            return Ok(session.clone());
        }
        let opened = self.0.manager.open(cookies).await?;
        Ok(self.0.session.get_or_init(|| opened).clone())
    }

    pub(super) fn manager(&self) -> &SessionManager {
        &self.0.manager
    }

    /// Whether there is anything to do at the end of the request.
    pub(super) fn is_to_be_saved(&self) -> bool {
        self.0.session.get().is_some() || !self.0.cookies.is_empty()
    }

    /// The session to be saved: the one that was opened, or the one that is to be refreshed.
    pub(super) async fn opened(&self) -> Result<Session, Error> {
        self.open_from(self.0.cookies.iter().map(HeaderValue::as_bytes)).await
    }
}
