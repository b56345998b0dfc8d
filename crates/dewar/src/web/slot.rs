//! A request's session, not opened until somebody asks for it.

use std::sync::{Arc, OnceLock};

use http::HeaderMap;
use http::header::{COOKIE, HeaderValue};

use crate::manager::{Error, Reply, Save, SessionManager};
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
        self.open_from(headers.get_all(COOKIE)).await
    }

    async fn open_from(&self, cookies: impl IntoIterator<Item = &HeaderValue>) -> Result<Session, Error> {
        let Inner { manager, session, .. } = &*self.0;
        if let Some(session) = session.get() {
            return Ok(session.clone());
        }
        let opened = manager.open(cookies.into_iter().map(HeaderValue::as_bytes)).await?;
        // Of two that opened it at once the first one's is everybody's.
        Ok(session.get_or_init(|| opened).clone())
    }

    pub(super) fn manager(&self) -> &SessionManager {
        &self.0.manager
    }

    /// Saves the session that was opened, or the one that is to be refreshed; `None` if there is nothing to do.
    pub(super) fn save(&self) -> Option<Save> {
        let Inner { manager, session, cookies } = &*self.0;
        if let Some(session) = session.get() {
            return Some(manager.start_save(session));
        }
        if cookies.is_empty() {
            return None;
        }
        match manager.open_at_once(cookies.iter().map(HeaderValue::as_bytes)) {
            Some(session) => Some(manager.start_save(&session)),
            None => Some(Save::Waits(Box::pin(self.clone().refresh()))),
        }
    }

    /// For a session that nobody asked for. A store that is down is no reason to fail a request that does not need it.
    async fn refresh(self) -> Result<Reply, Error> {
        match self.open_from(&self.0.cookies).await {
            Ok(session) => self.0.manager.save(&session).await,
            Err(_) => Ok(Reply::default()),
        }
    }
}
