//! The session as a struct of the program, as an extractor.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::{Extraction, SessionRejection};
use crate::session::{Session, SessionData, Typed};

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
/// # let _: actix_web::Route = actix_web::web::get().to(visits);
/// ```
impl<T: SessionData> FromRequest for Typed<T> {
    type Error = SessionRejection;
    type Future = Extraction<Self, SessionRejection>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let session = Session::from_request(request, payload);
        Extraction::later(request, async move {
            let typed = Self::new(session.await?);
            typed.check()?;
            Ok(typed)
        })
    }
}
