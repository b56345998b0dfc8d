//! The session as a struct of the program, as an axum extractor.

use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request;

use super::SessionRejection;
use crate::session::{Session, SessionData, Typed};
use crate::value::ConvertError;

/// Opens the session and checks that it can be read as the struct; otherwise the handler does not run. To repair such sessions, take a
/// [`Session`] as argument and [`set`](Typed::set) a struct there.
///
/// ```
/// use dewar::session::{SessionData, Typed};
/// use dewar::value::ConvertError;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Default, Serialize, Deserialize)]
/// struct Guest {
///     visits: u32,
/// }
///
/// impl SessionData for Guest {}
///
/// async fn visits(guest: Typed<Guest>) -> Result<String, ConvertError> {
///     let visits = guest.modify(|guest| {
///         guest.visits += 1;
///         guest.visits
///     })?;
///     Ok(format!("visit {visits}"))
/// }
/// ```
impl<T: SessionData, S: Sync> FromRequestParts<S> for Typed<T> {
    type Rejection = SessionRejection;

    async fn from_request_parts(parts: &mut request::Parts, state: &S) -> Result<Self, SessionRejection> {
        let session = <Session as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        Ok(readable(session)?)
    }
}

/// `None` if the route has no layer. A session that cannot be opened or read is a rejection.
impl<T: SessionData, S: Sync> OptionalFromRequestParts<S> for Typed<T> {
    type Rejection = SessionRejection;

    async fn from_request_parts(
        parts: &mut request::Parts,
        state: &S,
    ) -> Result<Option<Self>, SessionRejection> {
        let session = <Session as OptionalFromRequestParts<S>>::from_request_parts(parts, state).await?;
        Ok(session.map(readable).transpose()?)
    }
}

fn readable<T: SessionData>(session: Session) -> Result<Typed<T>, ConvertError> {
    let typed = Typed::new(session);
    typed.check()?;
    Ok(typed)
}
