//! Saving when the program says so: without a layer, in the middle of a request, or after its response.

use super::error::Error;
use super::session_headers::SessionHeaders;
use super::session_manager::SessionManager;
use crate::session::Session;

const SAVE_FAILED: &str = "save_failed";

impl SessionManager {
    /// Saves the changes to the session, and returns what to add to the response.
    ///
    /// Without a layer: call it when the handler is done, and before the head of the response is sent. In a handler under a layer use
    /// [`save_now`](Self::save_now), which leaves the reply to the layer; this does so, too.
    ///
    /// Changes that are made meanwhile are saved by the next call; so are all changes if this one fails or is dropped. Of two saves of one
    /// session the second waits for the first.
    ///
    /// # Errors
    /// When the session cannot be stored: it is too large, holds a value that the format cannot store, the store fails, or it ended meanwhile and
    /// [`OnEnded::Refuse`](crate::settings::OnEnded::Refuse) is set. The response must then not claim that it was stored. An error
    /// may carry a [`set_cookie`](Error::set_cookie) that must be sent all the same.
    pub async fn save(&self, session: &Session) -> Result<SessionHeaders, Error> {
        let saved = self.start_save(session).await;
        let reply = saved.map_err(|why| self.save_failed(session, why))?;
        if reply.set_cookies().next().is_some() {
            let mut state = session.lock();
            let earlier = state.take_unsent();
            state.set_unsent(reply.lines_after(earlier));
        }
        Ok(reply)
    }

    /// Saves the changes to the session now: in a handler, before it does something that must not be done without them, or in a task or
    /// stream after the response was sent.
    ///
    /// In a handler, the response of the layer that opened the session carries the cookie, whatever the handler does next; what is changed
    /// afterwards is saved with the response as ever. With the feature `axum`, the manager is an extractor:
    ///
    /// ```
    /// # use dewar::error::Error;
    /// # use dewar::{Session, SessionManager};
    /// # async fn charge() {}
    /// async fn pay(session: Session, manager: SessionManager) -> Result<&'static str, Error> {
    ///     session.insert_value("order", "paid");
    ///     manager.save_now(&session).await?; // stored, also if `charge` fails
    ///     charge().await;
    ///     Ok("Thank you")
    /// }
    /// ```
    ///
    /// After the response, only a session in a store whose cookie the client has can be saved.
    ///
    /// # Errors
    /// As [`save`](Self::save). Of the kind [`Unsupported`](crate::error::ErrorKind::Unsupported) if no response can carry what the client
    /// must be told: no layer opened the session, or that of another manager did; or the response was sent, and the session is new, asked for a new id, or is stored in
    /// the cookie.
    pub async fn save_now(&self, session: &Session) -> Result<(), Error> {
        match session.lock().layer() {
            Some(layer) if layer == self.place.identity() => (),
            Some(_) => return Err(Error::another_manager().noted_as(SAVE_FAILED)),
            None => return Err(Error::no_response().noted_as(SAVE_FAILED)),
        }
        self.save(session).await.map(drop)
    }

    /// A layer of this manager opened it, and its response will carry what saves have to tell the client.
    pub(crate) fn opened_by_layer(&self, session: &Session) {
        session.opened_by_layer(self.place.identity());
    }

    /// What the response says of a session that is not saved on purpose: that it was looked at.
    pub(crate) fn headers_without_saving(&self, session: &Session) -> SessionHeaders {
        let mut state = session.lock();
        state.all_are_settled();
        self.place.setup().reply(&state, None)
    }

    /// The session could not be saved, and its request fails.
    pub(crate) fn save_failed(&self, session: &Session, why: Error) -> Error {
        let why = match self.store_key(session) {
            Some(key) => why.of_session(&key),
            None => why,
        };
        why.noted_as(SAVE_FAILED)
    }
}
