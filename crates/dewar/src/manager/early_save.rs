//! Saving at the program's request: without a layer, in the middle of a request, or after its response.

use super::error::Error;
use super::session_headers::SessionHeaders;
use super::session_manager::SessionManager;
use crate::session::Session;

const SAVE_FAILED: &str = "save_failed";

impl SessionManager {
    /// Saves the changes to the session, and returns what to add to the response.
    ///
    /// Without a layer, call this when the handler is done and before the head of the response is sent. In a handler under a layer use
    /// [`save_now`](Self::save_now), which passes the headers to the layer; this method does so as well.
    ///
    /// Changes made during the save are saved by the next call, and so are all changes if this call fails or is dropped. If two saves of
    /// one session run at once, the second waits for the first.
    ///
    /// # Errors
    /// When the session cannot be stored: it is too large, it contains a value that the format cannot represent, the store fails, or it
    /// ended in the meantime and [`OnEnded::Refuse`](crate::settings::OnEnded::Refuse) is set. The response must then not claim success. An
    /// error may have a [`set_cookie`](Error::set_cookie) that must be sent nevertheless.
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

    /// Saves the changes to the session immediately: in a handler, before an action that requires them to be stored, or in a task or stream
    /// after the response was sent.
    ///
    /// In a handler, the response of the layer that opened the session carries the cookie, whatever the handler does next. Later changes
    /// are saved with the response as usual. With the feature `axum`, the manager is an extractor:
    ///
    /// ```
    /// # use dewar::error::Error;
    /// # use dewar::{Session, SessionManager};
    /// # async fn charge() {}
    /// async fn pay(session: Session, manager: SessionManager) -> Result<&'static str, Error> {
    ///     session.insert_value("order", "paid");
    ///     manager.save_now(&session).await?; // stored even if `charge` fails
    ///     charge().await;
    ///     Ok("Thank you")
    /// }
    /// ```
    ///
    /// After the response, only a session in a store whose cookie the client already has can be saved.
    ///
    /// # Errors
    /// As for [`save`](Self::save). The kind is [`Unsupported`](crate::error::ErrorKind::Unsupported) if no response can carry the
    /// necessary cookie: no layer opened the session, or the layer of another manager did; or the response was sent and the session is new,
    /// needs a new id, or is stored in the cookie.
    pub async fn save_now(&self, session: &Session) -> Result<(), Error> {
        match session.lock().layer() {
            Some(layer) if layer == self.place.identity() => (),
            Some(_) => return Err(Error::another_manager().noted_as(SAVE_FAILED)),
            None => return Err(Error::no_response().noted_as(SAVE_FAILED)),
        }
        self.save(session).await.map(drop)
    }

    /// Notes that a layer of this manager opened the session. Its response will carry the headers of saves.
    pub(crate) fn opened_by_layer(&self, session: &Session) {
        session.opened_by_layer(self.place.identity());
    }

    /// The headers for a session that is not saved on purpose: only whether it was accessed.
    pub(crate) fn headers_without_saving(&self, session: &Session) -> SessionHeaders {
        let mut state = session.lock();
        state.all_are_settled();
        self.place.setup().reply(&state, None)
    }

    /// Logs that the session could not be saved, so that its request fails.
    pub(crate) fn save_failed(&self, session: &Session, why: Error) -> Error {
        let why = match self.store_key(session) {
            Some(key) => why.of_session(&key),
            None => why,
        };
        why.noted_as(SAVE_FAILED)
    }
}
