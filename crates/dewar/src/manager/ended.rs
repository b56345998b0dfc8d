//! Waiting until a session has ended elsewhere, so that a stream or a WebSocket can end with it.
//!
//! All that wait for one session share a `Watch` (`watches`): the one whose pause is over first asks, and tells the others. There is no task
//! behind it: a future that is dropped leaves nothing, and the others go on.

use std::future::pending;
use std::time::Duration;

use super::place::Place;
use super::session_manager::SessionManager;
use super::watches::{Fate, Subject, Watching};
use crate::session::Session;

/// How often the store is asked about one session, at most.
const EVERY: Duration = Duration::from_secs(5);

impl SessionManager {
    /// Waits until the session has ended elsewhere: by a logout in another tab, [`end_session`](Self::end_session),
    /// [`end_sessions_of`](Self::end_sessions_of), or because it expired. For connections that outlive their request, such as server-sent
    /// events and WebSockets, which would otherwise stay open after a logout.
    ///
    /// **Sessions in cookies** end nowhere else, nor is it known here when they expire: this waits for ever, unless
    /// [`ClientSide::revocation`](crate::ClientSide::revocation) is set. Then [`end_sessions_of`](Self::end_sessions_of) ends those of an owner (also the one
    /// that it leaves, whose cookie is another one afterwards).
    ///
    /// `sleep` is the timer of your runtime, such as `tokio::time::sleep`:
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
    /// **How soon.** The store is asked every 5 seconds, once for each session and process, however many connections wait: so usually within 5
    /// seconds, and within 10 if the connection that asked last was closed. The idle time is not extended. While the store fails, waiting goes
    /// on (counted as `not_watched`).
    ///
    /// **What counts as the end.** A session that gets a new id is followed as long as its [owner](Session::set_owner) stays the same; a
    /// visitor's session is followed into their login. One that has another owner or none by then has ended, also if it continues with a goodbye
    /// message ([`log_out`](Session::log_out)). A program that sets no owner has to [`destroy`](Session::destroy) its sessions for that. Flask-Session's records
    /// say nothing about old ids: a new id counts as an end there; so it does if the store failed for longer than a minute.
    ///
    /// **What is waited for.** A session that is new is watched once it is stored, by the response of its request. One whose id had ended before
    /// its request came has ended. A session that a [previous manager](Self::migrating_from) stored is watched once it is stored here.
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
                // Its own request has logged that owner out.
                if owner.is_some() && session.lock().owner() != owner {
                    return;
                }
                match place.sight(&session) {
                    Sight::Of(subject) => break place.setup().watches.join(subject),
                    Sight::NotYet => sleep(EVERY).await,
                    Sight::Ended => return,
                    Sight::Endless => {
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

/// What is to be watched of a session.
pub(super) enum Sight {
    /// This.
    Of(Subject),
    /// It is not stored yet.
    NotYet,
    /// It has ended already.
    Ended,
    /// Nothing can end it elsewhere.
    Endless,
}

impl Place {
    fn sight(&self, session: &Session) -> Sight {
        let state = session.lock();
        match self {
            Self::Cookie(place) => place.sight(&state),
            Self::Store(place) => place.sight(&state),
        }
    }

    /// Asks the store, and tells all that wait for the same session. What fails is no end: it is logged, and tried again next time.
    async fn look_at(&self, watching: &Watching) {
        let setup = self.setup();
        let found = match self {
            Self::Cookie(place) => place.find(watching.subject()).await,
            Self::Store(place) => place.find(watching.subject()).await,
        };
        match found {
            Ok(None) => watching.tell(Fate::Ended),
            Ok(Some(subject)) if subject == *watching.subject() => {}
            Ok(Some(subject)) => watching.tell(Fate::Continues(setup.watches.get(subject))),
            Err(why) => setup.watches.failed(&why, setup.now()),
        }
    }
}
