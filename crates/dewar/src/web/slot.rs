//! A request's session, not opened until somebody asks for it.

use std::sync::atomic::{AtomicBool, Ordering};
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
    /// Nobody got it: our side is out of order, and is not asked again only to refresh it.
    has_failed: AtomicBool,
    /// The response has left.
    is_answered: AtomicBool,
    /// The slot of a layer around this one, for a session of another cookie.
    outer: Option<Slot>,
}

impl Slot {
    pub(super) fn new(manager: SessionManager, headers: &HeaderMap, outer: Option<Self>) -> Self {
        let cookies = if manager.opens_untouched() {
            headers.get_all(COOKIE).iter().cloned().collect()
        } else {
            Vec::new()
        };
        let (session, has_failed) = (OnceLock::new(), AtomicBool::new(false));
        let is_answered = AtomicBool::new(false);
        Self(Arc::new(Inner { manager, session, cookies, has_failed, is_answered, outer }))
    }

    /// The session, opened at the first call; every later one gives the same.
    pub(super) async fn open(
        &self,
        cookies: impl IntoIterator<Item = &HeaderValue>,
    ) -> Result<Session, Error> {
        let Inner { manager, session, has_failed, .. } = &*self.0;
        if let Some(session) = session.get() {
            return Ok(session.clone());
        }
        let opened = manager.open(cookies.into_iter().map(HeaderValue::as_bytes)).await;
        let opened = opened.inspect_err(|_| has_failed.store(true, Ordering::Relaxed))?;
        // Of two that opened it at once the first one's is everybody's.
        let session = session.get_or_init(|| opened);
        if self.0.is_answered.load(Ordering::Relaxed) {
            manager.answered(session);
        }
        Ok(session.clone())
    }

    /// The response leaves: what is done to the session from now on nobody saves.
    pub(super) fn answered(&self) {
        let Inner { manager, session, is_answered, .. } = &*self.0;
        is_answered.store(true, Ordering::Relaxed);
        if let Some(session) = session.get() {
            manager.answered(session);
        }
    }

    /// This slot or one around it: that of a cookie.
    pub(super) fn named(&self, cookie_name: &str) -> Option<&Self> {
        let mut slots = std::iter::successors(Some(self), |slot| slot.0.outer.as_ref());
        slots.find(|slot| slot.0.manager.cookie_name() == cookie_name)
    }

    /// Saves the session that was opened, or the one that is to be refreshed; `None` if there is nothing to do.
    pub(super) fn save(&self) -> Option<Save> {
        let Inner { manager, session, cookies, has_failed, .. } = &*self.0;
        if let Some(session) = session.get() {
            return Some(manager.start_save(session));
        }
        if cookies.is_empty() || has_failed.load(Ordering::Relaxed) {
            return None;
        }
        match manager.open_at_once(cookies.iter().map(HeaderValue::as_bytes)) {
            Some(session) => Some(manager.start_save(&session)),
            None => Some(Save::Waits(Box::pin(self.clone().refresh()))),
        }
    }

    /// For a session that nobody asked for: a courtesy. A store that is down is no reason to fail a request that does not need it.
    async fn refresh(self) -> Result<Reply, Error> {
        let Inner { manager, cookies, .. } = &*self.0;
        let refreshed = match self.open(cookies).await {
            Ok(session) => manager.save(&session).await,
            Err(why) => Err(why),
        };
        Ok(refreshed.unwrap_or_else(|why| {
            manager.courtesy_skipped(&why);
            Reply::default()
        }))
    }
}
