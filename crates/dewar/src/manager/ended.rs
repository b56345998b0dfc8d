//! Waiting for the end of a session, so that a stream or a WebSocket can end with it.
//!
//! All waiting futures of one session share a `Watch` (`watches`): the first one whose timer fires asks the store, and tells the others.
//! There is no background task: dropping a future leaves nothing behind, and the others continue.

use std::future::pending;
use std::time::Duration;

use super::place::Place;
use super::session_manager::SessionManager;
use super::watches::{Fate, WatchKey, Watching};
use crate::session::Session;

/// The minimum interval between two lookups of one session.
const EVERY: Duration = Duration::from_secs(5);

impl SessionManager {
    /// Waits until the session ends: by a logout in another tab, [`end_session`](Self::end_session),
    /// [`end_sessions_of`](Self::end_sessions_of), or because it expires. For connections that outlive their request, such as server-sent
    /// events and WebSockets, which would otherwise stay open after a logout.
    ///
    /// **Sessions in cookies** cannot be ended elsewhere, and the server does not know when they expire. So this waits forever, unless
    /// [`ClientSide::revocation`](crate::ClientSide::revocation) is set. Then [`end_sessions_of`](Self::end_sessions_of) ends those of an
    /// owner (including the session that it keeps, which has a different cookie afterwards).
    ///
    /// `sleep` is the timer of your async runtime, such as `tokio::time::sleep`:
    ///
    /// ```
    /// use std::convert::Infallible;
    ///
    /// use axum::response::sse::{Event, Sse};
    /// use dewar::{Session, SessionManager};
    /// use futures_util::{Stream, StreamExt};
    ///
    /// # fn news() -> impl Stream<Item = Result<Event, Infallible>> { futures_util::stream::pending() }
    /// async fn live(
    ///     session: Session,
    ///     manager: SessionManager,
    /// ) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    ///     let logout = manager.ended(&session, tokio::time::sleep);
    ///     Sse::new(news().take_until(logout))
    /// }
    /// # let _: axum::Router = axum::Router::new().route("/", axum::routing::get(live));
    /// ```
    ///
    /// **How soon.** The store is asked every 5 seconds, once per session and process, regardless of the number of connections. So this
    /// usually returns within 5 seconds, and within 10 if the connection that asked last was closed. The idle time is not extended. While
    /// the store fails, this keeps waiting (counted as `not_watched`).
    ///
    /// **What counts as the end.** A session that gets a new id is followed as long as its [owner](Session::set_owner) stays the same; a
    /// visitor's session is followed through their login. If the session has a different owner by then, or none, it has ended, even if it
    /// continues with a goodbye message ([`log_out`](Session::log_out)). A program that sets no owner has to [`destroy`](Session::destroy)
    /// its sessions for this to work. Flask-Session's records contain nothing about old ids: there a new id counts as an end. So does a new
    /// id if the store failed for longer than a minute.
    ///
    /// **New sessions.** A new session is watched once the response of its request has stored it. A session whose id had ended before its
    /// request arrived counts as ended. A session of a [previous manager](Self::migrating_from) is watched once it is stored here.
    pub fn ended<S, F>(
        &self,
        session: &Session,
        sleep: S,
    ) -> impl Future<Output = ()> + Send + 'static + use<S, F>
    where
        S: Fn(Duration) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let (place, session) = (self.place.clone(), session.clone());
        let owner = session.lock().owner();
        async move {
            let mut watching = loop {
                // This request itself logged that owner out.
                if owner.is_some() && session.lock().owner() != owner {
                    return;
                }
                match place.watch_state(&session) {
                    WatchState::Watch(watch_key) => break place.setup().watches.join(watch_key),
                    WatchState::NotStored => sleep(EVERY).await,
                    WatchState::Ended => return,
                    WatchState::NeverEnds => {
                        drop(session);
                        return pending().await;
                    }
                }
            };
            drop(session);
            loop {
                let polls = watching.polls();
                watching.until_told_or(sleep(EVERY)).await;
                match watching.fate() {
                    Some(Fate::Ended) => return,
                    Some(Fate::Continues(watch)) => watching = Watching::new(watch),
                    None if watching.begins_poll(polls) => place.look_at(&watching).await,
                    None => {}
                }
            }
        }
    }
}

/// How to watch a session.
pub(super) enum WatchState {
    /// Watch this.
    Watch(WatchKey),
    /// The session is not stored yet.
    NotStored,
    /// The session has already ended.
    Ended,
    /// The session cannot be ended elsewhere.
    NeverEnds,
}

impl Place {
    fn watch_state(&self, session: &Session) -> WatchState {
        let state = session.lock();
        match self {
            Self::Cookie(place) => place.watch_state(&state),
            Self::Store(place) => place.watch_state(&state),
        }
    }

    /// Asks the store, and tells all futures that wait for the same session. A failure is not an end: it is logged, and the next lookup
    /// tries again.
    async fn look_at(&self, watching: &Watching) {
        let setup = self.setup();
        let found = match self {
            Self::Cookie(place) => place.find(watching.watch_key()).await,
            Self::Store(place) => place.find(watching.watch_key()).await,
        };
        match found {
            Ok(None) => watching.tell(Fate::Ended),
            Ok(Some(watch_key)) if watch_key == *watching.watch_key() => {}
            Ok(Some(watch_key)) => watching.tell(Fate::Continues(setup.watches.get(watch_key))),
            Err(why) => setup.watches.failed(&why, setup.now()),
        }
    }
}
