//! The session of a request: opened on first use, saved when the response is ready.

use std::fmt;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Poll, Waker};

use super::response::{Failure, ResponseHeaders};
use crate::manager::{Error, SessionHeaders, SessionManager, Unopened};
use crate::session::{AsyncLock, Session};
use crate::store::Answer;

/// The session of a request, opened on first use. An adapter for a framework creates one for each request.
///
/// Clones refer to the same session. One is stored in the request, where handlers find it; the adapter uses another one to
/// [save](Self::save) and [finish](Self::finish). See [the module](super) for an example.
#[derive(Clone)]
pub struct LazySession(Arc<Inner>);

struct Inner {
    manager: SessionManager,
    session: OnceLock<Session>,
    opening: Mutex<AsyncLock>,
    /// The request's `Cookie` headers that have a cookie of ours, for a session that is refreshed although nothing used it: the request is no longer
    /// available then. Without any, there is no session to refresh.
    cookies: Vec<u8>,
    /// Whether the store could not be read. If so, it is not asked again only to refresh the session.
    has_failed: AtomicBool,
    is_response_sent: AtomicBool,
    /// The session of an outer layer, with another cookie.
    outer: Option<LazySession>,
}

impl LazySession {
    /// Creates the session of a request with these `Cookie` headers. Nothing is read or copied yet, unless the manager [refreshes sessions
    /// in each request](SessionManager::refreshes_each_request) and they contain a cookie of its name.
    pub fn new<'h>(manager: &SessionManager, cookie_headers: impl IntoIterator<Item = &'h [u8]>) -> Self {
        Self::with_outer(manager, cookie_headers, None)
    }

    /// Like [`new`](Self::new), for a request that may already have the session of an outer layer. Returns `None` if that has the same
    /// cookie name: two sessions with the same cookie would overwrite each other, so the inner layer does nothing.
    pub fn within<'h>(
        outer: Option<&Self>,
        manager: &SessionManager,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Option<Self> {
        let is_new = outer.is_none_or(|outer| outer.named(manager.cookie_name()).is_none());
        is_new.then(|| Self::with_outer(manager, cookie_headers, outer.cloned()))
    }

    fn with_outer<'h>(
        manager: &SessionManager,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
        outer: Option<Self>,
    ) -> Self {
        let is_read = |header: &&[u8]| manager.reads_cookie_in(header);
        let refreshes = manager.refreshes_each_request();
        let cookies = if refreshes { joined(cookie_headers.into_iter().filter(is_read)) } else { Vec::new() };
        Self(Arc::new(Inner {
            manager: manager.clone(),
            session: OnceLock::new(),
            opening: Mutex::default(),
            cookies,
            has_failed: AtomicBool::new(false),
            is_response_sent: AtomicBool::new(false),
            outer,
        }))
    }

    /// Returns this session or that of an outer layer, whichever has this cookie name.
    #[must_use]
    pub fn named(&self, cookie_name: &str) -> Option<&Self> {
        let mut layers = std::iter::successors(Some(self), |layer| layer.0.outer.as_ref());
        layers.find(|layer| layer.0.manager.cookie_name() == cookie_name)
    }

    /// Returns the session, which the first call opens from the request's `Cookie` headers. Later calls return the same one, and concurrent
    /// calls open it once.
    ///
    /// The answer is ready immediately if the session is already open, is stored in the cookie, or is in a store whose [answers are
    /// ready](crate::store::Store::answers_at_once).
    ///
    /// # Errors
    /// When the store cannot be read; [`Failure`] is the response to that. Invalid data from the client is not an error.
    pub fn session<'a, I>(&'a self, cookie_headers: I) -> Answer<'a, Session, Error>
    where
        I: IntoIterator<Item = &'a [u8], IntoIter: Send> + Send + 'a,
    {
        if let Some(session) = self.0.session.get() {
            return Answer::ready(session.clone());
        }
        match self.0.manager.start_open(cookie_headers) {
            Ok(opened) => Answer::Now(self.noted(opened.map_err(Error::open_failed))),
            Err(unopened) => Answer::later(self.open(unopened, Opening::Asked)),
        }
    }

    /// Whether [`session`](Self::session) is ready immediately.
    pub(super) fn is_ready(&self) -> bool {
        self.0.session.get().is_some() || self.0.manager.opens_at_once()
    }

    async fn open(&self, mut unopened: Unopened<'_>, why: Opening) -> Result<Session, Error> {
        let _guard = self.lock_opening().await;
        if let Some(session) = self.0.session.get() {
            return Ok(session.clone());
        }
        let opened = unopened.open().await;
        self.noted(match why {
            Opening::Asked => opened.map_err(Error::open_failed),
            Opening::Refresh => opened,
        })
    }

    fn noted(&self, opened: Result<Session, Error>) -> Result<Session, Error> {
        opened
            .map(|opened| self.opened(opened))
            .inspect_err(|_| self.0.has_failed.store(true, Ordering::Relaxed))
    }

    fn opened(&self, opened: Session) -> Session {
        let session = self.0.session.get_or_init(|| opened);
        self.0.manager.opened_by_layer(session);
        if self.0.is_response_sent.load(Ordering::Relaxed) {
            self.0.manager.mark_response_sent(session);
        }
        session.clone()
    }

    /// Saves the session if it was opened or must be refreshed. Call this when the handler is done, before the head of the response is
    /// sent.
    ///
    /// The answer is ready immediately if no store has to wait. Pass it to [`finish`](Self::finish).
    pub fn save(&self) -> Answer<'static, SessionHeaders, Error> {
        let Inner { manager, session, cookies, has_failed, .. } = &*self.0;
        if let Some(session) = session.get() {
            return manager.start_save(session);
        }
        if cookies.is_empty() || has_failed.load(Ordering::Relaxed) {
            return Answer::ready(SessionHeaders::default());
        }
        if self.is_ready()
            && let Ok(opened) = manager.start_open([cookies.as_slice()])
        {
            return opened.map_or_else(
                |why| {
                    manager.best_effort_skipped(&why);
                    Answer::ready(SessionHeaders::default())
                },
                |session| manager.start_save(&session),
            );
        }
        Answer::later(self.clone().refresh())
    }

    /// Saves only the end of the session, if it was logged out, destroyed or cleared, and none of its other changes. Used instead of
    /// [`save`](Self::save) by a program that wants nothing saved when its handler failed. Changes that were [saved
    /// early](SessionManager::save_now) are kept.
    pub fn save_end(&self) -> Answer<'static, SessionHeaders, Error> {
        let Inner { manager, session, .. } = &*self.0;
        match session.get() {
            Some(session) if session.end_if_final() => manager.start_save(session),
            Some(session) => Answer::ready(manager.headers_without_saving(session)),
            None => Answer::ready(SessionHeaders::default()),
        }
    }

    /// Whether there is nothing to save and no header to add, since the program did not use the session. Then the response can be sent as it is.
    #[cfg(feature = "tower")]
    pub(super) fn finish_untouched(&self) -> bool {
        let Inner { session, cookies, is_response_sent, .. } = &*self.0;
        let is_untouched = session.get().is_none() && cookies.is_empty();
        is_response_sent.fetch_or(is_untouched, Ordering::Relaxed);
        is_untouched
    }

    /// Returns the manager of the layer.
    #[must_use]
    pub fn manager(&self) -> &SessionManager {
        &self.0.manager
    }

    /// Refreshes a session that the program did not use. If this fails, it is left for a later request, and this request continues.
    async fn refresh(self) -> Result<SessionHeaders, Error> {
        let Inner { manager, cookies, .. } = &*self.0;
        let opened = match manager.start_open([cookies.as_slice()]) {
            Ok(opened) => self.noted(opened),
            Err(unopened) => self.open(unopened, Opening::Refresh).await,
        };
        let refreshed = match opened {
            Ok(session) => manager.start_save(&session).await,
            Err(why) => Err(why),
        };
        Ok(refreshed.unwrap_or_else(|why| {
            manager.best_effort_skipped(&why);
            SessionHeaders::default()
        }))
    }

    /// Adds the headers of the save to the response, including those of [early saves](SessionManager::save_now). Changes that are made to
    /// the session from now on are lost unless the program saves them itself.
    ///
    /// # Errors
    /// The response to send instead of the handler's, which may claim that something was saved.
    pub fn finish(
        &self,
        saved: Result<SessionHeaders, Error>,
        headers: &mut impl ResponseHeaders,
    ) -> Result<(), Failure> {
        self.finished(saved)?.put_onto(headers);
        Ok(())
    }

    /// The same for a response that does not exist yet: what is to be put onto it.
    pub(super) fn finished(&self, saved: Result<SessionHeaders, Error>) -> Result<SessionHeaders, Failure> {
        let Inner { manager, session, is_response_sent, .. } = &*self.0;
        is_response_sent.store(true, Ordering::Relaxed);
        let earlier = session.get().map_or(Vec::new(), |session| manager.response_sent(session));
        match saved {
            Ok(session_headers) => Ok(session_headers.after(earlier)),
            Err(why) => {
                let why = match session.get() {
                    Some(session) => manager.save_failed(session, why),
                    None => why,
                };
                Err(Failure::after(why, earlier))
            }
        }
    }

    async fn lock_opening(&self) -> OpeningGuard<'_> {
        if self.opening().try_acquire() {
            return OpeningGuard(self);
        }
        poll_fn(|context| {
            let waker = context.waker().clone();
            if self.opening().acquire_or_wait(waker) {
                Poll::Ready(OpeningGuard(self))
            } else {
                Poll::Pending
            }
        })
        .await
    }

    fn opening(&self) -> MutexGuard<'_, AsyncLock> {
        self.0.opening.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a session is opened.
#[derive(Clone, Copy)]
enum Opening {
    /// The program asked for it.
    Asked,
    /// It must be refreshed, although the program does not use it.
    Refresh,
}

/// The right to open the session. When it is dropped, the next waiting task gets it.
struct OpeningGuard<'s>(&'s LazySession);

impl Drop for OpeningGuard<'_> {
    fn drop(&mut self) {
        let waiting = self.0.opening().release();
        waiting.into_iter().for_each(Waker::wake);
    }
}

/// Joins several `Cookie` headers into one, which is equivalent.
fn joined<'h>(cookie_headers: impl IntoIterator<Item = &'h [u8]>) -> Vec<u8> {
    let mut joined = Vec::new();
    for header in cookie_headers {
        if !joined.is_empty() {
            joined.extend_from_slice(b"; ");
        }
        joined.extend_from_slice(header);
    }
    joined
}

/// Shows neither cookies nor the data of the session.
impl fmt::Debug for LazySession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "LazySession(cookie {:?}, open: {})",
            self.0.manager.cookie_name(),
            self.0.session.get().is_some()
        )
    }
}

#[cfg(test)]
mod tests;
