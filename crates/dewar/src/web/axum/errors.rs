//! Responses for errors, so that a handler can return them with `?`.

use std::fmt;

use axum_core::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode};

use crate::lifetime::TimeoutsError;
use crate::manager::Error;
use crate::value::ConvertError;
use crate::web::Failure;
use crate::web::no_layer::no_layer;
use crate::web::response::TEXT_HEADERS;

/// The rejection of the session extractors.
#[derive(Debug)]
#[non_exhaustive]
pub enum SessionRejection {
    /// The route has no [`SessionLayer`](super::SessionLayer).
    NoLayer,
    /// The route has no layer with this cookie name.
    NoLayerNamed(String),
    /// The session cannot be opened because the store cannot be read.
    Unavailable(Error),
    /// The session cannot be read as the struct of [`Typed`](crate::session::Typed).
    NotConverted(ConvertError),
}

impl From<ConvertError> for SessionRejection {
    fn from(error: ConvertError) -> Self {
        Self::NotConverted(error)
    }
}

impl fmt::Display for SessionRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLayer => f.write_str(
                "this route has no session layer: add `.layer(SessionLayer::new(manager))` to the router, after its routes. If a middleware \
                 asked for the session, add the session layer after that middleware, so that it is outside of it (in a ServiceBuilder: before it)",
            ),
            Self::NoLayerNamed(name) => write!(
                f,
                "this route has no session layer whose cookie is named {name:?}: add one, or ask for the name that its settings have"
            ),
            Self::Unavailable(error) => error.fmt(f),
            Self::NotConverted(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SessionRejection {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoLayer | Self::NoLayerNamed(_) => None,
            Self::Unavailable(error) => Some(error),
            Self::NotConverted(error) => Some(error),
        }
    }
}

/// 500 for a missing layer, which is logged; the response of [`Error`] if the session cannot be opened.
impl IntoResponse for SessionRejection {
    fn into_response(self) -> Response {
        match self {
            Self::NoLayer | Self::NoLayerNamed(_) => missing(&self),
            Self::Unavailable(error) => error.into_response(),
            Self::NotConverted(error) => error.into_response(),
        }
    }
}

/// The response to a session that could not be opened, used or saved: 503, 500 or 409 (see [`Error::status`]), with the reason as text in
/// debug builds only. [`SessionLayer::on_error`](super::SessionLayer::on_error) sets a page for it.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Failure::from(self).into()
    }
}

/// Like [`Error`], with the status 500: a session value does not have the type that the handler asked for, or cannot be stored.
impl IntoResponse for ConvertError {
    fn into_response(self) -> Response {
        Error::from(self).into_response()
    }
}

/// Like [`Error`], with the status 500: the session cannot have these timeouts.
impl IntoResponse for TimeoutsError {
    fn into_response(self) -> Response {
        Error::from(self).into_response()
    }
}

/// The response to a missing layer, which means that there is no page either.
fn missing(why: &SessionRejection) -> Response {
    let text = no_layer(why);
    let headers =
        TEXT_HEADERS.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
    match text.is_empty() {
        true => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        false => (StatusCode::INTERNAL_SERVER_ERROR, headers, text).into_response(),
    }
}
