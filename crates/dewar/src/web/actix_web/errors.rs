//! Responses for errors, so that a handler can return them with `?`.

use std::fmt;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};

use super::headers::status;
use crate::lifetime::TimeoutsError;
use crate::manager::Error;
use crate::value::ConvertError;
use crate::web::Failure;
use crate::web::login::Forbidden;
use crate::web::no_layer::no_layer;
use crate::web::response::TEXT_HEADERS;

/// The rejection of the session extractors.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum SessionRejection {
    /// The route has no [`SessionMiddleware`](super::SessionMiddleware).
    NoMiddleware,
    /// The route has no middleware with this cookie name.
    NoMiddlewareNamed(String),
    /// The session cannot be opened because the store cannot be read.
    Unavailable(Arc<Error>),
    /// The session cannot be read as the struct of [`Typed`](crate::session::Typed).
    NotConverted(Arc<ConvertError>),
}

impl From<ConvertError> for SessionRejection {
    fn from(error: ConvertError) -> Self {
        Self::NotConverted(Arc::new(error))
    }
}

impl fmt::Display for SessionRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMiddleware => f.write_str(
                "this route has no session middleware: add `.wrap(SessionMiddleware::new(manager))` to the App or scope. If another \
                 middleware asked for the session, add the session middleware after that one, so that it is outside of it",
            ),
            Self::NoMiddlewareNamed(name) => write!(
                f,
                "this route has no session middleware whose cookie is named {name:?}: add one, or ask for the name that its settings have"
            ),
            Self::Unavailable(error) => error.fmt(f),
            Self::NotConverted(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SessionRejection {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoMiddleware | Self::NoMiddlewareNamed(_) => None,
            Self::Unavailable(error) => Some(&**error),
            Self::NotConverted(error) => Some(&**error),
        }
    }
}

/// 500 for a missing middleware, which is logged; the response of [`Error`] if the session cannot be opened.
impl ResponseError for SessionRejection {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unavailable(error) => error.status_code(),
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Self::NoMiddleware | Self::NoMiddlewareNamed(_) => missing(self),
            Self::Unavailable(error) => error.error_response(),
            Self::NotConverted(error) => error.error_response(),
        }
    }
}

/// The response to a session that could not be opened, used or saved: 503, 500 or 409 (see [`Error::status`]), with the reason as text in
/// debug builds only. [`SessionMiddleware::on_error`](super::SessionMiddleware::on_error) sets a page for it.
impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        status(self.status())
    }

    fn error_response(&self) -> HttpResponse {
        Failure::from(self.clone()).into()
    }
}

/// Like [`Error`], with the status 500: a session value does not have the type that the handler asked for, or cannot be stored.
impl ResponseError for ConvertError {
    fn error_response(&self) -> HttpResponse {
        Error::from(self.clone()).error_response()
    }
}

/// Like [`Error`], with the status 500: the session cannot have these timeouts.
impl ResponseError for TimeoutsError {
    fn error_response(&self) -> HttpResponse {
        Error::from(*self).error_response()
    }
}

/// The status 403, without a body.
impl ResponseError for Forbidden {
    fn status_code(&self) -> StatusCode {
        StatusCode::FORBIDDEN
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(StatusCode::FORBIDDEN)
    }
}

/// The response to a missing middleware, which means that there is no page either.
fn missing(why: &SessionRejection) -> HttpResponse {
    let mut response = HttpResponse::new(StatusCode::INTERNAL_SERVER_ERROR);
    let text = no_layer(why);
    if text.is_empty() {
        return response;
    }
    for (name, value) in TEXT_HEADERS {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response.set_body(text).map_into_boxed_body()
}
