//! Opening a session: what is done at once, and what waits for a store.

use std::pin::pin;
use std::time::Duration;

use dewar_core::waiting;

use super::at_once::at_once;
use super::cookie_place::CookiePlace;
use super::error::Error;
use super::place::Place;
use super::store_place::{SentIds, StorePlace};
use crate::session::Session;
use crate::store::BoxedAnswer;

/// A session whose cookies have been read, and that a store must be asked for.
///
/// A request keeps this in place of its cookies, so that the future that waits for the store is small.
pub(crate) struct Unopened<'a>(Left<'a>);

/// What is left to do.
enum Left<'a> {
    /// To look up the session with one of these ids.
    Stored(&'a StorePlace, SentIds),
    /// To ask whether the session of the cookie has been revoked.
    InCookie(&'a CookiePlace, Session),
    /// To look for the session with the previous managers.
    Previous(BoxedAnswer<'a, Session, Error>),
}

impl Place {
    /// Whether a session is opened without waiting for a store.
    pub(super) fn opens_at_once(&self) -> bool {
        match self {
            Self::Cookie(place) => place.revocation.is_none(),
            Self::Store(place) => place.answers_at_once(),
        }
    }

    /// Opens a session. Returns what is left to do if a store may have to wait.
    pub(super) fn start_open<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Result<Result<Session, Error>, Unopened<'_>> {
        let opens_at_once = self.opens_at_once();
        match self {
            Self::Cookie(place) => {
                let session = place.open(cookie_headers);
                if opens_at_once { Ok(Ok(session)) } else { Err(Unopened(Left::InCookie(place, session))) }
            }
            Self::Store(place) => {
                let mut sent = place.sent_ids(cookie_headers);
                if opens_at_once {
                    Ok(at_once(place.open(&mut sent)))
                } else {
                    Err(Unopened(Left::Stored(place, sent)))
                }
            }
        }
    }

    /// The same, whether a store has to wait or not.
    pub(super) async fn open<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Result<Session, Error> {
        match self.start_open(cookie_headers) {
            Ok(opened) => opened,
            Err(mut unopened) => unopened.ask().await,
        }
    }
}

impl<'a> Unopened<'a> {
    /// A session that previous managers may have.
    pub(super) fn with_previous(opening: impl Future<Output = Result<Session, Error>> + Send + 'a) -> Self {
        Self(Left::Previous(Box::pin(opening)))
    }

    /// Asks the store, and notes in the session how long that took. To be called once: ids that were looked up are taken out.
    pub(crate) async fn open(&mut self) -> Result<Session, Error> {
        let (opened, waited) = waiting::counted(Duration::ZERO, pin!(self.ask())).await;
        opened.inspect(|session| session.lock().origin.waited = waited)
    }

    async fn ask(&mut self) -> Result<Session, Error> {
        match &mut self.0 {
            Left::Stored(place, sent) => place.open(sent).await,
            Left::InCookie(place, session) => place.unless_revoked(session.clone()).await,
            Left::Previous(opening) => opening.await,
        }
    }
}
