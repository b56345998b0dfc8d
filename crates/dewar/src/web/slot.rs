//! A request's session, not opened until somebody asks for it.

use std::sync::{Arc, OnceLock};

use http::HeaderMap;
use http::header::{COOKIE, HeaderValue};

use crate::manager::{Error, Reply, SessionManager};
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
    pub(super) fn open(&self, headers: &HeaderMap) -> &Session {
        self.open_from(headers.get_all(COOKIE))
    }

    fn open_from<'h>(&self, cookies: impl IntoIterator<Item = &'h HeaderValue>) -> &Session {
        let Inner { manager, session, .. } = &*self.0;
        session.get_or_init(|| manager.open_at_once(cookies.into_iter().map(HeaderValue::as_bytes)))
    }

    pub(super) fn manager(&self) -> &SessionManager {
        &self.0.manager
    }

    /// Saves the session that was opened, or the one that is to be refreshed; `None` if there is nothing to do.
    pub(super) fn save(&self) -> Option<Result<Reply, Error>> {
        let Inner { manager, session, cookies } = &*self.0;
        let is_to_be_saved = session.get().is_some() || !cookies.is_empty();
        is_to_be_saved.then(|| manager.save_at_once(self.open_from(cookies)))
    }
}
