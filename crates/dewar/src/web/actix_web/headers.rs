//! The header types of actix-web, and failures as its responses.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{COOKIE, HeaderMap, HeaderName, HeaderValue};

use crate::web::failed::SessionFailed;
use crate::web::{Failure, ResponseHeaders};

/// The values of the `Cookie` headers, looked up lazily, because most requests do not need them.
pub(super) fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    std::iter::once(headers).flat_map(|headers| headers.get_all(COOKIE)).map(HeaderValue::as_bytes)
}

impl ResponseHeaders for HeaderMap {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.keys().map(HeaderName::as_str)
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.get_all(name).map(HeaderValue::as_bytes)
    }

    fn append(&mut self, name: &str, value: Cow<'static, str>) {
        if let (Ok(name), Some(value)) = (HeaderName::try_from(name), value_of(value)) {
            self.append(name, value);
        }
    }

    fn replace(&mut self, name: &str, value: Cow<'static, str>) {
        if let (Ok(name), Some(value)) = (HeaderName::try_from(name), value_of(value)) {
            self.insert(name, value);
        }
    }

    fn remove(&mut self, name: &str, is_unwanted: impl Fn(&[u8]) -> bool) {
        let Ok(name) = HeaderName::try_from(name) else { return };
        if self.get_all(&name).any(|value| is_unwanted(value.as_bytes())) {
            for value in self.remove(&name).filter(|value| !is_unwanted(value.as_bytes())) {
                self.append(name.clone(), value);
            }
        }
    }
}

fn value_of(text: Cow<'static, str>) -> Option<HeaderValue> {
    match text {
        Cow::Borrowed(text) => Some(HeaderValue::from_static(text)),
        Cow::Owned(text) => HeaderValue::try_from(text).ok(),
    }
}

/// The response has a [`SessionFailed`] in its extensions.
impl From<Failure> for HttpResponse {
    fn from(failure: Failure) -> Self {
        let mut response = Self::new(status(failure.status));
        for (name, value) in failure.headers {
            ResponseHeaders::append(response.headers_mut(), name, value.into());
        }
        response.extensions_mut().insert(SessionFailed(failure.error));
        match failure.body.is_empty() {
            true => response,
            false => response.set_body(failure.body).map_into_boxed_body(),
        }
    }
}

pub(super) fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
