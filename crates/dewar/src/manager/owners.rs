//! The sessions of an owner, and the key of a session in its store.

use super::error::Error;
use super::place::Place;
use super::session_manager::SessionManager;
use super::store_place::StorePlace;
use crate::session::{Session, SessionInfo, owner_name};
use crate::store::StoreKey;

impl SessionManager {
    /// Returns the current sessions of an owner, oldest first. `owner` is the name passed to [`log_in`](Session::log_in) (or
    /// [`set_owner`](Session::set_owner)). If that is longer than 200 bytes, it is not the name that [`Session::owner`] returns. `current`
    /// is marked in the list. Sessions that are still in a previous store are included.
    ///
    /// # Errors
    /// When the store fails or does not support owners, or when sessions are stored in cookies.
    pub async fn sessions_of(
        &self,
        owner: &str,
        current: Option<&Session>,
    ) -> Result<Vec<SessionInfo>, Error> {
        self.sessions_of_stored(&owner_name(owner), current).await
    }

    /// By the owner's name as it is stored.
    pub(crate) async fn sessions_of_stored(
        &self,
        owner: &str,
        current: Option<&Session>,
    ) -> Result<Vec<SessionInfo>, Error> {
        let mut sessions = self.in_store()?.sessions_of(owner, current).await?;
        for place in self.previous_stores() {
            sessions.extend(place.sessions_of(owner, None).await?);
        }
        sessions.sort_by_key(|session| session.created);
        Ok(sessions)
    }

    /// Ends one of an owner's sessions by its [handle](SessionInfo::handle). Returns `false` if the owner has no session with this handle.
    ///
    /// # Errors
    /// As [`sessions_of`](Self::sessions_of).
    pub async fn end_session(&self, owner: &str, handle: &str) -> Result<bool, Error> {
        self.end_session_of_stored(&owner_name(owner), handle).await
    }

    /// By the owner's name as it is stored.
    pub(crate) async fn end_session_of_stored(&self, owner: &str, handle: &str) -> Result<bool, Error> {
        if self.in_store()?.end_session(owner, handle).await? {
            return Ok(true);
        }
        for place in self.previous_stores() {
            if place.end_session(owner, handle).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Ends all sessions of an owner except `except`: "log out everywhere else". Returns the number of ended sessions if they are in a
    /// store. For sessions in cookies, which [`ClientSide::revocation`](crate::ClientSide::revocation) ends, the number is unknown and 0 is
    /// returned. Save `except` afterwards, as at the end of every request.
    ///
    /// Sessions in previous stores are ended as well. A previous cookie that was not migrated yet is ended only if its manager has a store
    /// for revocation.
    ///
    /// # Errors
    /// When the store fails or does not support owners, or when sessions are stored in cookies without [a store for
    /// revocation](crate::ClientSide::revocation).
    pub async fn end_sessions_of(&self, owner: &str, except: Option<&Session>) -> Result<usize, Error> {
        self.end_all(&owner_name(owner), except).await
    }

    /// "Log out everywhere else": ends the other sessions of this session's owner, and gives this one a new id when it is saved, so that a
    /// copy of its cookie does not work any more either. Call it when a password changes. Returns the number of ended sessions, like
    /// [`end_sessions_of`](Self::end_sessions_of). A session without an owner has no other sessions.
    ///
    /// # Errors
    /// As [`end_sessions_of`](Self::end_sessions_of).
    pub async fn end_other_sessions(&self, session: &Session) -> Result<usize, Error> {
        let Some(owner) = session.owner() else { return Ok(0) };
        let ended = self.end_all(&owner.to_str_lossy(), Some(session)).await?;
        session.rotate_id();
        Ok(ended)
    }

    async fn end_all(&self, owner: &str, except: Option<&Session>) -> Result<usize, Error> {
        let mut ended = match &self.place {
            Place::Cookie(place) => place.end_all(&owner.into(), except).await.map(|()| 0)?,
            Place::Store(place) => {
                let except = except.and_then(|session| place.key_of(session));
                place.end_all(owner, except).await?
            }
        };
        let moves = except.and_then(|session| session.lock().origin.previous.as_ref()?.id.clone());
        for previous in self.previous.iter().flat_map(|previous| previous.places()) {
            ended += match previous {
                Place::Store(place) if place.knows_owners() => {
                    place.end_all(owner, moves.as_ref().map(|id| place.key(id))).await?
                }
                Place::Cookie(place) if place.revocation.is_some() => {
                    place.end_all(&owner.into(), None).await.map(|()| 0)?
                }
                _ => 0,
            };
        }
        Ok(ended)
    }

    /// The previous stores that support owners.
    fn previous_stores(&self) -> impl Iterator<Item = &StorePlace> {
        self.previous.iter().flat_map(|previous| previous.places()).filter_map(|place| match place {
            Place::Store(place) if place.knows_owners() => Some(&**place),
            _ => None,
        })
    }

    /// Returns the key of a session in its store, for programs that inspect stores with
    /// [`ParsedRecord::read`](crate::inspect::ParsedRecord::read). `None` for a session that is in a cookie, is not stored yet, or has
    /// ended. Does not count as access to the session. In Flask-Session's records the key contains the id: never show it there.
    #[must_use]
    pub fn store_key(&self, session: &Session) -> Option<StoreKey> {
        self.in_store().ok()?.key_of(session)
    }

    /// Returns a short id of a session for logs: the first 8 hexadecimal digits of the hash of its key in the store, as used in Dewar's
    /// events. It cannot be used to open the session, and changes when the session gets a new id. `None` for a session that is in a cookie,
    /// is not stored yet, or has ended. Does not count as access to the session.
    ///
    /// ```
    /// # use dewar::{Session, SessionManager};
    /// fn note(manager: &SessionManager, session: &Session) {
    ///     eprintln!("checkout in session {}", manager.fingerprint(session).unwrap_or_default());
    /// }
    /// ```
    #[doc(alias = "id")]
    #[must_use]
    pub fn fingerprint(&self, session: &Session) -> Option<String> {
        self.store_key(session).map(|key| key.fingerprint())
    }

    fn in_store(&self) -> Result<&StorePlace, Error> {
        match &self.place {
            Place::Cookie(_) => Err(Error::in_cookie()),
            Place::Store(place) => Ok(place),
        }
    }
}
